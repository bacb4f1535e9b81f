#pragma once

// Findings of the ledger to actions: which runbooks answer one, and what became of each answer.
//
//     finding --which runbooks?--> plan --Responder--> refused, asked, carried out
//                                   '-> no plan: told with what is missing
//
// Who plans a named action looks into the account for it; nothing else here does.
//
// When it fails: as the store does. What came of a single finding is in its Answer, and hinders no
// other finding.
//
// Threads: confined to its owner.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "finding/ledger.h"
#include "json/scanner.h"
#include "respond/named_action.h"
#include "respond/planner.h"
#include "respond/responder.h"

namespace riposte::engine {

// An answer for which the account could not be asked is tried again after 1, 2, 4 ... minutes, and
// then every hour, for about a day: until then somebody noticed, or the account is gone.
inline constexpr std::uint64_t kAnswerTriesMax = 28;
base::Millis wait_for_answer(std::uint64_t tries);

// What came of one runbook and one finding.
struct Answer {
  std::string runbook;
  std::string finding;
  std::optional<respond::Action> action{};
  std::string no_plan{};  // why there is no action
  bool is_blind = false;  // because the account could not be asked now
};

// A kept finding, as plans are made of it.
class KeptFinding {
 public:
  static base::Result<KeptFinding> parse(const finding::StoredFinding& finding);

  respond::Occasion occasion() const {
    return {document_.root(), record_ ? &record_->root() : nullptr};
  }

 private:
  KeptFinding(json::OwnedDocument document, std::optional<json::OwnedDocument> record)
      : document_(std::move(document)), record_(std::move(record)) {}

  json::OwnedDocument document_;
  std::optional<json::OwnedDocument> record_;
};

class Answerer {
 public:
  // Reads of an account in a region for a runbook.
  using Facts = std::function<std::unique_ptr<respond::FactReader>(
      std::string_view account, std::string_view region, std::string_view runbook)>;

  // By the name of a rule, the runbook that it names itself.
  using Responses = std::map<std::string, std::string, std::less<>>;

  // Borrows the responder.
  Answerer(respond::Responder& responder, Facts facts)
      : responder_(responder), facts_(std::move(facts)) {}

  // Every recurrent runbook that says it answers such a finding, or that the finding's rule names.
  base::Result<std::vector<Answer>> answer(const finding::StoredFinding& finding,
                                           const std::vector<respond::RunbookPointer>& runbooks,
                                           const Responses& responses);

  // Those of `occurrence` that would answer it.
  static base::Result<std::vector<respond::RunbookPointer>> answering(
      const finding::StoredFinding& finding, const std::vector<respond::RunbookPointer>& runbooks,
      const Responses& responses, respond::Occurrence occurrence);

  // What it would do; as respond::Planner fails.
  base::Result<respond::Plan> plan(const respond::RunbookPointer& runbook,
                                   const finding::StoredFinding& finding);

  // This runbook, because a person wants it; to want is not to approve.
  base::Result<Answer> run(const respond::RunbookPointer& runbook,
                           const finding::StoredFinding& finding, std::string_view requester);

 private:
  respond::Responder& responder_;
  const Facts facts_;
};

}  // namespace riposte::engine
