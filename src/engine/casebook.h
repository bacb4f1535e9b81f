#pragma once

// Findings to cases: which case one belongs to, and what its guides ask of the account.
//
//     finding --singular runbook--> incident --> open case of it? --> joins, its actions are asked
//                                                '-> none: opened, and told
//
// A case is of an incident: it takes every finding of it (incident.h), also those that no runbook
// answers, and is known by any of them. Incidents are made anew from the ledger, once.
//
// Actions of the phases up to containment are asked for with the finding; those behind it when a
// person says so. Nothing of a case is done without a yes. What a step has been asked already for
// the same targets is not asked a second time for another finding.
//
// Cost: all findings of the ledger are read once, where there is something to open or to join.
//
// When it fails: as the stores do.
//
// Threads: confined to its owner.

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/answerer.h"
#include "engine/incident_index.h"
#include "respond/casework.h"

namespace riposte::engine {

// Findings of one entry that joins them: what many incidents have fits into one.
inline constexpr std::size_t kJoinedMax = 500;

class Casebook {
 public:
  // Borrowed; all must outlive it.
  struct Parts {
    respond::CaseStore& cases;
    respond::ActionStore& actions;
    respond::Responder& responder;
    finding::Ledger& ledger;
    Answerer& answerer;
    const base::Clock& clock;
    std::function<void(const std::string& what)> note;  // tells the operator
  };
  explicit Casebook(Parts parts) : parts_(std::move(parts)) {}

  // Every singular runbook that says it answers such a finding, or that its rule names. `others`:
  // what came of the recurrent ones; what one of them did or asks for is not asked again.
  base::Result<std::vector<Answer>> answer(const finding::StoredFinding& finding,
                                           const std::vector<respond::RunbookPointer>& runbooks,
                                           const Answerer::Responses& responses,
                                           const std::vector<Answer>& others);

  // This runbook, because a person wants it.
  base::Result<respond::Case> open(const respond::RunbookPointer& runbook,
                                   const finding::StoredFinding& finding, std::string_view by);

  // A step that riposte does, for every finding that waits for it, because a person wants it.
  // `step` as respond::Case::name_of() calls it.
  base::Result<std::vector<Answer>> ask(respond::Case& one, const std::string& step,
                                        const std::vector<respond::RunbookPointer>& runbooks,
                                        std::string_view by);

  // The other findings of the incidents that open cases are about.
  base::Status join_others();

 private:
  struct KnownCase {
    respond::Case one;
    std::set<const finding::Incident*> about;  // grows with one.findings
  };

  base::Status read_all();
  base::Result<bool> has_open_case();
  // Of the finding's incident; null where there is none. `follows`: the last one that was closed.
  KnownCase* open_case_of(const std::string& finding, std::string& follows);
  base::Result<respond::Case*> take_up(const respond::RunbookPointer& runbook,
                                       const finding::StoredFinding& finding, std::string_view by,
                                       const std::vector<Answer>& others,
                                       std::vector<Answer>& answers);
  base::Status begin(KnownCase& known, respond::CaseEntry entry,
                     const respond::RunbookPointer& runbook, const KeptFinding& finding);
  base::Status ask(respond::Case& one, const std::string& step, const respond::RunbookPointer& part,
                   const finding::StoredFinding& finding, std::string_view by,
                   const std::vector<Answer>& others, std::vector<Answer>& answers);
  base::Result<bool> is_asked(const respond::Case::Step& step, const respond::Plan& plan);

  Parts parts_;
  bool has_read_ = false;
  std::vector<KnownCase> cases_;  // in the order in which they were opened
  IncidentIndex incidents_;
};

}  // namespace riposte::engine
