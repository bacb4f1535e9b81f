#include "respond/caller.h"

#include <algorithm>

#include "aws/error.h"
#include "base/digest.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "respond/late.h"
#include "respond/look.h"

// Tested by src/respond/executor_test.cc

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;

// Refusals that say nothing about whether it was done: the service failed on the way.
constexpr std::string_view kFaults[] = {"InternalError",
                                        "InternalFailure",
                                        "InternalServerError",
                                        "InternalServerErrorException",
                                        "InternalServerException",
                                        "InternalServiceError",
                                        "InternalServiceErrorException",
                                        "InternalServiceException",
                                        "ServerException",
                                        "ServiceException",
                                        "ServiceFailureException",
                                        "ServiceUnavailable",
                                        "ServiceUnavailableException",
                                        "Unavailable"};

bool is_fault(std::string_view code) {
  return std::find(std::begin(kFaults), std::end(kFaults), code) != std::end(kFaults);
}

// The same for every try of the same call, and for no other: some services take 32 characters and
// no more.
std::string idempotency_of(const Action& action, std::size_t step, Phase phase) {
  constexpr std::size_t kLength = 32;
  return base::sha256_hex(action.digest() + ":" + std::to_string(step) + ":" +
                          std::string(name_of(phase)))
      .substr(0, kLength);
}

std::string told(const PlannedCall& call, const Reply& reply) {
  return to_text(call.operation) + ": " + reply.code +
         (reply.message.empty() ? "" : ", " + reply.message);
}

bool has_expectation(const std::vector<PlannedCheck>& checks) {
  return std::any_of(checks.begin(), checks.end(),
                     [](const PlannedCheck& check) { return check.expects_something(); });
}

// None where a check expects nothing.
std::vector<std::string> misses_of(const PlannedCheck& check, const json::OwnedDocument& answer) {
  std::vector<std::string> differences;
  if (!check.expect.empty()) differences = differences_from(check.expect, answer);
  if (differences.empty() && !check.exactly.empty())
    differences = differences_from_exactly(check.exactly, answer);
  return differences;
}

std::vector<PlannedCheck> expecting(const std::vector<PlannedCheck>& checks) {
  std::vector<PlannedCheck> those;
  std::copy_if(checks.begin(), checks.end(), std::back_inserter(those),
               [](const PlannedCheck& check) { return check.expects_something(); });
  return those;
}

}  // namespace

base::Status Caller::note(ActionEntry entry, ActionStore::WhenFrozen when_frozen) {
  entry.time = means_.clock.wall();
  action_ = TRY(means_.store.append(action_, entry, when_frozen));
  return base::Done{};
}

base::Status Caller::wait(std::size_t turn) {
  const base::SteadyTime until = means_.clock.steady() + kLookWaits[turn];
  if (!means_.clock.wait_until(until, means_.stop))
    return Error{Errc::Cancelled, "told to stop while an action was carried out"};
  return base::Done{};
}

base::Result<Sight> Caller::look(std::size_t step, const std::vector<PlannedCheck>& checks) {
  Sight sight;
  sight.answers = "[";
  for (const PlannedCheck& check : checks) {
    if (sight.answers.size() > 1) sight.answers += ',';
    const base::Result<std::string> with = filled_in(action_, step, check.call.with);
    const base::Result<Reply> reply = with.ok()
                                          ? means_.account.call({.operation = check.call.operation,
                                                                 .with = *with,
                                                                 .account = plan_.account,
                                                                 .region = plan_.region,
                                                                 .runbook = plan_.runbook->name})
                                          : base::Result<Reply>(with.error());
    const base::Result<json::OwnedDocument> answer =
        json::OwnedDocument::parse(reply.ok() && reply->ok() ? reply->answer : "{}");
    sight.answers += answer.ok() ? json::canonical(answer->root()) : "{}";
    if (!reply.ok()) {
      const Errc code = reply.error().code;
      const bool is_final = code == Errc::Invalid || code == Errc::Denied;
      sight.is_denied = sight.is_denied || is_final;
      sight.is_blind = sight.is_blind || !is_final;
      sight.differs.push_back(to_text(check.call.operation) + ": " + reply.error().message);
    } else if (!reply->ok()) {
      sight.is_denied = sight.is_denied || aws::classify(reply->code) == Errc::Denied;
      sight.is_blind = sight.is_blind || aws::is_throttling(reply->code) || is_fault(reply->code);
      sight.differs.push_back(told(check.call, *reply));
    } else if (!answer.ok()) {
      sight.differs.push_back(to_text(check.call.operation) + ": the answer is no JSON");
    } else {
      for (std::string& difference : misses_of(check, *answer))
        sight.differs.push_back(to_text(check.call.operation) + " " + std::move(difference));
    }
  }
  sight.answers += ']';
  return sight;
}

base::Result<std::optional<Sight>> Caller::as_left(std::size_t step) {
  const std::vector<PlannedCheck> checks = expecting(planned(step).verifications);
  if (!checks.empty()) return std::optional(TRY(look(step, checks)));
  const std::string& after = action_.steps[step].after;
  if (after.empty()) return std::optional<Sight>();
  Sight sight = TRY(look(step, planned(step).prechecks));
  sight.differs = differences_between(after, sight.answers);
  return std::optional(std::move(sight));
}

base::Result<std::optional<Sight>> Caller::as_before(std::size_t step) {
  const std::vector<PlannedCheck> checks = expecting(planned(step).prechecks);
  if (!checks.empty()) return std::optional(TRY(look(step, checks)));
  const std::string& before = action_.steps[step].before;
  if (before.empty() || planned(step).prechecks.empty() ||
      has_expectation(planned(step).verifications))
    return std::optional<Sight>();
  Sight sight = TRY(look(step, planned(step).prechecks));
  sight.differs = differences_between(before, sight.answers);
  return std::optional(std::move(sight));
}

const PlannedCall& Caller::planned(std::size_t step, Phase phase) const {
  return phase == Phase::Do ? planned(step).call : *planned(step).undo;
}

std::vector<PlannedCheck> Caller::telling(std::size_t step) const {
  std::vector<PlannedCheck> checks = expecting(planned(step).verifications);
  std::erase_if(checks, [](const PlannedCheck& check) { return needs_answer(check.call.with); });
  return checks;
}

// The guard is asked before every call of a plan. What was done may always be taken back, but for a
// freeze, which the intent asks for.
base::Result<bool> Caller::may_call(Phase phase) {
  says_.clear();
  if (means_.stop.stop_requested())
    return Error{Errc::Cancelled, "told to stop while an action was carried out"};
  if (phase == Phase::Undo) return true;
  State state = TRY(means_.store.state_for(plan_, means_.clock.wall()));
  if (means_.look_around) TRY(means_.look_around(plan_, state));
  const Verdict verdict = means_.guard.judge(plan_, state);
  if (verdict.kind == Verdict::Kind::Allowed) return true;
  for (const Reason& reason : verdict.reasons)
    says_.push_back(reason.code + ": " + reason.says);
  return false;
}

base::Result<Outcome> Caller::call(std::size_t step, Phase phase, const std::string& before) {
  while (true) {
    const bool may = TRY(may_call(phase));
    if (!may) return Outcome::Halted;
    const Outcome outcome = TRY(call_once(step, phase, before));
    const Action::Step& now = action_.steps[step];
    const bool is_over = outcome != Outcome::NotMade || now.tries >= kTriesMax ||
                         (now.state != StepState::Intended && now.state != StepState::Undoing);
    if (is_over) return outcome;
    TRY(wait(std::min<std::size_t>(now.tries, std::size(kLookWaits) - 1)));
  }
}

base::Result<Outcome> Caller::call_once(std::size_t step, Phase phase, const std::string& before) {
  const PlannedCall& call = planned(step, phase);
  const bool is_template = phase == Phase::Undo || planned(step).late;
  const base::Result<std::string> with =
      is_template ? filled_in(action_, step, call.with) : base::Result<std::string>(call.with);
  if (!with.ok()) {
    says_ = {to_text(call.operation) + ": " + with.error().message};
    const StepState failed = phase == Phase::Do ? StepState::Failed : StepState::Left;
    TRY(note({.kind = "call.answered",
              .step = step,
              .step_state = failed,
              .phase = phase,
              .says = says_}));
    return Outcome::NotMade;
  }
  const std::string idempotency = idempotency_of(action_, step, phase);
  ActionEntry intent{.kind = "call.intended",
                     .step = step,
                     .step_state = phase == Phase::Do ? StepState::Intended : StepState::Undoing,
                     .phase = phase,
                     .aws = to_text(call.operation),
                     .idempotency = idempotency,
                     .with = *with,
                     .before = before};
  const bool is_persons = phase == Phase::Undo && action_.cause == UndoCause::Person;
  base::Status intended = note(std::move(intent), is_persons ? ActionStore::WhenFrozen::Write
                                                             : ActionStore::WhenFrozen::Refuse);
  if (!intended.ok() &&
      intended.error().code == Errc::Denied) {  // frozen since the guard was asked
    says_ = {intended.error().message};
    return Outcome::Halted;
  }
  TRY(intended);
  // Beyond this line the call counts as made until the journal says otherwise.
  const base::Result<Reply> reply = means_.account.call({.operation = call.operation,
                                                         .with = *with,
                                                         .account = plan_.account,
                                                         .region = plan_.region,
                                                         .idempotency = idempotency,
                                                         .runbook = plan_.runbook->name});
  ActionEntry entry{.kind = "call.answered", .step = step, .phase = phase};
  if (!reply.ok()) {
    entry.message = reply.error().message;
    says_ = {to_text(call.operation) + ": " + entry.message};
    const bool was_sent = reply.error().code != Errc::Invalid && reply.error().code != Errc::Denied;
    if (was_sent) {
      entry.kind = "call.unknown";
      TRY(note(std::move(entry)));
      return find_out(step, phase);
    }
    entry.step_state = phase == Phase::Do ? StepState::Failed : StepState::Left;
    entry.says = says_;
    TRY(note(std::move(entry)));
    return Outcome::NotMade;
  }
  entry.request_id = reply->request_id;
  if (reply->ok()) {
    if (phase == Phase::Do) {
      entry.step_state = StepState::Made;
      entry.answer = kept_of(plan_, step, reply->answer);
    }
    TRY(note(std::move(entry)));
    return Outcome::Made;
  }
  entry.code = reply->code;
  entry.message = reply->message;
  says_ = {told(call, *reply)};
  if (is_fault(reply->code)) {
    entry.kind = "call.unknown";
    TRY(note(std::move(entry)));
    return find_out(step, phase);
  }
  const bool is_last = !aws::is_throttling(reply->code) || action_.steps[step].tries >= kTriesMax;
  if (is_last) {
    entry.step_state = phase == Phase::Do ? StepState::Failed : StepState::Left;
    entry.says = says_;
  }
  TRY(note(std::move(entry)));
  return Outcome::NotMade;
}

base::Result<Outcome> Caller::find_out(std::size_t step, Phase phase) {
  const Outcome outcome = TRY(phase == Phase::Do ? find_out_done(step) : find_out_undone(step));
  if (outcome == Outcome::Later) return outcome;  // the intent stays open
  ActionEntry entry{.kind = "call.settled", .step = step, .phase = phase};
  if (outcome == Outcome::Made) {
    if (phase == Phase::Do) entry.step_state = StepState::Made;
    entry.message = "made, as the account shows";
  } else if (outcome == Outcome::NotMade) {
    entry.message = "not made, as the account shows";
    if (action_.steps[step].tries >= kTriesMax) {
      entry.step_state = phase == Phase::Do ? StepState::Failed : StepState::Left;
      says_ = {to_text(planned(step, phase).operation) + ": there was no answer, and no effect"};
      entry.says = says_;
    }
  } else {
    entry.message = "nobody knows what came of it";
    entry.step_state = phase == Phase::Do ? StepState::Unknown : StepState::Left;
    says_.insert(says_.begin(),
                 to_text(planned(step, phase).operation) + ": whether it was done is not known");
    entry.says = says_;
  }
  TRY(note(std::move(entry)));
  return outcome;
}

base::Result<Outcome> Caller::find_out_done(std::size_t step) {
  says_.clear();
  const std::vector<PlannedCheck> checks = telling(step);
  if (checks.empty()) return Outcome::Unknown;
  const Sight done = TRY(until_it_holds([&] { return look(step, checks); }));
  if (done.holds()) return Outcome::Made;
  says_ = done.differs;
  if (done.is_blind) return Outcome::Later;
  if (done.is_denied || planned(step).irreversible || planned(step).prechecks.empty())
    return Outcome::Unknown;
  Sight before = TRY(look(step, planned(step).prechecks));
  if (before.is_blind) return Outcome::Later;
  // A precheck that expects nothing tells only by answering as it did.
  if (before.holds() && !has_expectation(planned(step).prechecks))
    before.differs = differences_between(action_.steps[step].before, before.answers);
  if (before.holds()) return Outcome::NotMade;
  says_.insert(says_.end(), before.differs.begin(), before.differs.end());
  return Outcome::Unknown;
}

base::Result<Outcome> Caller::find_out_undone(std::size_t step) {
  says_.clear();
  const bool can_tell = TRY(as_before(step)).has_value() && TRY(as_left(step)).has_value();
  if (!can_tell) return Outcome::Unknown;
  // Made is what is no longer as it was left, and is as it was before.
  const auto both = [&]() -> base::Result<Sight> {
    const std::optional<Sight> left = TRY(as_left(step));
    std::optional<Sight> before = TRY(as_before(step));
    before->is_blind = before->is_blind || left->is_blind;
    if (left->holds()) before->differs.insert(before->differs.begin(), "it is as it was left");
    if (!left->is_certain())
      before->differs.insert(before->differs.end(), left->differs.begin(), left->differs.end());
    return std::move(*before);
  };
  const Sight undone = TRY(until_it_holds(both));
  if (undone.holds()) return Outcome::Made;
  if (undone.is_blind) return Outcome::Later;
  const std::optional<Sight> left = TRY(as_left(step));
  if (left->holds()) return Outcome::NotMade;
  says_ = undone.differs;
  return Outcome::Unknown;
}

}  // namespace riposte::respond
