#include "cli/runbooks_option.h"

#include <filesystem>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/config_option.h"
#include "cli/embedded.h"
#include "cli/rules_option.h"

// Tested by tests/cli/runbook_test.py

namespace riposte::cli {
namespace {

std::vector<respond::RunbookText> shipped_runbook_texts() {
  std::vector<respond::RunbookText> texts;
  for (const EmbeddedFile& file : embedded_runbooks())
    texts.push_back({std::string(file.path), std::string(file.text)});
  return texts;
}

}  // namespace

void RunbooksOption::add_to(CLI::App& command) {
  command
      .add_option("--runbooks", paths,
                  "Runbook file or folder; adds to the shipped runbooks (repeatable)")
      ->type_name("PATH")
      ->allow_extra_args(false);
  command.add_flag("--no-default-runbooks", no_default_runbooks, "Leave the shipped runbooks out");
}

std::vector<engine::ConfigFlag> RunbooksOption::flags() const {
  return said(
      {{"respond", "runbooks", paths, "--runbooks"},
       {"respond", "defaults", {no_default_runbooks ? "false" : ""}, "--no-default-runbooks"}});
}

RunbooksOption RunbooksOption::of(const engine::Config& config) {
  return {config.respond.runbooks, !config.respond.defaults};
}

std::optional<std::vector<respond::RunbookText>> read_runbook_texts(
    const std::vector<std::string>& paths, const Console& console) {
  std::optional<std::vector<rule::RuleText>> files = read_rule_texts(paths, console);
  if (!files) return std::nullopt;
  std::vector<respond::RunbookText> texts;
  for (rule::RuleText& file : *files)
    texts.push_back({std::move(file.file), std::move(file.text)});
  return texts;
}

std::optional<std::vector<respond::RunbookText>> read_runbook_texts_or_shipped(
    const std::vector<std::string>& paths, const Console& console) {
  if (paths.empty()) return shipped_runbook_texts();
  return read_runbook_texts(paths, console);
}

std::optional<std::vector<respond::RunbookPointer>> load_runbooks(const RunbooksOption& option,
                                                                  const Console& console) {
  std::optional<std::vector<respond::RunbookText>> texts =
      read_runbook_texts(option.paths, console);
  if (!texts) return std::nullopt;
  if (!option.no_default_runbooks) {
    for (respond::RunbookText& text : shipped_runbook_texts())
      texts->push_back(std::move(text));
  }
  base::Diagnostics diagnostics;
  std::vector<respond::RunbookPointer> runbooks = respond::read_runbooks(*texts, diagnostics);
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    tell(diagnostic, console);
  if (!diagnostics.ok()) return std::nullopt;
  return runbooks;
}

respond::RunbookPointer find_runbook(RunbooksOption option, const std::string& name,
                            const Console& console) {
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(name, ignored);
  if (is_file) {
    option.paths = {name};
    option.no_default_runbooks = true;
  }
  const auto runbooks = load_runbooks(option, console);
  if (!runbooks) return nullptr;
  if (is_file) return runbooks->front();
  std::vector<std::string_view> names;
  for (const respond::RunbookPointer& runbook : *runbooks) {
    if (runbook->name == name) return runbook;
    names.push_back(runbook->name);
  }
  const std::string near = base::nearest(name, names);
  console.complain("there is no runbook \"" + name + "\"" +
                   (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
  return nullptr;
}

}  // namespace riposte::cli
