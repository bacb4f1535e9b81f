// riposte rule VERB: rules as code.
// Tested by tests/cli/rule_lint_test.py

#include "cli/rule_command.h"

#include <CLI/CLI.hpp>

namespace riposte::cli {

void add_rule(CLI::App& app, Picked& picked) {
  CLI::App* rule = app.add_subcommand("rule", "Check, test, list and explain rules");
  rule->footer("Example: riposte rule test rules/");
  rule->require_subcommand(1);
  add_rule_lint(*rule, picked);
  add_rule_test(*rule, picked);
  add_rule_list(*rule, picked);
  add_rule_explain(*rule, picked);
  add_rule_coverage(*rule, picked);
  add_rule_match(*rule, picked);
}

}  // namespace riposte::cli
