#include "respond/sweeper.h"

#include <algorithm>

#include "respond/caller.h"

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;

// The first difference of each step that was done from how it was left. Not told: what cannot be
// reached now.
base::Result<std::vector<std::string>> drift_of(const Means& means, Action& action) {
  Caller caller(means, action);
  std::vector<std::string> says;
  for (std::size_t i = 0; i < action.steps.size(); ++i) {
    if (action.steps[i].state != StepState::Done || !action.plan.steps[i].changes) continue;
    const std::optional<Sight> left = TRY(caller.as_left(i));
    if (!left || !left->is_certain()) continue;
    for (const std::string& difference : left->differs)
      says.push_back(action.plan.steps[i].name + ": " + difference);
  }
  return says;
}

// Since when the last person who could say something has been silent.
base::EventTime last_word(const Action& action) {
  return action.approvals.empty() ? action.asked : action.approvals.back().at;
}

}  // namespace

base::Result<std::vector<Error>> Sweeper::sweep() {
  std::vector<Error> errors;
  Executor executor(means_);
  base::Status resumed = executor.resume();
  if (!resumed.ok()) errors.push_back(std::move(resumed).error());
  const base::EventTime now = std::max(means_.clock.wall(), TRY(means_.store.latest()));
  const std::vector<std::string> digests =
      TRY(means_.store.list({ActionState::Asked, ActionState::Approved, ActionState::Standing}));
  for (const std::string& digest : digests) {
    base::Status swept = sweep(digest, now);
    if (!swept.ok()) errors.push_back(std::move(swept).error().in("action " + digest));
  }
  std::erase_if(looked_, [&digests](const auto& looked) {
    return std::find(digests.begin(), digests.end(), looked.first) == digests.end();
  });
  return errors;
}

base::Status Sweeper::sweep(const std::string& digest, base::EventTime now) {
  std::optional<Action> found = TRY(means_.store.read(digest));
  if (!found) return Error{Errc::NotFound, "it has no entries in the journal"};
  Action action = std::move(*found);
  switch (action.state) {
    case ActionState::Asked:
      return lapse(action, now);
    case ActionState::Approved:
      return carry_out(action, now);
    case ActionState::Standing:
      if (action.expires && now >= *action.expires) {
        TRY(Executor(means_).undo(digest, UndoCause::Expiry, kEngine));
        return base::Done{};
      }
      return look(action);
    default:
      return base::Done{};  // somebody was faster
  }
}

base::Status Sweeper::lapse(const Action& action, base::EventTime now) {
  if (now - last_word(action) <= action.plan.runbook->approve.within) return base::Done{};
  TRY(means_.store.append(action, {.kind = "action.lapsed",
                                   .time = means_.clock.wall(),
                                   .state = ActionState::Lapsed,
                                   .says = {"nobody answered in time"}}));
  return base::Done{};
}

base::Status Sweeper::carry_out(const Action& action, base::EventTime now) {
  State state = TRY(means_.store.state_for(action.plan, means_.clock.wall()));
  if (means_.look_around) TRY(means_.look_around(action.plan, state));
  const Verdict verdict = means_.guard.judge(action.plan, state);
  if (verdict.kind != Verdict::Kind::Allowed) return lapse(action, now);
  TRY(Executor(means_).carry_out(*verdict.approved));
  return base::Done{};
}

base::Status Sweeper::look(Action& action) {
  const base::SteadyTime now = means_.clock.steady();
  const auto looked = looked_.find(action.digest());
  if (action.has_drifted || (looked != looked_.end() && now - looked->second < kDriftEvery))
    return base::Done{};
  looked_[action.digest()] = now;
  std::vector<std::string> says = TRY(drift_of(means_, action));
  if (says.empty()) return base::Done{};
  TRY(means_.store.append(action, {.kind = "action.drifted",
                                   .time = means_.clock.wall(),
                                   .state = ActionState::Standing,
                                   .says = std::move(says)}));
  return base::Done{};
}

}  // namespace riposte::respond
