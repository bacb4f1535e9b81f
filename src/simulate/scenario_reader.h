#pragma once

// Scenario files to Scenarios: one YAML document a file, every mistake with its place. A file whose
// first key is `part` is a part, which scenarios use; any other is a scenario.
//
// Checked here: keys that are not known (with the nearest that is), types, operations, templates,
// durations; that every identity and part that is named is there, with its parameters; that what
// changes the set-up has an undo; that watches and proofs only read; that `repaired` names watches.
// Not checked: parameters of calls against the service model, which the account does.
//
// A scenario with an error is left out and the others are read. Codes: yaml-*, eventbridge-*, and
// simulation-key, -type, -name, -operation, -template, -value, -undo, -check, -step.
//
// Threads: functions without state.

#include <string>
#include <vector>

#include "simulate/scenario.h"

namespace riposte::simulate {

inline constexpr std::size_t kTimesMax = 100'000;  // of one step of an attack

struct ScenarioText {
  std::string file;
  std::string text;
};

// By name; of two with one name the first stays, and the second is an error.
Scenarios read_scenarios(const std::vector<ScenarioText>& texts, base::Diagnostics& diagnostics);

}  // namespace riposte::simulate
