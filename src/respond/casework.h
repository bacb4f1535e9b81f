#pragma once

// What people do with a case, and whether they may.
//
//     decide --> is it open, theirs to say, and not settled? --> entry, and who is next is told
//                        '-> no: an entry that says so, and Denied
//
// Of a step that riposte does, what it came to is told by its actions: it is done when each of them
// was carried out or denied, and one of them at least was carried out.
//
// A person who did what a case is about settles no step of it, and closes it neither.
//
// When it fails: NotFound and Invalid for what is not there or makes no sense, Conflict where it is
// settled or closed already, Denied as above, and as the stores do.
//
// Threads: confined to its owner.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "respond/action_store.h"
#include "respond/case_store.h"

namespace riposte::respond {

enum class CaseStepState : std::uint8_t {
  Waiting,  // for a person to decide, to do, or to say that riposte may
  Asked,    // an action waits for a yes, or is under way
  Done,
  Skipped,
};
std::string_view name_of(CaseStepState state);

// A step, and what became of it so far.
struct CaseStepView {
  const Case::Step* step = nullptr;  // of the case that was looked at
  CaseStepState state = CaseStepState::Waiting;
  std::vector<Action> actions{};  // in the order of step->asked, those that have one

  bool is_settled() const {
    return state == CaseStepState::Done || state == CaseStepState::Skipped;
  }
};

class Casework {
 public:
  // Borrows them.
  Casework(CaseStore& cases, ActionStore& actions, const base::Clock& clock)
      : cases_(cases), actions_(actions), clock_(clock) {}

  // In the order of phases; borrows the case.
  base::Result<std::vector<CaseStepView>> look(const Case& one);

  // A case that is open, and has the step, which is not settled.
  base::Result<Case> find_open(std::string_view id, std::string_view step);

  // Who says it, and the groups the configuration knows them in.
  struct Person {
    std::string name;
    std::vector<std::string> groups;
  };

  // An answer to a question, or that a task was done. Invalid for a step that riposte does, and for
  // a question without an answer.
  base::Result<Case> settle(std::string_view id, std::string_view step, const Person& person,
                            std::string_view says);
  // Questions to people that its actions still ask are denied.
  base::Result<Case> skip(std::string_view id, std::string_view step, const Person& person,
                          std::string_view why);
  base::Result<Case> note(std::string_view id, const Person& person, std::string_view says);
  // Conflict where steps are open, unless `skip_rest` says why they need not be done.
  base::Result<Case> close(std::string_view id, const Person& person, std::string_view lessons,
                           std::string_view skip_rest);

  // What people are told: the case, what is next, and who may decide.
  CaseStore::Notice notice_of(std::string_view kind, const Case& one,
                              const std::vector<CaseStepView>& views) const;

 private:
  base::Result<Case> find_open(std::string_view id);
  base::Status may_decide(const Case& one, const Case::Guide& guide, const std::string& step,
                          const std::vector<std::string>& by, const Person& person);
  base::Result<Case> append(const Case& one, CaseEntry entry);

  CaseStore& cases_;
  ActionStore& actions_;
  const base::Clock& clock_;
};

// Null where nothing is left to do but to close it.
const CaseStepView* next_of(const std::vector<CaseStepView>& views);

}  // namespace riposte::respond
