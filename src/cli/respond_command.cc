// riposte respond: what is due, then an answer to every finding that has none, and another try of
// those for which the account could not be asked.
// Tested by tests/integration/respond_test.py

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/action_text.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/rules_option.h"
#include "cli/runbooks_option.h"
#include "finding/terminal_text.h"
#include "json/writer.h"

namespace riposte::cli {
namespace {

using engine::Answer;

// How far findings were looked at, in the ledger; no channel can be called so.
constexpr std::string_view kPosition = "(respond)";
constexpr std::string_view kRecorded = "finding.recorded";
constexpr std::string_view kUnanswered = "finding.unanswered";

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

bool is_recorded(const respond::ActionStore::Owed& owed) { return owed.kind == kRecorded; }

class Round {
 public:
  Round(const RespondOptions& options, Answering& answering, const Console& console)
      : options_(options), answering_(answering), console_(console) {}

  ExitCode run() {
    const base::Status done = respond();
    if (!done.ok()) {
      console_.complain(done.error().message);
      return ExitCode::Incomplete;
    }
    return has_trouble_ ? ExitCode::Incomplete : ExitCode::Done;
  }

 private:
  base::Status respond() {
    const auto errors = TRY(respond::Sweeper(answering_.means()).sweep());
    for (const base::Error& error : errors)
      console_.complain(error.message);
    has_trouble_ = !errors.empty();

    TRY(answer_all());
    return tell_people();
  }

  // Last, so that nobody waits for a slow channel to be defended.
  base::Status tell_people() {
    finding::Ledger ledger =
        TRY(finding::Ledger::open(answering_.config().ledger, store::Database::Access::Read));
    if (!answering_.channels().deliver(answering_.store(), ledger, console_)) has_trouble_ = true;
    return base::Done{};
  }

  base::Status answer_all() {
    // What is owed is read first: an answer writes into the same file.
    std::vector<respond::ActionStore::Owed> owed;
    TRY(answering_.store().each_owed(kPosition, [&owed](const respond::ActionStore::Owed& each) {
      owed.push_back(each);
      return true;
    }));
    const auto due = TRY(answering_.store().unanswered(answering_.means().clock.wall()));
    const bool has_findings = std::any_of(owed.begin(), owed.end(), is_recorded);
    if (has_findings || !due.empty()) return answer(owed, due);
    return owed.empty() ? base::Done{}
                        : answering_.store().acknowledge(kPosition, owed.back().sequence);
  }

  base::Status answer(const std::vector<respond::ActionStore::Owed>& owed,
                      const std::vector<respond::ActionStore::Unanswered>& due) {
    const engine::Config& config = answering_.config();
    const auto runbooks = load_runbooks(RunbooksOption::of(config), console_);
    const auto rules = load_rules(RulesOption::of(config), console_);
    if (!runbooks || !rules)
      return base::Error{base::Errc::Invalid, "rules and runbooks cannot be read"};
    engine::Answerer::Responses responses;
    for (const rule::RulePointer& rule : rules->rules()) {
      if (!rule->response.empty()) responses.emplace(rule->name, rule->response);
    }
    finding::Ledger ledger =
        TRY(finding::Ledger::open(config.ledger, store::Database::Access::Read));
    respond::Responder responder(answering_.means());
    engine::Answerer answerer(responder, answering_.facts());
    const auto answer_of = [&](const std::string& id,
                               const std::vector<respond::RunbookPointer>& those)
        -> base::Result<std::vector<Answer>> {
      const finding::StoredFinding finding = TRY(ledger.find(id));
      if (finding.closed) return std::vector<Answer>();
      std::vector<Answer> answers = TRY(answerer.answer(finding, those, responses));
      tell(answers);
      return answers;
    };
    for (const respond::ActionStore::Owed& each : owed) {
      if (is_recorded(each)) {
        const std::vector<Answer> answers = TRY(answer_of(each.subject, *runbooks));
        for (const Answer& answer : answers) {
          if (answer.is_blind) TRY(put_off({answer.finding, answer.runbook, 0}, answer));
        }
      }
      TRY(answering_.store().acknowledge(kPosition, each.sequence));
    }
    for (const respond::ActionStore::Unanswered& each : due) {
      std::vector<respond::RunbookPointer> that;
      std::copy_if(runbooks->begin(), runbooks->end(), std::back_inserter(that),
                   [&each](const auto& runbook) { return runbook->name == each.runbook; });
      const std::vector<Answer> answers = TRY(answer_of(each.finding, that));
      const bool is_blind = !answers.empty() && answers.front().is_blind;
      TRY(is_blind ? put_off(each, answers.front()) : answering_.store().forget(each));
    }
    return base::Done{};
  }

  // It is tried again later, or a person is told that it is not.
  base::Status put_off(respond::ActionStore::Unanswered owed, const Answer& answer) {
    const base::EventTime now = answering_.means().clock.wall();
    ++owed.tries;
    if (owed.tries < engine::kAnswerTriesMax)
      return answering_.store().put_off(owed, now + engine::wait_for_answer(owed.tries));
    json::Writer body;
    body.object([&] {
      body.field("finding", owed.finding);
      body.field("runbook", owed.runbook);
      body.field("tries", owed.tries);
      body.field("says", answer.no_plan);
    });
    TRY(answering_.store().owe(kUnanswered, owed.finding, body.text(), now));
    return answering_.store().forget(owed);
  }

  void tell(const std::vector<Answer>& answers) {
    for (const Answer& answer : answers) {
      console_.out << (options_.output == "ndjson" ? to_ndjson(answer) + "\n" : line_of(answer));
      has_trouble_ = has_trouble_ || is_trouble(answer);
    }
  }

  const RespondOptions& options_;
  Answering& answering_;
  const Console& console_;
  bool has_trouble_ = false;
};

ExitCode respond(const RespondOptions& options, const Console& console) {
  std::optional<engine::Config> config = options.answering.load(console);
  if (!config) return ExitCode::WrongUse;
  const auto answering = Answering::open(std::move(*config), console);
  if (!answering) return ExitCode::WrongUse;
  return Round(options, *answering, console).run();
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
