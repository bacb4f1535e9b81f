#pragma once

// A plan's way to the executor: proposed, judged, and where a person is asked, answered.
//
//     propose --> guard --> refused, told
//                       --> asked, told --> approve (of exactly this digest) --> guard --> carried
//                       out |               --> deny
//                       --> approved by mode auto ---------------------------------------> carried
//                       out
//
// An approval that does not count is an entry of the journal, too, and the question stands. Where
// somebody else has the turn an approved action waits for his next sweep.
//
// Threads: confined to its owner.

#include <string>
#include <string_view>
#include <vector>

#include "respond/executor.h"

namespace riposte::respond {

// Of an action that is asked for, or approved and not begun.
base::Result<Action> deny(ActionStore& store, std::string_view id, std::string_view by,
                          std::string_view why, base::EventTime now);

class Responder {
 public:
  explicit Responder(Means means) : means_(std::move(means)) {}

  // Of an action that is there already, and may not be asked anew, the action as it is.
  base::Result<Action> propose(const Plan& plan, std::string_view requester);

  // Denied with every reason why the approval does not count; Conflict where nobody is asked.
  // `id`: the beginning of the action's digest; `digest`: what was shown, whole.
  base::Result<Action> approve(std::string_view id, std::string_view digest, std::string_view by,
                               const std::vector<std::string>& groups);

  base::Result<Action> deny(std::string_view id, std::string_view by, std::string_view why) {
    return respond::deny(means_.store, id, by, why, means_.clock.wall());
  }

 private:
  base::Result<Action> carry_out(Action action, const ApprovedPlan& approved);

  Means means_;
};

// Of an action that is stuck, or cannot come to its end because the account is gone: a person
// looked, and nothing more is done about it. The account is not asked. Busy where somebody is at
// it. What stands of it may still be taken back when a person asks for it.
base::Result<Action> close_action(ActionStore& store, std::string_view id, std::string_view by,
                                  std::string_view why, base::EventTime now);

}  // namespace riposte::respond
