#include "respond/responder.h"

#include "base/text.h"

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;

std::vector<std::string> told(const std::vector<Reason>& reasons) {
  std::vector<std::string> all;
  all.reserve(reasons.size());
  for (const Reason& reason : reasons)
    all.push_back(reason.code + ": " + reason.says);
  return all;
}

Error is_in_state(const Action& action) {
  return {Errc::Conflict, "the action is " + std::string(name_of(action.state))};
}

}  // namespace

base::Result<Action> Responder::propose(const Plan& plan, std::string_view requester) {
  std::optional<Action> known = TRY(means_.store.read(plan.digest));
  // What a person denied only a person wants again.
  const bool was_denied = known && known->state == ActionState::Denied && requester == kEngine;
  if (known && (was_denied || !known->may_be_asked_anew())) return std::move(*known);
  const base::EventTime now = means_.clock.wall();
  State state = TRY(means_.store.state_for(plan, now));
  state.question = State::Question{std::string(requester), now};
  state.approvals.clear();
  if (means_.look_around) TRY(means_.look_around(plan, state));
  const Verdict verdict = means_.guard.judge(plan, state);
  ActionEntry entry{
      .time = now, .says = told(verdict.reasons), .requester = std::string(requester)};
  switch (verdict.kind) {
    case Verdict::Kind::Refused:
      entry.kind = "action.refused";
      entry.state = ActionState::Refused;
      break;
    case Verdict::Kind::Ask:
      entry.kind = "action.asked";
      entry.state = ActionState::Asked;
      break;
    case Verdict::Kind::Allowed:
      entry.kind = "action.allowed";
      entry.state = ActionState::Approved;
      entry.says = {verdict.approved->by()};
      break;
  }
  Action action = TRY(means_.store.propose(plan, std::move(entry)));
  if (verdict.kind != Verdict::Kind::Allowed) return action;
  return carry_out(std::move(action), *verdict.approved);
}

base::Result<Action> Responder::approve(std::string_view id, std::string_view digest,
                                        std::string_view by,
                                        const std::vector<std::string>& groups) {
  Action action = TRY(means_.store.find(id));
  if (action.state != ActionState::Asked) return is_in_state(action);
  const base::EventTime now = means_.clock.wall();
  State state = TRY(means_.store.state_for(action.plan, now));
  state.approvals = {{std::string(digest), std::string(by), groups, now}};
  if (means_.look_around) TRY(means_.look_around(action.plan, state));
  const Verdict verdict = means_.guard.judge(action.plan, state);
  const bool is_same = digest == action.digest();  // whatever the mode became meanwhile
  if (verdict.kind != Verdict::Kind::Allowed || !is_same) {
    std::vector<std::string> says = told(verdict.reasons);
    if (says.empty()) says = {"approval-stale: another plan was approved"};
    const std::string all = base::join(says, "; ");
    TRY(means_.store.append(action, {.kind = "approval.refused",
                                     .by = std::string(by),
                                     .time = now,
                                     .says = std::move(says),
                                     .groups = groups}));
    return Error{Errc::Denied, all};
  }
  action = TRY(means_.store.append(action, {.kind = "action.approved",
                                            .by = std::string(by),
                                            .time = now,
                                            .state = ActionState::Approved,
                                            .groups = groups}));
  return carry_out(std::move(action), *verdict.approved);
}

base::Result<Action> deny(ActionStore& store, std::string_view id, std::string_view by,
                          std::string_view why, base::EventTime now) {
  const Action action = TRY(store.find(id));
  if (action.state != ActionState::Asked && action.state != ActionState::Approved)
    return is_in_state(action);
  ActionEntry entry{
      .kind = "action.denied", .by = std::string(by), .time = now, .state = ActionState::Denied};
  if (!why.empty()) entry.says.emplace_back(why);
  return store.append(action, entry);
}

base::Result<Action> Responder::carry_out(Action action, const ApprovedPlan& approved) {
  base::Result<Action> done = Executor(means_).carry_out(approved);
  if (!done.ok() && done.error().code == Errc::Busy) return action;
  return done;
}

base::Result<Action> close_action(ActionStore& store, std::string_view id, std::string_view by,
                                  std::string_view why, base::EventTime now) {
  const ActionStore::Turn turn = TRY(store.take_turn());
  const Action action = TRY(store.find(id));
  if (action.state != ActionState::Stuck && action.state != ActionState::Running &&
      action.state != ActionState::Undoing)
    return is_in_state(action);
  return store.append(action, {.kind = "action.closed",
                               .by = std::string(by),
                               .time = now,
                               .state = ActionState::Closed,
                               .says = {std::string(why)}});
}

}  // namespace riposte::respond
