#include "cli/rules_option.h"

#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/config_option.h"
#include "cli/embedded.h"
#include "finding/terminal_text.h"
#include "json/value.h"

// Tested by tests/cli/scan_test.py

namespace riposte::cli {
namespace {

constexpr std::size_t kRuleFileBytesMax = 4 << 20;

bool is_rule_file(const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension().string();
  return ending == ".yml" || ending == ".yaml";
}

std::vector<rule::RuleText> shipped_rule_texts() {
  std::vector<rule::RuleText> texts;
  for (const EmbeddedFile& file : embedded_rules()) {
    if (is_rule_file(std::string(file.path)))
      texts.push_back({std::string(file.path), std::string(file.text)});
  }
  return texts;
}

}  // namespace

std::optional<rule::Placeholders> read_lists(const std::string& path, const Console& console) {
  rule::Placeholders lists;
  if (path.empty()) return lists;
  const base::Result<std::string> text = base::read_file(path, kRuleFileBytesMax);
  if (!text.ok()) {
    console.complain(path + ": " + text.error().message);
    return std::nullopt;
  }
  base::Diagnostics diagnostics;
  diagnostics.set_source(path, *text);
  for (const json::Value& document : json::read_yaml(*text, diagnostics)) {
    if (!document.is_object())
      diagnostics.error(document.place(), "lists-shape", "names with lists of values are expected");
    for (const json::Value::Member& list : document.members()) {
      std::vector<std::string>& values = lists[list.key];
      if (!list.value.is_array()) {
        diagnostics.error(list.value.place(), "lists-shape", "a list of values is expected");
        continue;
      }
      for (const json::Value& value : list.value.items())
        values.push_back(value.text());
    }
  }
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    tell(diagnostic, console);
  if (!diagnostics.ok()) return std::nullopt;
  return lists;
}

void tell(const base::Diagnostic& diagnostic, const Console& console) {
  const std::string text = base::to_text(diagnostic);
  for (std::string_view line :
       base::split(std::string_view(text).substr(0, text.size() - 1), '\n')) {
    std::string plain(line);
    std::replace(plain.begin(), plain.end(), '\t',
                 ' ');  // so that the mark below the snippet keeps its column
    console.err << finding::visible(plain) << '\n';
  }
}

void RulesOption::add_to(CLI::App& command) {
  command
      .add_option("-r,--rules", paths,
                  "Rule file or folder; adds to the shipped rules (repeatable)")
      ->type_name("PATH")
      ->allow_extra_args(false);  // one value each: what follows is a path of the command
  command.add_flag("--no-default-rules", no_default_rules, "Leave the shipped rules out");
  command.add_option("--lists", lists, "YAML file with values for the placeholders of rules")
      ->type_name("FILE");
}

std::vector<engine::ConfigFlag> RulesOption::flags() const {
  return said({{"rules", "paths", paths, "--rules"},
               {"rules", "defaults", {no_default_rules ? "false" : ""}, "--no-default-rules"},
               {"rules", "lists", {lists}, "--lists"}});
}

RulesOption RulesOption::of(const engine::Config& config) {
  return {config.rules.paths, !config.rules.defaults, config.rules.lists};
}

std::optional<std::vector<rule::RuleText>> read_rule_texts(const std::vector<std::string>& paths,
                                                           const Console& console) {
  std::vector<rule::RuleText> texts;
  bool ok = true;
  for (const std::string& path : paths) {
    std::vector<base::Error> failures;
    const std::vector<std::string> files = base::list_files(path, failures);
    for (const base::Error& failure : failures)
      console.complain(failure.message);
    ok = ok && failures.empty();
    for (const std::string& file : files) {
      if (file != path && !is_rule_file(file)) continue;
      base::Result<std::string> text = base::read_file(file, kRuleFileBytesMax);
      if (!text.ok()) {
        console.complain(file + ": " + text.error().message);
        ok = false;
        continue;
      }
      texts.push_back({file, std::move(text).value()});
    }
  }
  if (!ok) return std::nullopt;
  return texts;
}

std::optional<std::vector<rule::RuleText>> read_rule_texts_or_shipped(
    const std::vector<std::string>& paths, const Console& console) {
  if (paths.empty()) return shipped_rule_texts();
  return read_rule_texts(paths, console);
}

std::optional<rule::RuleSet> load_rules(const RulesOption& option, const Console& console,
                                        rule::TestPlaceholders test_placeholders) {
  std::optional<std::vector<rule::RuleText>> texts = read_rule_texts(option.paths, console);
  const std::optional<rule::Placeholders> lists = read_lists(option.lists, console);
  if (!texts || !lists) return std::nullopt;
  if (!option.no_default_rules) {
    for (rule::RuleText& text : shipped_rule_texts())
      texts->push_back(std::move(text));
  }
  base::Diagnostics diagnostics;
  rule::RuleSet rules = rule::RuleSet::read(*texts, *lists, diagnostics, test_placeholders);
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    // A list that is not configured is no mistake of a shipped rule.
    if (diagnostic.severity == base::Severity::Error ||
        !diagnostic.file.starts_with("rules/cloud/")) {
      tell(diagnostic, console);
    }
  }
  if (!diagnostics.ok()) return std::nullopt;
  if (rules.rules().empty()) {
    console.complain(
        "there is no rule to run: give some with --rules, or leave --no-default-rules out");
    return std::nullopt;
  }
  return rules;
}

}  // namespace riposte::cli
