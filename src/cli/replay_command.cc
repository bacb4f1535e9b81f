// riposte replay PATH...: what runbooks would have done about the past.
// Tested by tests/cli/replay_test.py

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/config_option.h"
#include "cli/logs_option.h"
#include "cli/rules_option.h"
#include "cli/runbooks_option.h"
#include "engine/replay.h"
#include "finding/terminal_text.h"

namespace riposte::cli {
namespace {

using engine::Replay;
using engine::ReplayedPlan;

struct ReplayOptions {
  LogsOption logs;
  RulesOption rules;
  RunbooksOption runbooks;
  ConfigOption config;
  std::string mode;
  std::string output = "human";
};

std::string line_of(const ReplayedPlan& replayed) {
  std::string line = fmt::format("{}  {:7}  {}", base::format_time(replayed.time),
                                 engine::name_of(replayed.outcome), replayed.runbook);
  if (replayed.plan) {
    line += fmt::format("  {} {}", replayed.plan->account, replayed.plan->region);
    for (const respond::PlannedStep& step : replayed.plan->steps)
      line += "  " + respond::to_text(step.call.operation) + " " + step.call.with;
  }
  if (replayed.outcome == ReplayedPlan::Outcome::Refused ||
      replayed.outcome == ReplayedPlan::Outcome::NoPlan) {
    for (const respond::Reason& reason : replayed.reasons)
      line += "  (" + reason.code + ": " + reason.says + ")";
  }
  return finding::visible(line) + "\n";
}

// The rules with the most findings first.
std::vector<std::pair<std::string, Replay::Noise>> noisiest_first(const Replay& replay) {
  std::vector<std::pair<std::string, Replay::Noise>> rules(replay.rules.begin(),
                                                           replay.rules.end());
  std::stable_sort(rules.begin(), rules.end(), [](const auto& a, const auto& b) {
    return a.second.findings > b.second.findings;
  });
  return rules;
}

std::string summary_of(const Replay& replay) {
  std::string page = fmt::format("\n{:30} {:>8} {:>8} {:>8} {:>8}\n", "runbook", "run", "ask",
                                 "refused", "no plan");
  for (const auto& [runbook, counts] : replay.runbooks) {
    page += fmt::format("{:30} {:>8} {:>8} {:>8} {:>8}\n", finding::visible(runbook), counts[0],
                        counts[1], counts[2], counts[3]);
  }
  page += fmt::format("\n{:30} {:>8}\n", "stopped by", "plans");
  for (const auto& [code, count] : replay.stopped_by)
    page += fmt::format("{:30} {:>8}\n", code, count);
  page += fmt::format("\n{:60} {:>8} {:>8} {:>8}\n", "rule", "findings", "days", "planned");
  for (const auto& [rule, noise] : noisiest_first(replay)) {
    page += fmt::format("{:60} {:>8} {:>8} {:>8}\n", finding::visible(rule), noise.findings,
                        noise.days, noise.planned);
  }
  if (replay.without_time > 0)
    page += fmt::format("\nfindings without a time, not replayed: {}\n", replay.without_time);
  return page;
}

ExitCode replay(const ReplayOptions& options, const Console& console) {
  const auto config = options.config.load(
      console, joined({options.rules.flags(), options.runbooks.flags(), options.logs.flags(),
                       said({{"respond", "mode", {options.mode}, "--mode"}})}));
  if (!config) return ExitCode::WrongUse;
  std::optional<engine::ScanSpec> spec = options.logs.spec(*config, console);
  if (!spec) return ExitCode::WrongUse;
  spec->records = finding::Triager::Records::Kept;
  const auto runbooks = load_runbooks(RunbooksOption::of(*config), console);
  const std::optional<rule::RuleSet> rules = load_rules(RulesOption::of(*config), console);
  if (!runbooks || !rules) return ExitCode::WrongUse;

  const match::Matcher matcher(rules->rules());
  const engine::ScanResult result = engine::scan(*spec, matcher, {});
  respond::Safety safety = config->safety;
  // What if it were allowed to? The engine is shipped with a mode that only tells.
  if (config->setting("respond", "mode").from == "default") safety.mode = respond::Mode::Auto;
  const Replay replayed = engine::replay(result.findings, *runbooks, safety);

  const bool as_json = options.output == "ndjson";
  for (const ReplayedPlan& each : replayed.plans)
    console.out << (as_json ? engine::to_json(each) + "\n" : line_of(each));
  if (!as_json) console.out << summary_of(replayed);
  return tell_what_is_missing(result, console) ? ExitCode::Done : ExitCode::Incomplete;
}

}  // namespace

void add_replay(CLI::App& app, Picked& picked) {
  CLI::App* command =
      app.add_subcommand("replay", "Show what runbooks would have done about the past");
  command->footer("Example: riposte replay AWSLogs/ --mode approve");
  const auto options = std::make_shared<ReplayOptions>();
  options->logs.add_to(*command);
  options->rules.add_to(*command);
  options->runbooks.add_to(*command);
  options->config.add_to(*command);
  command
      ->add_option("--mode", options->mode,
                   "The engine's mode; runbooks may be lower. Without a word: auto")
      ->check(CLI::IsMember({"notify", "approve", "auto"}));
  command->add_option("-o,--output", options->output, "ndjson: one object a plan")
      ->check(CLI::IsMember({"human", "ndjson"}))
      ->capture_default_str();
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return replay(*options, console); };
  });
}

}  // namespace riposte::cli
