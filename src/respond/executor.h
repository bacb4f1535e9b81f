#pragma once

// Carries plans out, and takes them back: the stage act.
//
//     each step   prechecks --> guard --> intent --> call --> result --> verified --> next
//                    |            |      journal             journal      |
//                 stale: no call  halted                               on_failure
//
//     each undo,  still as we left it? --> intent --> undo --> result --> as it was before?
//     last first    no: nothing is touched, a person is told what differs
//
// Nothing is called before its intent is durable, and nothing after an intent without a result
// before the account was asked what came of it: what was made is not made again, what was not made
// may be tried once more with the same idempotency token, and what nobody can tell is left to a
// person. A call that is irreversible, or that no check can tell of, is never repeated.
//
// Where the account cannot be reached an action stays as it is, running or being undone, until it
// can: to see nothing is not to see a change.
//
// A refusal of the guard in the middle halts: nothing more is called, what was done stays, and a
// person is told. Once a freeze is set no further intent becomes durable, but for an undo that a
// person asks for.
//
// Of an answer only what undo, verification and later steps speak of is kept: it may hold secrets.
// What prechecks answer is kept whole, as evidence of what was there before.
//
// When it fails: an error of the store ends it at once, wherever it is; resume() takes up from what
// the journal says. Cancelled when told to stop, with the same promise.
//
// Threads: confined to its owner. One at a time for a ledger: see ActionStore::take_turn.

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "respond/account.h"
#include "respond/action_store.h"
#include "respond/guard.h"

namespace riposte::respond {

// What carrying out needs. All are borrowed and must outlive who has them.
struct Means {
  Account& account;
  ActionStore& store;
  const Guard& guard;
  base::Clock& clock;
  std::stop_token stop{};
  // Puts into the state what only the account knows: tags, the size of the fleet. Empty: neither
  // is known, which stands against plans where they matter.
  std::function<base::Status(const Plan&, State&)> look_around{};
};

class Executor {
 public:
  explicit Executor(Means means) : means_(std::move(means)) {}

  // Of an action that is approved: to its end. Conflict in any other state; Busy where somebody
  // else has the turn.
  base::Result<Action> carry_out(const ApprovedPlan& approved);

  // Takes back what stands of it. Conflict where nothing does. `is_forced`: also steps of which no
  // check can tell whether they are as we left them; only a person may.
  base::Result<Action> undo(std::string_view digest, UndoCause cause, std::string_view by,
                            bool is_forced = false);

  // Takes up every action that was running or being undone when its process ended, or that must
  // not go on then. The first error is given when all were tried.
  base::Status resume();

 private:
  Means means_;
};

}  // namespace riposte::respond
