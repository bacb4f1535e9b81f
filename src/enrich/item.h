#pragma once

// What happened to an item of a table, from a record of its stream: of which table, which item, and
// which attributes are others than before.
//
// An item's key is written as "patients/id=p-1": the table, and the key's attributes with their
// values, sorted, so that a deletion and an insertion of the same item have the same.
//
// Threads: immutable.

#include <string>
#include <string_view>
#include <vector>

#include "json/document.h"
#include "json/writer.h"

namespace riposte::enrich {

struct ItemFacts {
  std::string table;
  std::string key;  // empty where the record names none
  // Of an item that was there before and after; only where the stream has both images.
  std::vector<std::string> changed;  // attributes with another value, or one fewer or more
};

ItemFacts item_facts_of(const json::Node& record);

void write(const ItemFacts& facts, json::Writer& writer);

}  // namespace riposte::enrich
