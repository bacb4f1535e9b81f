#pragma once

// An action as people and programs read it: docs/formats/action.md.

#include <string>

#include "cli/exit_code.h"
#include "respond/action.h"

namespace riposte::cli {

inline constexpr std::size_t kDigestShown = 12;  // digits: two of 200 000 actions seldom share them

// riposte.action/1, one line.
std::string to_ndjson(const respond::Action& action);

// One line of a list, and a whole page. Nothing in them can write to a terminal but line ends.
std::string line_of(const respond::Action& action);
std::string page_of(const respond::Action& action);

// What an action that came so far says to a script: 1 where it was refused or denied, 3 where a
// person must look.
ExitCode exit_code_of(const respond::Action& action);

}  // namespace riposte::cli
