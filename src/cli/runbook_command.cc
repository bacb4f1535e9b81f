// riposte runbook lint|list|schema, and the other verbs by name: runbooks as code.
// Tested by tests/cli/runbook_test.py

#include "cli/runbook_command.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/rules_option.h"
#include "cli/runbooks_option.h"
#include "finding/terminal_text.h"
#include "json/writer.h"
#include "respond/call_check.h"
#include "respond/named_action.h"
#include "respond/runbook_keys.h"

namespace riposte::cli {
namespace {

using respond::Runbook;
using respond::RunbookPointer;

struct PathOptions {
  std::vector<std::string> paths;
  std::string output = "human";
};

ExitCode lint(const PathOptions& options, const Console& console) {
  const auto texts = read_runbook_texts_or_shipped(options.paths, console);
  if (!texts) return ExitCode::WrongUse;
  base::Diagnostics diagnostics;
  const std::vector<RunbookPointer> runbooks = respond::read_runbooks(*texts, diagnostics);
  aws::Catalogue catalogue;
  for (const respond::RunbookText& text : *texts) {
    diagnostics.set_source(text.file, text.text);
    for (const RunbookPointer& runbook : runbooks) {
      if (runbook->file == text.file) respond::check_calls(*runbook, catalogue, diagnostics);
    }
  }
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    tell(diagnostic, console);
  console.out << fmt::format("{} runbooks, {} errors\n", runbooks.size(),
                             diagnostics.error_count());
  return diagnostics.ok() ? ExitCode::Done : ExitCode::WrongUse;
}

std::string to_json(const Runbook& runbook) {
  json::Writer writer;
  writer.object([&] {
    writer.field("name", runbook.name);
    writer.field("title", runbook.title);
    writer.field("mode", respond::name_of(runbook.mode));
    writer.field("event", respond::name_of(runbook.event));
    writer.field("rules", runbook.when.rules);
    writer.key("calls").array([&] {
      for (const respond::Step& step : runbook.steps)
        writer.value(step.action == nullptr ? respond::to_text(step.call.operation)
                                            : std::string(step.action->name()));
    });
    writer.field("irreversible", runbook.is_irreversible());
    writer.field("tests", std::uint64_t{runbook.tests.size()});
    writer.field("digest", runbook.digest);
    writer.field("file", runbook.file);
  });
  return std::move(writer).take();
}

ExitCode list(const PathOptions& options, const Console& console) {
  RunbooksOption option;
  option.paths = options.paths;
  option.no_default_runbooks = !options.paths.empty();
  const auto runbooks = load_runbooks(option, console);
  if (!runbooks) return ExitCode::WrongUse;
  for (const RunbookPointer& runbook : *runbooks) {
    if (options.output == "json") {
      console.out << to_json(*runbook) << '\n';
    } else {
      console.out << finding::visible(fmt::format("{:26} {:8} {}", runbook->name,
                                                  respond::name_of(runbook->mode), runbook->title))
                  << '\n';
    }
  }
  return ExitCode::Done;
}

void add_paths(CLI::App* command, PathOptions& options) {
  command->add_option("path", options.paths,
                      "Runbook files and folders; without any, the shipped runbooks");
}

}  // namespace

void add_runbook(CLI::App& app, Picked& picked) {
  CLI::App* runbook = app.add_subcommand("runbook", "Check, test, list and plan runbooks");
  runbook->footer("Example: riposte runbook plan restart-trail event.json");
  runbook->require_subcommand(1);

  CLI::App* linting = runbook->add_subcommand("lint", "Say what is wrong with runbook files");
  linting->footer("Example: riposte runbook lint my-runbooks/");
  auto options = std::make_shared<PathOptions>();
  add_paths(linting, *options);
  linting->callback([options, &picked] {
    picked.action = [options](const Console& console) { return lint(*options, console); };
  });

  CLI::App* listing = runbook->add_subcommand("list", "List runbooks");
  listing->footer("Example: riposte runbook list -o json");
  options = std::make_shared<PathOptions>();
  add_paths(listing, *options);
  listing->add_option("-o,--output", options->output, "json: one object a runbook")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  listing->callback([options, &picked] {
    picked.action = [options](const Console& console) { return list(*options, console); };
  });

  add_runbook_test(*runbook, picked);
  add_runbook_plan(*runbook, picked);
  add_runbook_run(*runbook, picked);

  CLI::App* schema =
      runbook->add_subcommand("schema", "Print the JSON Schema of runbooks, for editors");
  schema->footer("Example: riposte runbook schema > runbook.schema.json");
  schema->callback([&picked] {
    picked.action = [](const Console& console) {
      console.out << respond::runbook_schema();
      return ExitCode::Done;
    };
  });
}

}  // namespace riposte::cli
