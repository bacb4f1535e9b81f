#include "engine/round.h"

#include <algorithm>

// Tested by tests/integration/respond_test.py

namespace riposte::engine {
namespace {

// How far findings were looked at, in the ledger; no channel can be called so.
constexpr std::string_view kPosition = "(respond)";
constexpr std::string_view kRecorded = "finding.recorded";

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
  finding::Ledger ledger = TRY(open_ledger(answering));
  const bool is_all_told =
      answering.channels().deliver(answering.store(), ledger, parts_.complain);
  return errors.empty() && is_all_told;
}

base::Status Round::answer_all() {
  respond::ActionStore& store = parts_.answering.store();
  // What is owed is read first: an answer writes into the same file.
  std::vector<respond::ActionStore::Owed> owed;
  TRY(store.each_owed(kPosition, [&owed](const respond::ActionStore::Owed& each) {
    owed.push_back(each);
    return true;
  }));
  const bool has_findings = std::any_of(owed.begin(), owed.end(), is_recorded);
  if (has_findings) return answer(owed);
  return owed.empty() ? base::Done{} : store.acknowledge(kPosition, owed.back().sequence);
}

base::Status Round::answer(const std::vector<respond::ActionStore::Owed>& owed) {
  const Playbook playbook = TRY(parts_.playbook());
  Answering& answering = parts_.answering;
  finding::Ledger ledger = TRY(open_ledger(answering));
  respond::Responder responder(answering.means());
  Answerer answerer(responder, answering.facts());
  for (const respond::ActionStore::Owed& each : owed) {
    if (is_recorded(each)) {
      const finding::StoredFinding finding = TRY(ledger.find(each.subject));
      if (!finding.closed) {
        for (const Answer& said :
             TRY(answerer.answer(finding, playbook.runbooks, playbook.responses)))
          parts_.tell(said);
      }
    }
    TRY(answering.store().acknowledge(kPosition, each.sequence));
  }
  return base::Done{};
}

Answerer::Responses responses_of(const std::vector<rule::RulePointer>& rules) {
  Answerer::Responses responses;
  for (const rule::RulePointer& rule : rules) {
    if (!rule->response.empty()) responses.emplace(rule->name, rule->response);
  }
  return responses;
}

}  // namespace riposte::engine
