#pragma once

// The verbs of `riposte rule`, one file each.

#include "cli/commands.h"

namespace riposte::cli {

void add_rule_lint(CLI::App& rule, Picked& picked);
void add_rule_test(CLI::App& rule, Picked& picked);
void add_rule_list(CLI::App& rule, Picked& picked);
void add_rule_explain(CLI::App& rule, Picked& picked);
void add_rule_coverage(CLI::App& rule, Picked& picked);
void add_rule_match(CLI::App& rule, Picked& picked);

}  // namespace riposte::cli
