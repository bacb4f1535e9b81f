#include "engine/round.h"

#include <algorithm>

#include "engine/casebook.h"
#include "json/writer.h"

// Tested by tests/integration/respond_test.py

namespace riposte::engine {
namespace {

// How far findings were looked at, in the ledger; no channel can be called so.
constexpr std::string_view kPosition = "(respond)";
constexpr std::string_view kRecorded = "finding.recorded";
constexpr std::string_view kUnanswered = "finding.unanswered";

bool is_recorded(const respond::ActionStore::Owed& owed) { return owed.kind == kRecorded; }

base::Result<finding::Ledger> open_ledger(const Answering& answering) {
  return finding::Ledger::open(answering.config().ledger, store::Database::Access::Read);
}

}  // namespace

base::Result<bool> Round::run() {
  Answering& answering = parts_.answering;
  const auto errors = TRY(respond::Sweeper(answering.means()).sweep());
  for (const base::Error& error : errors)
    parts_.complain(error.message);
  TRY(answer_all());
  TRY(enforce());
  finding::Ledger ledger = TRY(open_ledger(answering));
  const bool is_all_told = answering.channels().deliver(answering.store(), ledger, parts_.complain);
  return errors.empty() && is_all_told;
}

// Also what ran out, where nothing was found.
base::Status Round::enforce() {
  if (parts_.answering.config().blocks.enforcements.empty()) return base::Done{};
  std::vector<Enforced> all = TRY(parts_.answering.enforcer().sync(respond::kEngine));
  std::erase_if(all, [](const Enforced& each) {
    return each.changes.empty() && each.problems.empty() && each.drifted.empty();
  });
  parts_.tell_enforced(all);
  return base::Done{};
}

base::Status Round::answer_all() {
  respond::ActionStore& store = parts_.answering.store();
  // What is owed is read first: an answer writes into the same file.
  std::vector<respond::ActionStore::Owed> owed;
  TRY(store.each_owed(kPosition, [&owed](const respond::ActionStore::Owed& each) {
    owed.push_back(each);
    return true;
  }));
  const auto due = TRY(store.unanswered(parts_.answering.means().clock.wall()));
  const bool has_findings = std::any_of(owed.begin(), owed.end(), is_recorded);
  if (has_findings || !due.empty()) return answer(owed, due);
  return owed.empty() ? base::Done{} : store.acknowledge(kPosition, owed.back().sequence);
}

base::Status Round::answer(const std::vector<respond::ActionStore::Owed>& owed,
                           const std::vector<respond::ActionStore::Unanswered>& due) {
  const Playbook playbook = TRY(parts_.playbook());
  Answering& answering = parts_.answering;
  finding::Ledger ledger = TRY(open_ledger(answering));
  respond::Responder responder(answering.means());
  Answerer answerer(responder, answering.facts());
  respond::CaseStore cases =
      TRY(respond::CaseStore::open(answering.config().ledger, store::Database::Access::Write));
  Casebook book({cases, answering.store(), responder, ledger, answerer, answering.means().clock,
                 parts_.complain});
  const auto tell = [this](const std::vector<Answer>& answers) {
    std::for_each(answers.begin(), answers.end(), parts_.tell);
  };
  for (const respond::ActionStore::Owed& each : owed) {
    if (is_recorded(each)) {
      const finding::StoredFinding finding = TRY(ledger.find(each.subject));
      if (!finding.closed) {
        const std::vector<Answer> answers =
            TRY(answerer.answer(finding, playbook.runbooks, playbook.responses));
        tell(answers);
        for (const Answer& answer : answers) {
          if (answer.is_blind) TRY(put_off({answer.finding, answer.runbook, 0}, answer));
        }
        tell(TRY(book.answer(finding, playbook.runbooks, playbook.responses, answers)));
      }
    }
    TRY(answering.store().acknowledge(kPosition, each.sequence));
  }
  for (const respond::ActionStore::Unanswered& each : due) {
    const finding::StoredFinding finding = TRY(ledger.find(each.finding));
    std::vector<Answer> answers;
    if (!finding.closed) {
      std::vector<respond::RunbookPointer> that;
      std::copy_if(playbook.runbooks.begin(), playbook.runbooks.end(), std::back_inserter(that),
                   [&each](const auto& runbook) { return runbook->name == each.runbook; });
      answers = TRY(answerer.answer(finding, that, playbook.responses));
      tell(answers);
    }
    const bool is_blind = !answers.empty() && answers.front().is_blind;
    TRY(is_blind ? put_off(each, answers.front()) : answering.store().forget(each));
  }
  return book.join_others();
}

// It is tried again later, or a person is told that it is not.
base::Status Round::put_off(respond::ActionStore::Unanswered owed, const Answer& answer) {
  respond::ActionStore& store = parts_.answering.store();
  const base::EventTime now = parts_.answering.means().clock.wall();
  ++owed.tries;
  if (owed.tries < kAnswerTriesMax) return store.put_off(owed, now + wait_for_answer(owed.tries));
  json::Writer body;
  body.object([&] {
    body.field("finding", owed.finding);
    body.field("runbook", owed.runbook);
    body.field("tries", owed.tries);
    body.field("says", answer.no_plan);
  });
  TRY(store.owe(kUnanswered, owed.finding, body.text(), now));
  return store.forget(owed);
}

Answerer::Responses responses_of(const std::vector<rule::RulePointer>& rules) {
  Answerer::Responses responses;
  for (const rule::RulePointer& rule : rules) {
    if (!rule->response.empty()) responses.emplace(rule->name, rule->response);
  }
  return responses;
}

}  // namespace riposte::engine
