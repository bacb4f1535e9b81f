#pragma once

// Actions in the ledger's file: what they are is told by the journal, and the tables beside it are
// there to find them.
//
//     append(entry) --> one transaction --> journal entry, its documents
//                                           row of the action: state, expiry, who is touched
//                                           what people are owed to be told
//
// An entry is written only behind the one that its writer has seen, so that of two processes that
// want to change one action the second gets Conflict and looks again.
//
// It also brings what the guard must know (State), and keeps the freeze, the request ids of our own
// calls, and the notifications that are owed with how far each channel was told.
//
// Invariants
//   1. Beyond an append() that returned an action, every process sees the entry; before it, nothing
//      of it is there. What was written survives the end of any process.
//   2. Beyond an append() of an intent, of what only an answer tells, of how an action ended, or of
//      what a person said, it and all before it are on the disk. What comes in between waits for
//      the next of these: where power fails, it is as if we had been stopped before it
//      (docs/decisions/0026).
//   3. State, calls and outcomes of an action can be told from journal and documents alone.
//
// The clock is the caller's. When it fails: as store::Database says; nothing of the call happened
// then.
//
// Threads: confined to its owner; several stores may have one file open.

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "respond/action.h"
#include "store/database.h"

namespace riposte::respond {

// Between our clock and that of an account.
inline constexpr base::Millis kClocksDiffer = std::chrono::minutes(1);

class ActionStore {
 public:
  static base::Result<ActionStore> open(const std::string& path, store::Database::Access access);

  // The first entry of an action, or of one that may be asked anew; `entry.kind` and `.state` say
  // what became of the proposal. Conflict where there is one that may not.
  base::Result<Action> propose(const Plan& plan, ActionEntry entry);

  // Conflict where somebody else wrote about it since `seen`; Denied where all is frozen, unless
  // the entry is to be written all the same.
  enum class WhenFrozen { Write, Refuse };
  base::Result<Action> append(const Action& seen, const ActionEntry& entry,
                              WhenFrozen when_frozen = WhenFrozen::Write);

  // By digest; nothing where there is none. `last`: as it was with this entry of the journal.
  base::Result<std::optional<Action>> read(
      std::string_view digest, std::int64_t last = std::numeric_limits<std::int64_t>::max());
  // By the beginning of a digest that no other has. NotFound; Invalid where several begin so.
  base::Result<Action> find(std::string_view digest);
  // Digests in the order they were proposed; of those in one of the states, or of all.
  base::Result<std::vector<std::string>> list(const std::vector<ActionState>& states = {});

  // What the guard must know to judge the plan: history, freeze, question, approvals, and whether
  // its finding is about a call of our own. The plan itself, if it is an action, is no history.
  // `tags` and `fleet` are left out: they stand in the account.
  base::Result<State> state_for(const Plan& plan, base::EventTime now);

  base::Status freeze(std::string_view by, std::string_view why, base::EventTime now);
  base::Status lift(std::string_view by, base::EventTime now);  // Invalid where nothing is frozen
  base::Result<std::optional<std::string>> frozen();            // by whom and why

  // Whether it is of a call that an action made.
  base::Result<bool> is_own(std::string_view request_id);

  // Whether an action that was begun within kTugTime before `about` made this very call, or one
  // that takes it back.
  base::Result<bool> has_made(const PlannedCall& call, base::EventTime about);

  // The latest time of any entry: the clock was there before.
  base::Result<base::EventTime> latest();

  // An answer that a finding is owed still: the account could not be asked for it.
  struct Unanswered {
    std::string finding;  // its id
    std::string runbook;
    std::uint64_t tries = 0;
  };
  // Those that are due, the longest due first.
  base::Result<std::vector<Unanswered>> unanswered(base::EventTime now);
  base::Status put_off(const Unanswered& answer, base::EventTime due);
  base::Status forget(const Unanswered& answer);

  // Who carries out, takes back and sweeps holds the turn: there is one for the file, and it ends
  // with the process. Busy where somebody else has it.
  class Turn {
   public:
    explicit Turn(int descriptor) : descriptor_(descriptor) {}
    ~Turn();
    Turn(Turn&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Turn& operator=(Turn&&) = delete;

   private:
    int descriptor_;
  };
  base::Result<Turn> take_turn();

  struct Owed {
    std::int64_t sequence = 0;
    std::string kind;     // "action.asked", "finding.recorded"
    std::string subject;  // a digest, a finding's id
    std::string body;     // JSON, an object
    base::EventTime created;
  };
  // A channel that is not known is owed everything; started, what comes from now on.
  base::Status start_channel(std::string_view channel);
  // In order, until `take` gives false.
  base::Status each_owed(std::string_view channel, const std::function<bool(const Owed&)>& take);
  // Everything up to `sequence` was told; an earlier one changes nothing.
  base::Status acknowledge(std::string_view channel, std::int64_t sequence);
  // Keeps what a channel never took, for a person; the same again changes nothing.
  base::Status bury(std::string_view channel, std::int64_t sequence, std::string_view reason,
                    base::EventTime now);
  // Owes one notification more, to all channels.
  base::Status owe(std::string_view kind, std::string_view subject, std::string_view body,
                   base::EventTime now);

 private:
  ActionStore(store::Database database, std::string path)
      : database_(std::move(database)), path_(std::move(path)) {}

  base::Status write(Action& action, const ActionEntry& entry, WhenFrozen when_frozen);
  base::Status write_entry(Action& action, const ActionEntry& entry, WhenFrozen when_frozen);
  base::Result<ActionEntry> read_entry(std::string_view text);
  base::Result<std::string> document(std::string_view digest);
  base::Status set_freeze(std::string_view kind, std::string_view by, std::string_view why,
                          base::EventTime now);

  store::Database database_;
  std::string path_;
};

}  // namespace riposte::respond
