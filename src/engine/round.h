#pragma once

// One round of answering: what `respond` does when it is called, and whoever calls it again and
// again.
//
//     sweep what is due --> answer every finding that has no answer --> tell people what is owed
//
// People are told last, so that nobody waits for a slow channel to be defended. Rules and runbooks
// are asked for only where there is something to answer.
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
    Complain complain;
  };

  explicit Round(Parts parts) : parts_(std::move(parts)) {}

  // Whether nothing was complained of.
  base::Result<bool> run();

 private:
  base::Status answer_all();
  base::Status answer(const std::vector<respond::ActionStore::Owed>& owed);

  Parts parts_;
};

// The runbooks that rules name themselves.
Answerer::Responses responses_of(const std::vector<rule::RulePointer>& rules);

}  // namespace riposte::engine
