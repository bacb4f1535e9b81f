// riposte runbook test PATH...: runs the tests that stand in runbooks.
// Tested by tests/cli/runbook_test.py

#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "cli/occasion.h"
#include "cli/rules_option.h"
#include "cli/runbook_command.h"
#include "cli/runbooks_option.h"
#include "finding/terminal_text.h"
#include "respond/planner.h"
#include "respond/scripted_facts.h"

namespace riposte::cli {
namespace {

using respond::Occasion;
using respond::Plan;
using respond::Runbook;
using respond::RunbookPointer;
using respond::RunbookTest;

constexpr std::size_t kEventFileBytesMax = 64 << 20;

struct TestOptions {
  std::vector<std::string> paths;
  RulesOption rules;
};

base::Result<std::string> event_of(const Runbook& runbook, const RunbookTest& test) {
  if (test.file.empty()) return test.event;
  const std::string path =
      (std::filesystem::path(runbook.file).parent_path() / test.file).lexically_normal().string();
  base::Result<std::string> text = base::read_file(path, kEventFileBytesMax);
  if (text.ok()) return text;
  return std::move(text).error().in(path);
}

std::string to_text(const std::vector<RunbookTest::ExpectedCall>& calls) {
  std::string text;
  for (const RunbookTest::ExpectedCall& call : calls)
    text += "\n    " + respond::to_text(call.operation) + " " + call.with;
  return text;
}

using Calls = base::Result<std::vector<RunbookTest::ExpectedCall>>;

// Of a guide, what its parts would call one after the other; refused where one of them is.
Calls calls_of(const RunbookPointer& runbook, const Occasion& occasion,
               respond::FactReader& account) {
  std::vector<RunbookPointer> parts;
  if (!runbook->is_singular()) parts.push_back(runbook);
  for (const respond::GuideStep& step : runbook->guide) {
    if (!step.steps.empty()) parts.push_back(respond::part_of(*runbook, step));
  }
  std::vector<RunbookTest::ExpectedCall> calls;
  for (const RunbookPointer& part : parts) {
    const Plan plan = TRY(respond::Planner::plan(part, occasion, &account));
    for (const respond::PlannedStep& step : plan.steps)
      calls.push_back({step.call.operation, step.call.with});
  }
  return calls;
}

// What is wrong with what would be called, or nothing.
std::string compare(const RunbookTest& test, const Calls& called) {
  if (!called.ok()) {
    if (test.refused.empty()) return "refused: " + called.error().message;
    const bool is_told = called.error().message.find(test.refused) != std::string::npos;
    return is_told ? "" : "refused for another reason: " + called.error().message;
  }
  const std::vector<RunbookTest::ExpectedCall>& calls = called.value();
  if (!test.refused.empty()) return "expected a refusal, got" + to_text(calls);
  const bool is_same = std::equal(
      calls.begin(), calls.end(), test.plan.begin(), test.plan.end(),
      [](const auto& a, const auto& b) { return a.operation == b.operation && a.with == b.with; });
  return is_same ? "" : "expected" + to_text(test.plan) + "\n  got" + to_text(calls);
}

// Plans from what the rules find in the test's event, as a scan would.
std::string run(const RunbookPointer& runbook, const RunbookTest& test, OccasionReader& reader) {
  const base::Result<std::string> event = event_of(*runbook, test);
  if (!event.ok()) return event.error().message;
  const bool by_hand = runbook->when.empty();
  const auto occasions = reader.read(*event, by_hand);
  if (!occasions.ok()) return occasions.error().message;
  for (const FoundOccasion& found : *occasions) {
    const json::OwnedDocument finding = json::OwnedDocument::parse(found.finding).value();
    const json::OwnedDocument record = json::OwnedDocument::parse(found.record).value();
    const Occasion occasion{finding.root(), &record.root()};
    if (!by_hand && !respond::Planner::answers(*runbook, occasion, found.rule->response)) continue;
    respond::ScriptedFacts account(test.account);
    const std::string complaint = compare(test, calls_of(runbook, occasion, account));
    if (!complaint.empty()) return complaint;
    const std::vector<std::string> unread = account.unread();
    return unread.empty() ? "" : "the plan does not read " + base::join(unread, ", ");
  }
  return "no rule that the runbook answers hits this event";
}

ExitCode test(const TestOptions& options, const Console& console) {
  RunbooksOption option;
  option.paths = options.paths;
  option.no_default_runbooks = !options.paths.empty();
  const auto runbooks = load_runbooks(option, console);
  // Decoys and the like are lists of the user; the rules' own samples will do here.
  const std::optional<rule::RuleSet> rules =
      load_rules(options.rules, console, rule::TestPlaceholders::Used);
  if (!runbooks || !rules) return ExitCode::WrongUse;
  OccasionReader reader(*rules);
  std::size_t tests = 0;
  std::size_t failed = 0;
  for (const RunbookPointer& runbook : *runbooks) {
    if (runbook->tests.empty())
      console.complain(runbook->file + ": warning: " + runbook->name + " has no tests");
    for (const RunbookTest& each : runbook->tests) {
      ++tests;
      const std::string complaint = run(runbook, each, reader);
      if (complaint.empty()) continue;
      ++failed;
      const std::string told = fmt::format("{}:{}:{}: {}: {}: {}", runbook->file, each.place.line,
                                           each.place.column, runbook->name, each.name, complaint);
      for (std::string_view line : base::split(told, '\n'))
        console.out << finding::visible(line) << '\n';
    }
  }
  console.out << fmt::format("{} runbooks, {} tests, {} failed\n", runbooks->size(), tests, failed);
  return failed > 0 ? ExitCode::CheckFailed : ExitCode::Done;
}

}  // namespace

void add_runbook_test(CLI::App& runbook, Picked& picked) {
  CLI::App* command = runbook.add_subcommand("test", "Run the tests that stand in runbooks");
  command->footer("Example: riposte runbook test my-runbooks/");
  const auto options = std::make_shared<TestOptions>();
  command->add_option("path", options->paths,
                      "Runbook files and folders; without any, the shipped runbooks");
  options->rules.add_to(*command);
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return test(*options, console); };
  });
}

}  // namespace riposte::cli
