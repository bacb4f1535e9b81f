#pragma once

// The rules of a run, as -r/--rules, --no-default-rules and --lists ask for them; shared by every
// command that has rules.

#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "engine/config.h"
#include "rule/rule_set.h"

namespace CLI {
class App;
}

namespace riposte::cli {

struct RulesOption {
  std::vector<std::string> paths;  // files and folders
  bool no_default_rules = false;
  std::string lists;  // a YAML file: placeholder name, to its values

  void add_to(CLI::App& command);

  // As a configuration takes them, and as one gives them.
  std::vector<engine::ConfigFlag> flags() const;
  static RulesOption of(const engine::Config& config);
};

// The rule texts below `paths`, or nothing after a complaint about what cannot be read. Of folders
// the .yml and .yaml files: JSON beside rules is the events of their tests.
std::optional<std::vector<rule::RuleText>> read_rule_texts(const std::vector<std::string>& paths,
                                                           const Console& console);

// The same, or the shipped rules where there are no paths.
std::optional<std::vector<rule::RuleText>> read_rule_texts_or_shipped(
    const std::vector<std::string>& paths, const Console& console);

// Placeholders of a lists file: {name: [value, ...]}; none without a path; nothing after a
// complaint.
std::optional<rule::Placeholders> read_lists(const std::string& path, const Console& console);

// A diagnostic with its snippet, on err. What a rule file says cannot write to the terminal.
void tell(const base::Diagnostic& diagnostic, const Console& console);

// The whole set, diagnostics printed to err; nothing when there are errors.
std::optional<rule::RuleSet> load_rules(
    const RulesOption& option, const Console& console,
    rule::TestPlaceholders test_placeholders = rule::TestPlaceholders::Ignored);

}  // namespace riposte::cli
