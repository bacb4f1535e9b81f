#include "respond/executor.h"

#include <algorithm>

#include "respond/caller.h"

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;

bool is_known_to_stand(StepState state) {
  return state == StepState::Made || state == StepState::Done || state == StepState::Unverified;
}

// Takes one action as far as it goes.
class Run {
 public:
  Run(const Means& means, Action action)
      : means_(means), action_(std::move(action)), caller_(means_, action_) {}

  const Action& action() const { return action_; }

  base::Status carry_out() {
    for (std::size_t i = 0; i < action_.steps.size(); ++i) {
      TRY(carry_out(i));
      if (is_put_off_) return base::Done{};  // taken up again by resume()
      if (is_halted_) return halt();
      const StepState state = action_.steps[i].state;
      if (state == StepState::Unknown) return end(ActionState::Stuck, failures());
      if (state != StepState::Failed && state != StepState::Unverified) continue;
      const OnFailure on_failure = caller_.plan().steps[i].on_failure;
      if (on_failure == OnFailure::Stop) break;
      if (on_failure == OnFailure::Continue) continue;
      if (!action_.may_stand()) return end(ActionState::Failed, failures());
      TRY(caller_.note({.kind = "action.undoing",
                        .state = ActionState::Undoing,
                        .cause = UndoCause::Failure,
                        .says = failures()}));
      return take_back();
    }
    const bool has_failed = !failures().empty();
    if (has_failed && !action_.may_stand()) return end(ActionState::Failed, failures());
    ActionEntry entry{
        .kind = "action.standing", .state = ActionState::Standing, .says = failures()};
    const std::optional<base::Millis> expires = caller_.plan().runbook->expires;
    if (expires && action_.may_stand()) entry.expires = means_.clock.wall() + *expires;
    return caller_.note(std::move(entry));
  }

  base::Status take_back() {
    bool is_stuck = false;
    for (std::size_t i = action_.steps.size(); i-- > 0;) {
      if (!caller_.plan().steps[i].changes) continue;
      TRY(take_back(i));
      if (is_halted_ || is_put_off_) return base::Done{};  // taken up again by resume()
      const PlannedStep& step = caller_.plan().steps[i];
      const bool is_left = action_.steps[i].state == StepState::Left && !step.irreversible;
      is_stuck = is_stuck || is_left;
      if (is_left && step.on_failure != OnFailure::Continue) break;
    }
    if (is_stuck) return end(ActionState::Stuck, failures());
    return end(action_.cause == UndoCause::Failure ? ActionState::Failed : ActionState::Undone,
               failures());
  }

  // Also what no check can tell of; a person wants it.
  void force() { is_forced_ = true; }

 private:
  base::Status carry_out(std::size_t i) {
    switch (action_.steps[i].state) {
      case StepState::Waiting:
        return begin(i);
      case StepState::Intended: {
        const Outcome outcome = TRY(caller_.find_out(i, Phase::Do));
        if (outcome == Outcome::Made) return verify(i);
        if (outcome == Outcome::Later) is_put_off_ = true;
        if (outcome == Outcome::NotMade && action_.steps[i].state == StepState::Intended)
          return call(i, {});
        return base::Done{};
      }
      case StepState::Made:
        return verify(i);
      default:
        return base::Done{};
    }
  }

  base::Status begin(std::size_t i) {
    const PlannedStep& step = caller_.plan().steps[i];
    const Sight before = TRY(caller_.look(i, step.prechecks));
    const std::vector<PlannedCheck> telling =
        step.changes ? caller_.telling(i) : std::vector<PlannedCheck>();
    const Sight after = TRY(caller_.look(i, telling));
    if (!telling.empty() && after.holds()) {
      return caller_.note({.kind = "step.skipped",
                           .step = i,
                           .step_state = StepState::Skipped,
                           .before = before.answers});
    }
    if (!before.holds() || !after.is_certain()) {
      const bool is_stale = before.is_certain() && after.is_certain();
      std::vector<std::string> says = before.holds() ? after.differs : before.differs;
      says.insert(says.begin(), is_stale ? "what must hold before does not: the plan is stale"
                                         : "what must hold before could not be looked at");
      return caller_.note({.kind = "step.failed",
                           .step = i,
                           .step_state = StepState::Failed,
                           .says = std::move(says)});
    }
    return call(i, step.prechecks.empty() ? std::string() : before.answers);
  }

  base::Status call(std::size_t i, const std::string& before) {
    const Outcome outcome = TRY(caller_.call(i, Phase::Do, before));
    is_halted_ = outcome == Outcome::Halted;
    is_put_off_ = outcome == Outcome::Later;
    return outcome == Outcome::Made ? verify(i) : base::Done{};
  }

  base::Status verify(std::size_t i) {
    const PlannedStep& step = caller_.plan().steps[i];
    const Sight sight =
        TRY(caller_.until_it_holds([&] { return caller_.look(i, step.verifications); }));
    if (sight.is_blind) {
      is_put_off_ = true;
      return base::Done{};
    }
    if (!sight.holds()) {
      std::vector<std::string> says = sight.differs;
      says.insert(says.begin(), "it was done, and what should hold after it does not");
      return caller_.note({.kind = "step.unverified",
                           .step = i,
                           .step_state = StepState::Unverified,
                           .says = std::move(says)});
    }
    ActionEntry entry{.kind = "step.done", .step = i, .step_state = StepState::Done};
    const bool needs_image =
        step.changes && !step.prechecks.empty() &&
        std::all_of(step.verifications.begin(), step.verifications.end(),
                    [](const PlannedCheck& check) { return !check.expects_something(); });
    if (needs_image) {
      Sight image = TRY(caller_.look(i, step.prechecks));
      if (image.is_certain()) entry.after = std::move(image.answers);
    }
    return caller_.note(std::move(entry));
  }

  base::Status take_back(std::size_t i) {
    const StepState state = action_.steps[i].state;
    if (state == StepState::Waiting || state == StepState::Skipped || state == StepState::Failed ||
        state == StepState::Undone)
      return base::Done{};
    if (state == StepState::Left && action_.cause != UndoCause::Person) return base::Done{};
    const PlannedStep& step = caller_.plan().steps[i];
    if (step.irreversible) return leave(i, {"it cannot be taken back, and stays"});
    if (!step.undo) return base::Done{};  // it leaves nothing that would have to be
    if (state == StepState::Intended) {
      const Outcome outcome = TRY(caller_.find_out(i, Phase::Do));
      is_put_off_ = outcome == Outcome::Later;
      if (is_put_off_ || action_.steps[i].state == StepState::Failed) return base::Done{};
    }
    if (state == StepState::Undoing) {
      const Outcome outcome = TRY(caller_.find_out(i, Phase::Undo));
      if (outcome == Outcome::Made) return prove(i);
      is_put_off_ = outcome == Outcome::Later;
      if (is_put_off_) return base::Done{};
      if (action_.steps[i].state == StepState::Left) return base::Done{};
    }
    const std::optional<Sight> left = TRY(is_as_left(i));
    if (!left && !is_forced_) {
      return leave(
          i, {is_known_to_stand(state) ? "no check can tell whether it is still as it was left"
                                       : "no check can tell whether it was done"});
    }
    if (left && left->is_blind) {
      is_put_off_ = true;
      return base::Done{};
    }
    if (left && !left->holds()) {
      const std::optional<Sight> before = TRY(caller_.as_before(i));
      if (before && before->holds()) return undone(i, {"it was as before already"});
      std::vector<std::string> says = left->differs;
      says.insert(says.begin(), left->is_denied
                                    ? "it may not be looked at, and nothing was touched"
                                    : "somebody else changed it, and nothing was touched");
      return leave(i, std::move(says));
    }
    const Outcome outcome = TRY(caller_.call(i, Phase::Undo));
    is_halted_ = outcome == Outcome::Halted;
    is_put_off_ = outcome == Outcome::Later;
    return outcome == Outcome::Made ? prove(i) : base::Done{};
  }

  // Looked at again and again: a copy that is behind must not pass for somebody else's change.
  base::Result<std::optional<Sight>> is_as_left(std::size_t i) {
    const std::optional<Sight> first = TRY(caller_.as_left(i));
    if (!first || first->holds()) return first;
    const auto look = [&]() -> base::Result<Sight> {
      std::optional<Sight> left = TRY(caller_.as_left(i));
      return std::move(*left);
    };
    return std::optional(TRY(caller_.until_it_holds(look)));
  }

  // The undo was made: is it as it was before?
  base::Status prove(std::size_t i) {
    const bool can_tell = TRY(caller_.as_before(i)).has_value();
    if (!can_tell) return undone(i, {});
    const auto look = [&]() -> base::Result<Sight> {
      std::optional<Sight> before = TRY(caller_.as_before(i));
      return std::move(*before);
    };
    const Sight sight = TRY(caller_.until_it_holds(look));
    if (sight.is_blind) {
      is_put_off_ = true;
      return base::Done{};
    }
    if (sight.holds()) return undone(i, {});
    std::vector<std::string> says = sight.differs;
    says.insert(says.begin(), "it was taken back, and is not as it was before");
    return leave(i, std::move(says));
  }

  base::Status undone(std::size_t i, std::vector<std::string> says) {
    return caller_.note({.kind = "step.undone",
                         .step = i,
                         .step_state = StepState::Undone,
                         .says = std::move(says)});
  }

  base::Status leave(std::size_t i, std::vector<std::string> says) {
    return caller_.note(
        {.kind = "step.left", .step = i, .step_state = StepState::Left, .says = std::move(says)});
  }

  // The guard let no further call out.
  base::Status halt() {
    std::vector<std::string> says = caller_.says();
    return end(action_.was_begun_with_effect() ? ActionState::Stuck : ActionState::Refused,
               std::move(says));
  }

  base::Status end(ActionState state, std::vector<std::string> says) {
    return caller_.note(
        {.kind = "action." + std::string(name_of(state)), .state = state, .says = std::move(says)});
  }

  // What went wrong, each with the name of its step.
  std::vector<std::string> failures() const {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < action_.steps.size(); ++i) {
      const StepState state = action_.steps[i].state;
      if (state != StepState::Failed && state != StepState::Unverified &&
          state != StepState::Unknown && state != StepState::Left)
        continue;
      for (const std::string& say : action_.steps[i].says)
        all.push_back(caller_.plan().steps[i].name + ": " + say);
    }
    return all;
  }

  const Means& means_;
  Action action_;
  Caller caller_;
  bool is_halted_ = false;   // the guard let no further call out
  bool is_put_off_ = false;  // the account could not be reached
  bool is_forced_ = false;
};

base::Result<Action> read_known(ActionStore& store, std::string_view digest) {
  std::optional<Action> action = TRY(store.read(digest));
  if (!action) return Error{Errc::NotFound, "there is no action " + std::string(digest)};
  return std::move(*action);
}

Error is_in_state(const Action& action) {
  return {Errc::Conflict, "the action is " + std::string(name_of(action.state))};
}

base::Status take_up(const Means& means, const std::string& digest) {
  Action action = TRY(read_known(means.store, digest));
  const bool is_running = action.state == ActionState::Running;
  Run run(means, std::move(action));
  return is_running ? run.carry_out() : run.take_back();
}

}  // namespace

base::Result<Action> Executor::carry_out(const ApprovedPlan& approved) {
  const ActionStore::Turn turn = TRY(means_.store.take_turn());
  Action action = TRY(read_known(means_.store, approved.plan().digest));
  if (action.state != ActionState::Approved) return is_in_state(action);
  action = TRY(means_.store.append(
      action,
      {.kind = "action.running", .time = means_.clock.wall(), .state = ActionState::Running}));
  Run run(means_, std::move(action));
  TRY(run.carry_out());
  return run.action();
}

base::Result<Action> Executor::undo(std::string_view digest, UndoCause cause, std::string_view by,
                                    bool is_forced) {
  const ActionStore::Turn turn = TRY(means_.store.take_turn());
  Action action = TRY(read_known(means_.store, digest));
  if (!action.may_stand()) return is_in_state(action);
  action = TRY(means_.store.append(action, {.kind = "action.undoing",
                                            .by = std::string(by),
                                            .time = means_.clock.wall(),
                                            .state = ActionState::Undoing,
                                            .cause = cause}));
  Run run(means_, std::move(action));
  if (is_forced && cause == UndoCause::Person) run.force();
  TRY(run.take_back());
  return run.action();
}

base::Status Executor::resume() {
  const ActionStore::Turn turn = TRY(means_.store.take_turn());
  // We have the turn: nobody else is at any of them.
  const std::vector<std::string> digests =
      TRY(means_.store.list({ActionState::Running, ActionState::Undoing}));
  base::Status all = base::Done{};
  for (const std::string& digest : digests) {
    base::Status each = take_up(means_, digest);
    if (!each.ok() && all.ok()) all = std::move(each).error().in("action " + digest);
  }
  return all;
}

}  // namespace riposte::respond
