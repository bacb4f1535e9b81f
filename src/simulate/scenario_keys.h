#pragma once

// Every key of a scenario, where it may stand, and what it holds: what the reader accepts, and what
// the published JSON Schema says, are one table.
//
// Threads: immutable.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace riposte::simulate {

struct ScenarioKey {
  std::string_view name;
  std::string_view type;  // a JSON Schema of its value, as JSON
  std::string_view says;  // for the schema and for people
};

enum class ScenarioMap {
  Scenario,
  Part,
  Identity,
  SetUp,
  Undo,
  Call,
  Step,
  Watch,
  Proof,
  Expect,
  Finding,
  Plan,
  Then
};

std::span<const ScenarioKey> keys_of(ScenarioMap map);
std::vector<std::string_view> names_of(ScenarioMap map);

// docs/formats/simulation.schema.json, with a line break at the end.
std::string scenario_schema();

}  // namespace riposte::simulate
