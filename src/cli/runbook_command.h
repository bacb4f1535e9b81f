#pragma once

// The verbs of `riposte runbook` that have files of their own.

#include "cli/commands.h"

namespace riposte::cli {

void add_runbook_test(CLI::App& runbook, Picked& picked);
void add_runbook_plan(CLI::App& runbook, Picked& picked);
void add_runbook_run(CLI::App& runbook, Picked& picked);

}  // namespace riposte::cli
