#pragma once

// A plan, and all that became of it. It is told by the journal and nothing else: every change is an
// ActionEntry, and an Action is what its entries, in order, add up to.
//
//     asked --> approved --> running --> standing --> undoing --> undone
//       |                       |  \                     |
//       +-> denied, lapsed      |   +-> undoing ------> failed     a step failed, and what was done
//                               |                                  is taken back (nothing stands)
//     refused                   +-----> stuck <----------+         a person must look
//
//     running, undoing, stuck --> closed                 a person looked, and we do no more about
//     it
//
// and of each step of a running one:
//
//     waiting --> intended --> made --> done --> undoing --> undone
//        |           |           \                  |
//        +-> skipped |            +-> unverified    +-> left       it stands, and a person is told
//        +-> failed  +-> failed, unknown
//
// One action has one plan, and its name is the plan's digest. Where nothing was ever done it may be
// asked anew.
//
// Threads: a plain value.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "respond/guard.h"
#include "respond/plan.h"

namespace riposte::respond {

enum class ActionState : std::uint8_t {
  Asked,     // a person is asked
  Refused,   // the guard said no
  Denied,    // a person said no
  Lapsed,    // nobody answered in time
  Approved,  // may be carried out, and was not begun
  Running,
  Standing,  // done; may expire
  Undoing,
  Undone,
  Failed,  // and nothing of it stands
  Stuck,   // a person must look: unknown outcome, changed by others, halted half-way
  Closed,  // a person looked: whatever stands is that person's
};
std::string_view name_of(ActionState state);
std::optional<ActionState> parse_action_state(std::string_view name);
std::span<const std::string_view> action_state_names();

enum class StepState : std::uint8_t {
  Waiting,
  Skipped,     // as wanted already, by somebody else: nothing was called, nothing is taken back
  Intended,    // the call may be out
  Made,        // answered, not verified yet
  Done,        // verified
  Unverified,  // made, and what should hold after it does not
  Failed,      // nothing was done
  Unknown,     // whether it was done nobody knows
  Undoing,     // the undo may be out
  Undone,
  Left,  // made, and could not be taken back
};
std::string_view name_of(StepState state);

// Which of a step's calls.
enum class Phase : std::uint8_t { Do, Undo };
std::string_view name_of(Phase phase);

// A call that was intended, and what came of it, with all tries of it.
struct Deed {
  Phase phase = Phase::Do;
  StepState state = StepState::Intended;  // of the step, as far as this call made it so
  base::EventTime begun{};
  base::EventTime ended{};  // when the state was last told
  std::uint64_t tries = 0;
  std::string aws{};         // "iam.UpdateAccessKey"
  std::string with{};        // JSON, as it was sent
  std::string request_id{};  // of the last answer
  std::string code{};        // of a refusal
  std::vector<std::string> says{};
};

// Who acts when no person does.
inline constexpr std::string_view kEngine = "riposte";

// Why an action is taken back.
enum class UndoCause : std::uint8_t { Failure, Expiry, Person };
std::string_view name_of(UndoCause cause);

// One entry of the journal about an action. Texts marked (document) stand in the file once, and in
// the entry by their digest. What is not said is empty.
struct ActionEntry {
  std::string kind{};  // "call.intended"; docs/formats/ledger.md lists them
  std::string by{kEngine};
  base::EventTime time{};
  std::optional<ActionState> state{};  // that the action is in from here on
  std::optional<std::size_t> step{};
  std::optional<StepState> step_state{};
  std::optional<Phase> phase{};
  std::optional<UndoCause> cause{};
  std::optional<base::EventTime> expires{};
  std::vector<std::string> says{};  // reasons, what failed, what differs
  std::vector<std::string> groups{};
  std::string requester{};
  std::string aws{};
  std::string idempotency{};
  std::string request_id{};
  std::string code{};     // of a refusal
  std::string message{};  // of a refusal, or why there was no answer
  std::string plan{};     // (document) riposte.plan/1
  std::string policy{};   // (document) plan_reader.h
  std::string with{};     // (document) as it is sent
  std::string before{};   // (document) what the prechecks answered, an array
  std::string after{};    // (document) the same, right after the call
  std::string answer{};   // (document) of the call, what late templates speak of
};

struct Action {
  Plan plan;
  ActionState state = ActionState::Asked;
  std::string requester;
  base::EventTime asked;  // when it was proposed
  std::optional<base::EventTime> begun;
  std::optional<base::EventTime> expires;
  std::optional<UndoCause> cause;  // of the last undo
  std::vector<Approving> approvals;
  std::vector<std::string> says;  // of the last entry that changed the state
  bool has_drifted = false;       // told that it no longer stands as it was left

  struct Step {
    StepState state = StepState::Waiting;
    std::uint64_t tries = 0;  // of the call, since the phase began
    std::string before;       // JSON arrays; empty: none
    std::string after;
    std::string answer;      // JSON, an object; empty: none
    std::string request_id;  // as the service gave it; empty: nothing was answered
    std::string undo_request_id;
    std::vector<std::string> says;  // why it failed
    std::vector<Deed> deeds;        // in the order they were begun
  };
  std::vector<Step> steps;  // as many as the plan has

  std::int64_t version = 0;  // the last entry's sequence in the journal

  const std::string& digest() const { return plan.digest; }

  // Something that it did may stand in the account.
  bool may_stand() const;
  // Something was done, or may have been, whether it stands or not.
  bool was_begun_with_effect() const;
  // The same thing is not to be answered again.
  bool is_answer() const;
  bool may_be_asked_anew() const;

  // Adds an entry. The first one brings the plan.
  void add(const ActionEntry& entry);
};

}  // namespace riposte::respond
