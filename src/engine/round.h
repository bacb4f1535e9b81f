#pragma once

// One round of answering: what `respond` does when it is called, and whoever calls it again and
// again.
//
//     sweep what is due --> answer what has no answer --> enforce blocks --> tell people
//
// People are told last, so that nobody waits for a slow channel to be defended. Rules and runbooks
// are asked for only where there is something to answer. A finding for which the account could not
// be asked is tried again later, and a person is told when it is not any more.
//
// When it fails: an error ends the round where it is, and the next one takes up from what the
// ledger says. What goes wrong with a single action or channel is complained of, and the others go
// on.
//
// Threads: confined to its owner.

#include <functional>
#include <vector>

#include "engine/answering.h"
#include "engine/complain.h"
#include "rule/rule_set.h"

namespace riposte::engine {

class Round {
 public:
  struct Playbook {
    std::vector<respond::RunbookPointer> runbooks;
    Answerer::Responses responses;
  };

  // What it works with. Borrowed; all must outlive it.
  struct Parts {
    Answering& answering;
    std::function<base::Result<Playbook>()> playbook;
    std::function<void(const Answer&)> tell;
    std::function<void(const std::vector<Enforced>&)> tell_enforced;  // what changed, or is wrong
    Complain complain;
  };

  explicit Round(Parts parts) : parts_(std::move(parts)) {}

  // Whether nothing was complained of.
  base::Result<bool> run();

 private:
  base::Status answer_all();
  base::Status enforce();
  base::Status answer(const std::vector<respond::ActionStore::Owed>& owed,
                      const std::vector<respond::ActionStore::Unanswered>& due);
  base::Status put_off(respond::ActionStore::Unanswered owed, const Answer& answer);

  Parts parts_;
};

// The runbooks that rules name themselves.
Answerer::Responses responses_of(const std::vector<rule::RulePointer>& rules);

}  // namespace riposte::engine
