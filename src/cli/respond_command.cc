// riposte respond: what is due, then an answer to every finding that has none, and another try of
// those for which the account could not be asked.
// Tested by tests/integration/respond_test.py

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/action_text.h"
#include "cli/answering_option.h"
#include "cli/commands.h"
#include "cli/enforced_text.h"
#include "cli/rules_option.h"
#include "cli/runbooks_option.h"
#include "engine/round.h"
#include "finding/terminal_text.h"
#include "json/writer.h"

namespace riposte::cli {
namespace {

using engine::Answer;

struct RespondOptions {
  AnsweringOption answering;
  std::string output = "human";
};

std::string to_ndjson(const Answer& answer) {
  if (answer.action) return cli::to_ndjson(*answer.action);
  json::Writer writer;
  writer.object([&] {
    writer.field("schema", "riposte.no_plan/1");
    writer.field("runbook", answer.runbook);
    writer.field("finding", answer.finding);
    writer.field("says", answer.no_plan);
  });
  return std::move(writer).take();
}

std::string line_of(const Answer& answer) {
  if (answer.action) return cli::line_of(*answer.action);
  return finding::visible(answer.runbook + ": no plan for " + answer.finding + ": " +
                          answer.no_plan) +
         "\n";
}

bool is_trouble(const Answer& answer) {
  return answer.is_blind || (answer.action && exit_code_of(*answer.action) == ExitCode::Incomplete);
}

base::Result<engine::Round::Playbook> load_playbook(const engine::Config& config,
                                                    const Console& console) {
  auto runbooks = load_runbooks(RunbooksOption::of(config), console);
  const auto rules = load_rules(RulesOption::of(config), console);
  if (!runbooks || !rules)
    return base::Error{base::Errc::Invalid, "rules and runbooks cannot be read"};
  return engine::Round::Playbook{std::move(*runbooks), engine::responses_of(rules->rules())};
}

ExitCode respond(const RespondOptions& options, const Console& console) {
  std::optional<engine::Config> config = options.answering.load(console);
  if (!config) return ExitCode::WrongUse;
  const auto answering = open_answering(std::move(*config), console);
  if (!answering) return ExitCode::WrongUse;
  bool has_trouble = false;
  const auto tell = [&](const Answer& answer) {
    console.out << (options.output == "ndjson" ? to_ndjson(answer) + "\n" : line_of(answer));
    has_trouble = has_trouble || is_trouble(answer);
  };
  const auto tell_enforced = [&](const std::vector<engine::Enforced>& all) {
    has_trouble = cli::tell(all, options.output, console) != ExitCode::Done || has_trouble;
  };
  const base::Result<bool> done =
      engine::Round({.answering = *answering,
                     .playbook = [&] { return load_playbook(answering->config(), console); },
                     .tell = tell,
                     .tell_enforced = tell_enforced,
                     .complain = complain_on(console)})
          .run();
  if (!done.ok()) console.complain(done.error().message);
  return done.ok() && *done && !has_trouble ? ExitCode::Done : ExitCode::Incomplete;
}

}  // namespace

void add_respond(CLI::App& app, Picked& picked) {
  CLI::App* command = app.add_subcommand(
      "respond", "Take back what is due, then answer the findings that have no answer yet");
  command->footer(
      "Example: riposte scan AWSLogs/ --ledger riposte.db && riposte respond --config riposte.yml");
  const auto options = std::make_shared<RespondOptions>();
  options->answering.add_to(*command);
  command->add_option("-o,--output", options->output, "ndjson: riposte.action/1, one a line")
      ->check(CLI::IsMember({"human", "ndjson"}))
      ->capture_default_str();
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return respond(*options, console); };
  });
}

}  // namespace riposte::cli
