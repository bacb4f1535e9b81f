#pragma once

// Runbook files to Runbooks: one YAML document a file, every mistake with its place.
//
// Checked here: keys that are not known (with the nearest that is), types, operations, templates
// and what they may begin with, patterns, durations, networks; that every step that changes
// something has an undo or says `irreversible: true`; that prechecks and verifications only read;
// that a guide's steps go forward through the phases and name each step of the runbook once; that a
// late reference stands only where it can be known; that an action is known, and has what it
// needs and no parameter besides. Not checked: parameters of calls against the service model.
//
// A runbook with an error is left out and the others are read: nothing acts on half of what
// somebody meant. Codes: yaml-*, eventbridge-*, and runbook-key, -type, -name, -step, -operation,
// -template, -value, -undo, -check, -test, -action, -limit, -guide.
//
// Threads: functions without state.

#include <string>
#include <string_view>
#include <vector>

#include "respond/runbook.h"

namespace riposte::respond {

inline constexpr std::size_t kGuideStepsMax = 50;  // the same of a guide
inline constexpr std::size_t kStepsMax = 50;  // of one runbook: nobody approves more than he reads

struct RunbookText {
  std::string file;
  std::string text;
};

// In the order of the texts; of two with one name the first stays, and the second is an error.
std::vector<RunbookPointer> read_runbooks(const std::vector<RunbookText>& texts,
                                          base::Diagnostics& diagnostics);

// A file of answers, as `account` of a test: a list. Empty after a complaint.
std::vector<AccountFact> read_account_facts(const RunbookText& text,
                                            base::Diagnostics& diagnostics);

}  // namespace riposte::respond
