#pragma once

// Runs a scenario from set-up to reset, with the functions of the commands: scan, commit, respond,
// approve, undo.
//
//     what an earlier run left is taken back
//     set-up --> watch --> attack --> watch --> deliver --> scan, commit --> respond --> approve
//       --> proofs that it is safe, watch --> undo or expiry --> watch
//       --> who may does the same: no answer --> reset
//
// What the watches say is held against each other: what is `repaired` is, once it is answered, as
// before the attack; and all are, once the answer was taken back, as riposte found them.
//
// State of a run is in its folder alone: the stage's journal, and riposte's ledger. Whenever it ended,
// the next run takes back what the ledger says stands, then what the journal says was begun.
//
// Nothing is called but what the scenario and its runbooks say, in the account that was given.
//
// When it fails: what is not as expected is told and the run goes on, as far as it makes sense;
// reset comes in any case.
//
// Threads: confined to its owner.

#include <memory>
#include <string>
#include <vector>

#include "engine/round.h"
#include "respond/runbook_reader.h"
#include "rule/rule_set.h"
#include "simulate/attacker.h"
#include "simulate/stage.h"
#include "simulate/story.h"

namespace riposte::simulate {

class Runner {
 public:
  struct Spec {
    std::vector<rule::RuleText> rules;
    std::vector<respond::RunbookText> runbooks;
    const Scenarios& scenarios;  // borrowed
    std::string account;
    std::string region;
    std::string endpoint_url;  // empty: the services' own
    std::string folder;        // of all runs
    std::string user_agent;
  };

  explicit Runner(Spec spec) : spec_(std::move(spec)) {}

  Told run(const Scenario& scenario, const Tell& tell);

 private:
  Spec spec_;
};

}  // namespace riposte::simulate
