#include "enrich/item.h"

#include <algorithm>

#include "event/arn.h"

namespace riposte::enrich {

using json::Kind;
using json::Node;

namespace {

// "patients" of "arn:aws:dynamodb:eu-west-1:111122223333:table/patients/stream/2026-...".
std::string table_of(const Node& record) {
  constexpr std::string_view kTable = "table/";
  const auto arn = event::parse_arn(record.string_at("eventSourceARN"));
  if (!arn || !arn->resource.starts_with(kTable)) return std::string(record.string_at("tableName"));
  const std::string_view behind = arn->resource.substr(kTable.size());
  return std::string(behind.substr(0, behind.find('/')));
}

std::string key_of(std::string_view table, const Node& keys) {
  std::vector<std::string> parts;
  for (const Node& attribute : json::children(keys)) {
    if (!attribute.is(Kind::Object)) continue;
    for (const Node& value : json::children(attribute))
      parts.push_back(std::string(attribute.key) + "=" + std::string(value.text));
  }
  std::sort(parts.begin(), parts.end());
  std::string key(table);
  for (std::size_t i = 0; i < parts.size(); ++i)
    key.append(i == 0 ? "/" : ",").append(parts[i]);
  return key;
}

const Node* object_at(const Node& record, std::string_view path) {
  const Node* node = record.at(path);
  return node != nullptr && node->is(Kind::Object) ? node : nullptr;
}

// Attributes of `a` that `b` has not, or has with another value.
void add_others(const Node& a, const Node& b, std::vector<std::string>& names) {
  for (const Node& attribute : json::children(a)) {
    const Node* other = b.find(attribute.key);
    if (other == nullptr || json::compact(*other) != json::compact(attribute))
      names.emplace_back(attribute.key);
  }
}

}  // namespace

ItemFacts item_facts_of(const Node& record) {
  ItemFacts facts;
  facts.table = table_of(record);
  if (const Node* keys = object_at(record, "dynamodb.Keys")) facts.key = key_of(facts.table, *keys);
  const Node* before = object_at(record, "dynamodb.OldImage");
  const Node* after = object_at(record, "dynamodb.NewImage");
  if (before == nullptr || after == nullptr) return facts;
  add_others(*before, *after, facts.changed);
  add_others(*after, *before, facts.changed);
  std::sort(facts.changed.begin(), facts.changed.end());
  facts.changed.erase(std::unique(facts.changed.begin(), facts.changed.end()), facts.changed.end());
  return facts;
}

void write(const ItemFacts& facts, json::Writer& writer) {
  writer.object([&] {
    writer.field("table", facts.table);
    writer.field("key", facts.key);
    writer.field("changed", facts.changed);
  });
}

}  // namespace riposte::enrich
