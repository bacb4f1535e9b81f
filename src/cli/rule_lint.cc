// riposte rule lint PATH...: what is wrong with rule files.
// Tested by tests/cli/rule_lint_test.py

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/rule_command.h"
#include "cli/rules_option.h"
#include "json/writer.h"

namespace riposte::cli {
namespace {

struct LintOptions {
  std::vector<std::string> paths;
  std::string lists;
  std::string output = "human";
  bool strict = false;
};

std::string_view name_of(base::Severity severity) {
  switch (severity) {
    case base::Severity::Error:
      return "error";
    case base::Severity::Warning:
      return "warning";
    case base::Severity::Note:
      return "note";
  }
  return "?";
}

std::string to_json(const base::Diagnostic& diagnostic) {
  json::Writer writer;
  writer.object([&] {
    writer.field("severity", name_of(diagnostic.severity));
    writer.field("code", diagnostic.code);
    writer.field("message", diagnostic.message);
    writer.text_or_null("hint", diagnostic.hint);
    writer.field("file", diagnostic.file);
    writer.field("line", std::uint64_t{diagnostic.place.line});
    writer.field("column", std::uint64_t{diagnostic.place.column});
    writer.text_or_null("snippet", diagnostic.snippet);
  });
  return std::move(writer).take();
}

ExitCode lint(const LintOptions& options, const Console& console) {
  const std::optional<std::vector<rule::RuleText>> texts =
      read_rule_texts_or_shipped(options.paths, console);
  const std::optional<rule::Placeholders> lists = read_lists(options.lists, console);
  if (!texts || !lists) return ExitCode::WrongUse;

  base::Diagnostics diagnostics;
  const rule::RuleSet rules =
      rule::RuleSet::read(*texts, *lists, diagnostics, rule::TestPlaceholders::Used);
  const bool as_json = options.output == "json";
  std::size_t warnings = 0;
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == base::Severity::Warning) ++warnings;
    if (as_json) {
      console.out << to_json(diagnostic) << '\n';
    } else {
      tell(diagnostic, console);
    }
  }
  (as_json ? console.err : console.out)
      << fmt::format("{} rules, {} errors, {} warnings\n", rules.rules().size(),
                     diagnostics.error_count(), warnings);
  const bool failed = !diagnostics.ok() || (options.strict && warnings > 0);
  return failed ? ExitCode::WrongUse : ExitCode::Done;
}

}  // namespace

void add_rule_lint(CLI::App& rule, Picked& picked) {
  CLI::App* command = rule.add_subcommand("lint", "Say what is wrong with rule files");
  command->footer("Example: riposte rule lint my-rules/ --strict");
  const auto options = std::make_shared<LintOptions>();
  command->add_option("path", options->paths,
                      "Rule files and folders; without any, the shipped rules");
  command
      ->add_option("--lists", options->lists, "YAML file with values for the placeholders of rules")
      ->type_name("FILE");
  command
      ->add_option("-o,--output", options->output,
                   "json: one object a diagnostic, on standard output")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->add_flag("--strict", options->strict, "Warnings fail, too");
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return lint(*options, console); };
  });
}

}  // namespace riposte::cli
