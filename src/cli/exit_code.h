#pragma once

// What the process says when it ends (docs/formats/finding.md).

namespace riposte::cli {

enum class ExitCode : int {
  Done = 0,         // and the check that was asked for held
  CheckFailed = 1,  // done, but findings at --fail-on, a failed test, a pattern without a match
  WrongUse = 2,     // usage, configuration or rule: nothing was done
  Incomplete = 3,   // not everything could be done; the rest is on stdout
};

}  // namespace riposte::cli
