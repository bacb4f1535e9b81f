#include "engine/answerer.h"

#include <algorithm>

// Tested by tests/integration/respond_test.py

namespace riposte::engine {

using finding::StoredFinding;
using respond::Plan;
using respond::RunbookPointer;

base::Result<KeptFinding> KeptFinding::parse(const StoredFinding& finding) {
  json::OwnedDocument document = TRY(json::OwnedDocument::parse(finding.document));
  std::optional<json::OwnedDocument> record;
  if (!finding.record.empty()) record = TRY(json::OwnedDocument::parse(finding.record));
  return KeptFinding(std::move(document), std::move(record));
}

base::Result<std::vector<RunbookPointer>> Answerer::answering(
    const StoredFinding& finding, const std::vector<RunbookPointer>& runbooks,
    const Responses& responses, respond::Occurrence occurrence) {
  const KeptFinding kept = TRY(KeptFinding::parse(finding));
  const respond::Occasion occasion = kept.occasion();
  const auto named = responses.find(occasion.finding.string_at("rule.name"));
  const std::string_view response = named == responses.end() ? std::string_view() : named->second;
  std::vector<RunbookPointer> answering;
  for (const RunbookPointer& runbook : runbooks) {
    if (runbook->event == occurrence && respond::Planner::answers(*runbook, occasion, response))
      answering.push_back(runbook);
  }
  return answering;
}

base::Millis wait_for_answer(std::uint64_t tries) {
  constexpr base::Millis kFirst = std::chrono::minutes(1);
  constexpr base::Millis kLongest = std::chrono::hours(1);
  constexpr std::uint64_t kDoublings = 6;  // beyond it is longer than an hour
  return std::min(kLongest,
                  kFirst * (1 << std::min(std::max<std::uint64_t>(tries, 1) - 1, kDoublings)));
}

base::Result<std::vector<Answer>> Answerer::answer(const StoredFinding& finding,
                                                   const std::vector<RunbookPointer>& runbooks,
                                                   const Responses& responses) {
  std::vector<Answer> answers;
  for (const RunbookPointer& runbook :
       TRY(answering(finding, runbooks, responses, respond::Occurrence::Recurrent)))
    answers.push_back(TRY(run(runbook, finding, respond::kEngine)));
  return answers;
}

base::Result<Plan> Answerer::plan(const RunbookPointer& runbook, const StoredFinding& finding) {
  const KeptFinding kept = TRY(KeptFinding::parse(finding));
  const respond::Occasion occasion = kept.occasion();
  const std::unique_ptr<respond::FactReader> account = facts_(
      occasion.finding.string_at("account"), occasion.finding.string_at("region"), runbook->name);
  return respond::Planner::plan(runbook, occasion, account.get());
}

base::Result<Answer> Answerer::run(const RunbookPointer& runbook, const StoredFinding& finding,
                                   std::string_view requester) {
  TRY(KeptFinding::parse(finding));  // what is damaged is no plan that is missing something
  const base::Result<Plan> planned = plan(runbook, finding);
  Answer answer{.runbook = runbook->name, .finding = finding.id};
  if (planned.ok()) {
    answer.action = TRY(responder_.propose(*planned, requester));
  } else {
    answer.no_plan = planned.error().message;
    answer.is_blind =
        planned.error().code == base::Errc::Busy || planned.error().code == base::Errc::Io;
  }
  return answer;
}

}  // namespace riposte::engine
