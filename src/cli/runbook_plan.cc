// riposte runbook plan RUNBOOK FINDING|EVENT: the exact calls, and their digest.
// Tested by tests/cli/runbook_test.py

#include <CLI/CLI.hpp>

#include "base/files.h"
#include "cli/answering_option.h"
#include "cli/ledger_option.h"
#include "cli/occasion.h"
#include "cli/rules_option.h"
#include "cli/runbook_command.h"
#include "cli/runbooks_option.h"
#include "finding/terminal_text.h"
#include "respond/guard.h"
#include "respond/planner.h"
#include "respond/scripted_facts.h"

namespace riposte::cli {
namespace {

using respond::Occasion;
using respond::Plan;
using respond::RunbookPointer;

constexpr std::size_t kEventFileBytesMax = 64 << 20;

struct PlanOptions {
  std::string runbook;
  std::string what;
  std::string ledger;
  std::string account_facts;
  bool look = false;
  ConfigOption config;
  RulesOption rules;
  RunbooksOption runbooks;
  std::string output = "human";
};

// What rules make of the events in a file, those that the runbook answers.
std::optional<std::vector<FoundOccasion>> read_file(const PlanOptions& options,
                                                    const Console& console) {
  const base::Result<std::string> text = base::read_file(options.what, kEventFileBytesMax);
  if (!text.ok()) {
    console.complain(options.what + ": " + text.error().message);
    return std::nullopt;
  }
  const std::optional<rule::RuleSet> rules = load_rules(options.rules, console);
  if (!rules) return std::nullopt;
  OccasionReader reader(*rules);
  base::Result<std::vector<FoundOccasion>> found = reader.read(*text, true);
  if (found.ok()) return std::move(found).value();
  console.complain(options.what + ": " + found.error().message);
  return std::nullopt;
}

std::optional<std::vector<FoundOccasion>> read_ledger(const PlanOptions& options,
                                                      const Console& console) {
  std::optional<finding::Ledger> ledger =
      LedgerOption{options.ledger}.open(store::Database::Access::Read, console);
  if (!ledger) return std::nullopt;
  base::Result<finding::StoredFinding> finding = ledger->find(options.what);
  if (finding.ok())
    return std::vector<FoundOccasion>{{nullptr, finding->document, finding->record}};
  console.complain(finding.error().message);
  return std::nullopt;
}

// Answers of the account that somebody brought; nothing after a complaint.
std::optional<respond::ScriptedFacts> read_facts(const std::string& path, const Console& console) {
  base::Result<std::string> text = base::read_file(path, kEventFileBytesMax);
  if (!text.ok()) {
    console.complain(path + ": " + text.error().message);
    return std::nullopt;
  }
  base::Diagnostics diagnostics;
  respond::ScriptedFacts facts(
      respond::read_account_facts({path, std::move(text).value()}, diagnostics));
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    tell(diagnostic, console);
  if (!diagnostics.ok()) return std::nullopt;
  return facts;
}

// What a named action may read: what somebody brought, or the account itself.
class Facts {
 public:
  // Whether all that was asked for is there; complains otherwise.
  bool open(const PlanOptions& options, const Console& console) {
    if (!options.account_facts.empty()) {
      brought_ = read_facts(options.account_facts, console);
      return brought_.has_value();
    }
    if (!options.look) return true;
    config_ = options.config.load(console);
    if (config_) session_ = open_session(*config_, console);
    if (session_) account_.emplace(session_->account(*config_));
    return account_.has_value();
  }

  // Null where there is neither. Borrows what the finding and the runbook say.
  respond::FactReader* of(const json::Node& finding, const respond::Runbook& runbook) {
    if (brought_) return &*brought_;
    if (!account_) return nullptr;
    return &found_.emplace(*account_, nullptr, finding.string_at("account"),
                           finding.string_at("region"), runbook.name);
  }

 private:
  std::optional<respond::ScriptedFacts> brought_;
  std::optional<engine::Config> config_;
  std::unique_ptr<engine::AwsSession> session_;
  std::optional<respond::AwsAccount> account_;
  std::optional<respond::AccountFacts> found_;
};

// What stands against the plan by itself: whatever the engine's mode and history are.
std::string objections_to(const Plan& plan) {
  respond::Safety safety;
  safety.mode = respond::Mode::Auto;
  const respond::Verdict verdict = respond::Guard(safety).judge(plan, {});
  if (verdict.kind != respond::Verdict::Kind::Refused) return {};
  std::string text;
  for (const respond::Reason& reason : verdict.reasons)
    text += "  against   " + finding::visible(reason.code + ": " + reason.says) + "\n";
  return text;
}

ExitCode plan(const PlanOptions& options, const Console& console) {
  const RunbookPointer runbook = find_runbook(options.runbooks, options.runbook, console);
  if (runbook == nullptr) return ExitCode::WrongUse;
  Facts facts;
  if (!facts.open(options, console)) return ExitCode::WrongUse;
  const auto occasions =
      options.ledger.empty() ? read_file(options, console) : read_ledger(options, console);
  if (!occasions) return ExitCode::WrongUse;
  // Whoever names runbook and finding wants this plan: `when` only chooses among several.
  const FoundOccasion* chosen = nullptr;
  bool is_answered = false;
  for (const FoundOccasion& found : *occasions) {
    const json::OwnedDocument finding = json::OwnedDocument::parse(found.finding).value();
    const auto record = json::OwnedDocument::parse(found.record);
    const Occasion occasion{finding.root(), record.ok() ? &record.value().root() : nullptr};
    // Of a finding in the ledger the rule is not at hand.
    const std::string_view response = found.rule == nullptr ? "" : found.rule->response;
    is_answered = respond::Planner::answers(*runbook, occasion, response);
    if (chosen == nullptr || is_answered) chosen = &found;
    if (is_answered) break;
  }
  if (chosen == nullptr) {
    console.complain(options.what + ": there is no event to plan for");
    return ExitCode::WrongUse;
  }
  const json::OwnedDocument finding = json::OwnedDocument::parse(chosen->finding).value();
  const auto record = json::OwnedDocument::parse(chosen->record);
  const Occasion occasion{finding.root(), record.ok() ? &record.value().root() : nullptr};
  if (!is_answered) console.complain("note: by itself the runbook would not answer this finding");
  const base::Result<Plan> planned =
      respond::Planner::plan(runbook, occasion, facts.of(finding.root(), *runbook));
  if (!planned.ok()) {
    console.complain("no plan: " + planned.error().message);
    return ExitCode::CheckFailed;
  }
  if (options.output == "json") {
    console.out << respond::to_json(*planned) << '\n';
  } else {
    console.out << respond::to_human(*planned) << objections_to(*planned);
  }
  return ExitCode::Done;
}

}  // namespace

void add_runbook_plan(CLI::App& runbook, Picked& picked) {
  CLI::App* command = runbook.add_subcommand(
      "plan", "Show the exact calls that a runbook would make; nothing is called");
  command->footer(
      "Example: riposte runbook plan restart-trail event.json\n"
      "         riposte runbook plan restart-trail 5b0c --ledger riposte.db");
  const auto options = std::make_shared<PlanOptions>();
  command->add_option("runbook", options->runbook, "Its name, or its file")->required();
  command
      ->add_option("what", options->what,
                   "A file with the event, - for standard input; with --ledger a finding's id")
      ->required();
  command->add_option("--ledger", options->ledger, "Take the finding from this ledger")
      ->type_name("FILE");
  command
      ->add_option("--account-facts", options->account_facts,
                   "What named actions would read in the account: a list as in a runbook's tests")
      ->type_name("FILE");
  command
      ->add_flag("--account", options->look,
                 "Let named actions read the account, with the configuration's credentials")
      ->excludes("--account-facts");
  options->config.add_to(*command);
  options->rules.add_to(*command);
  options->runbooks.add_to(*command);
  command->add_option("-o,--output", options->output, "json: riposte.plan/1")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return plan(*options, console); };
  });
}

}  // namespace riposte::cli
