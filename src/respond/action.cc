#include "respond/action.h"

#include <algorithm>
#include <array>

#include "base/check.h"

// Tested by src/respond/action_store_test.cc

namespace riposte::respond {
namespace {

constexpr std::array<std::string_view, 12> kActionStates = {
    "asked",    "refused", "denied", "lapsed", "approved", "running",
    "standing", "undoing", "undone", "failed", "stuck",    "closed"};
constexpr std::array<std::string_view, 11> kStepStates = {
    "waiting", "skipped", "intended", "made",   "done", "unverified",
    "failed",  "unknown", "undoing",  "undone", "left"};
constexpr std::array<std::string_view, 2> kPhases = {"do", "undo"};
constexpr std::array<std::string_view, 3> kCauses = {"failure", "expiry", "person"};

bool has_effect(StepState state) {
  switch (state) {
    case StepState::Intended:
    case StepState::Made:
    case StepState::Done:
    case StepState::Unverified:
    case StepState::Unknown:
    case StepState::Undoing:
    case StepState::Undone:
    case StepState::Left:
      return true;
    case StepState::Waiting:
    case StepState::Skipped:
    case StepState::Failed:
      return false;
  }
  return true;
}

void take_if_said(std::string& mine, const std::string& said) {
  if (!said.empty()) mine = said;
}

bool is_of(Phase phase, StepState state) {
  const bool is_undoing =
      state == StepState::Undoing || state == StepState::Undone || state == StepState::Left;
  return is_undoing == (phase == Phase::Undo);
}

// Adds an entry about a step to the calls made for it.
void add_deed(const ActionEntry& entry, bool is_first_try, std::vector<Deed>& deeds) {
  if (entry.kind == "call.intended") {
    if (is_first_try) {
      deeds.push_back({.phase = entry.phase.value_or(Phase::Do),
                       .begun = entry.time,
                       .aws = entry.aws,
                       .with = entry.with});
    }
    ++deeds.back().tries;
  }
  if (deeds.empty()) return;
  Deed& last = deeds.back();
  // What is left without a call says nothing about the call before it.
  const bool is_about = entry.phase ? *entry.phase == last.phase
                                    : entry.step_state && is_of(last.phase, *entry.step_state);
  if (!is_about) return;
  if (entry.step_state) last.state = *entry.step_state;
  last.ended = entry.time;
  take_if_said(last.request_id, entry.request_id);
  if (!entry.request_id.empty()) last.code = entry.code;
  if (!entry.says.empty()) last.says = entry.says;
}

}  // namespace

std::string_view name_of(ActionState state) {
  return kActionStates[static_cast<std::size_t>(state)];
}
std::string_view name_of(StepState state) { return kStepStates[static_cast<std::size_t>(state)]; }
std::string_view name_of(Phase phase) { return kPhases[static_cast<std::size_t>(phase)]; }
std::string_view name_of(UndoCause cause) { return kCauses[static_cast<std::size_t>(cause)]; }

std::span<const std::string_view> action_state_names() { return kActionStates; }

std::optional<ActionState> parse_action_state(std::string_view name) {
  const auto* found = std::find(kActionStates.begin(), kActionStates.end(), name);
  if (found == kActionStates.end()) return std::nullopt;
  return static_cast<ActionState>(found - kActionStates.begin());
}

bool Action::may_stand() const {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (plan.steps[i].changes && has_effect(steps[i].state) && steps[i].state != StepState::Undone)
      return true;
  }
  return false;
}

bool Action::was_begun_with_effect() const {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (plan.steps[i].changes && has_effect(steps[i].state)) return true;
  }
  return false;
}

bool Action::may_be_asked_anew() const {
  switch (state) {
    case ActionState::Refused:
    case ActionState::Denied:
    case ActionState::Lapsed:
    case ActionState::Failed:
      return !was_begun_with_effect();
    default:
      return false;
  }
}

bool Action::is_answer() const {
  return was_begun_with_effect() || (state != ActionState::Refused &&
                                     state != ActionState::Lapsed && state != ActionState::Failed);
}

void Action::add(const ActionEntry& entry) {
  if (!entry.plan.empty()) {  // proposed, for the first time or anew
    requester = entry.requester;
    asked = entry.time;
    approvals.clear();
    begun.reset();
    expires.reset();
    cause.reset();
    has_drifted = false;
    steps.assign(plan.steps.size(), {});
  }
  if (entry.kind == "action.approved")
    approvals.push_back({plan.digest, entry.by, entry.groups, entry.time});
  if (entry.kind == "action.drifted") has_drifted = true;
  if (entry.state) {
    if (*entry.state == ActionState::Running && state != ActionState::Running) begun = entry.time;
    state = *entry.state;
    says = entry.says;
  }
  if (entry.cause) cause = entry.cause;
  if (entry.expires) expires = entry.expires;
  if (!entry.step) return;
  CHECK(*entry.step < steps.size(), "an entry speaks of a step that the plan has");
  Step& step = steps[*entry.step];
  const bool is_first = entry.step_state && step.state != *entry.step_state;
  if (entry.kind == "call.intended") step.tries = is_first ? 1 : step.tries + 1;
  add_deed(entry, is_first || step.deeds.empty(), step.deeds);
  if (entry.step_state) step.state = *entry.step_state;
  take_if_said(step.before, entry.before);
  take_if_said(step.after, entry.after);
  take_if_said(step.answer, entry.answer);
  take_if_said(entry.phase == Phase::Undo ? step.undo_request_id : step.request_id,
               entry.request_id);
  if (!entry.says.empty()) step.says = entry.says;
}

}  // namespace riposte::respond
