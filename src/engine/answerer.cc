#include "engine/answerer.h"

#include <algorithm>

#include "json/scanner.h"

// Tested by tests/integration/respond_test.py

namespace riposte::engine {
namespace {

using finding::StoredFinding;
using respond::Plan;
using respond::RunbookPointer;

// A kept finding, as plans are made of it.
class Kept {
 public:
  static base::Result<Kept> parse(const StoredFinding& finding) {
    json::OwnedDocument document = TRY(json::OwnedDocument::parse(finding.document));
    std::optional<json::OwnedDocument> record;
    if (!finding.record.empty()) record = TRY(json::OwnedDocument::parse(finding.record));
    return Kept(std::move(document), std::move(record));
  }

  respond::Occasion occasion() const {
    return {document_.root(), record_ ? &record_->root() : nullptr};
  }

 private:
  Kept(json::OwnedDocument document, std::optional<json::OwnedDocument> record)
      : document_(std::move(document)), record_(std::move(record)) {}

  json::OwnedDocument document_;
  std::optional<json::OwnedDocument> record_;
};

}  // namespace

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
  const Kept kept = TRY(Kept::parse(finding));
  const respond::Occasion occasion = kept.occasion();
  const auto named = responses.find(occasion.finding.string_at("rule.name"));
  const std::string_view response = named == responses.end() ? "" : named->second;
  std::vector<Answer> answers;
  for (const RunbookPointer& runbook : runbooks) {
    if (respond::Planner::answers(*runbook, occasion, response))
      answers.push_back(TRY(run(runbook, finding.id, occasion, "riposte")));
  }
  return answers;
}

base::Result<Answer> Answerer::run(const RunbookPointer& runbook, const StoredFinding& finding,
                                   std::string_view requester) {
  const Kept kept = TRY(Kept::parse(finding));
  return run(runbook, finding.id, kept.occasion(), requester);
}

base::Result<Answer> Answerer::run(const RunbookPointer& runbook, const std::string& finding,
                                   const respond::Occasion& occasion, std::string_view requester) {
  const std::unique_ptr<respond::FactReader> account = facts_(
      occasion.finding.string_at("account"), occasion.finding.string_at("region"), runbook->name);
  const base::Result<Plan> plan = respond::Planner::plan(runbook, occasion, account.get());
  Answer answer{.runbook = runbook->name, .finding = finding};
  if (plan.ok()) {
    answer.action = TRY(responder_.propose(*plan, requester));
  } else {
    answer.no_plan = plan.error().message;
    answer.is_blind = plan.error().code == base::Errc::Busy || plan.error().code == base::Errc::Io;
  }
  return answer;
}

}  // namespace riposte::engine
