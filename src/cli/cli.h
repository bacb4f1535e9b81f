#pragma once

// The words a person types: picks the command, prints help, mends mistyped words, and turns what a
// command says into an exit code. One file a command; each adds itself to the tree of CLI::App and
// runs when it is picked.

#include "cli/console.h"

namespace riposte::cli {

// Returns the exit code of the process (exit_code.h).
int run(int argc, const char* const* argv, const Console& console);

}  // namespace riposte::cli
