#pragma once

// Every key of a runbook, where it may stand, and what it holds: what the reader accepts, and what
// the published JSON Schema says, are one table.
//
// Threads: immutable.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace riposte::respond {

struct RunbookKey {
  std::string_view name;
  std::string_view type;  // a JSON Schema of its value, as JSON
  std::string_view says;  // for the schema and for people
};

enum class RunbookMap {
  Runbook,
  When,
  Protect,
  Limit,
  Approve,
  Step,
  Guide,
  Call,
  Check,
  Test,
  Fact,
  Expected
};

std::span<const RunbookKey> keys_of(RunbookMap map);
std::vector<std::string_view> names_of(RunbookMap map);

// docs/formats/runbook.schema.json, with a line break at the end.
std::string runbook_schema();

}  // namespace riposte::respond
