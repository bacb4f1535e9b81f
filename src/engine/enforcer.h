#pragma once

// Makes what is enforced equal to what is blocked (src/block): in network ACLs, IP sets, prefix
// lists and files.
//
//     each enforcement, up to kRoundsMax times
//         read what stands there --> reconcile --> each change: freeze, budget --> intent in the
//         journal --> call --> result in the journal
//
// It is asked for by a person, or done by itself where the engine's mode is auto; otherwise it only
// says what it would call. A freeze stops it between two calls, a maintenance window before the
// first; a budget of calls an hour puts off what would add, never what releases.
//
// There is nothing to resume: an intent whose outcome nobody knows leaves an item that stands there
// or does not, and the next reading tells.
//
// Expiry is nobody's call: a hold that ran out is no longer wanted, and the next sync takes its
// entry out. Who syncs every minute releases to the minute.
//
// When it fails: an error of the store ends it; whatever goes wrong at one enforcement is told in
// its report, and hinders no other.
//
// Threads: confined to its owner. One at a time for a ledger: see ActionStore::take_turn.

#include <stop_token>
#include <string>
#include <vector>

#include "block/block_store.h"
#include "block/change.h"
#include "block/settings.h"
#include "respond/executor.h"

namespace riposte::engine {

inline constexpr int kRoundsMax = 6;  // of one enforcement in one sync
inline constexpr base::Millis kIpSetEvery = std::chrono::seconds(1);  // WAFv2: one write a second

// What came of one enforcement.
struct Enforced {
  std::string name;
  std::vector<block::Change> changes;  // made, or where nothing is made those that would be
  bool is_applied = false;
  std::size_t held = 0;
  std::vector<std::string> unheld{};    // networks for which there is no room
  std::vector<std::string> drifted{};   // items of ours that others took out or changed
  std::vector<std::string> problems{};  // a person should look
  std::vector<std::string> notes{};     // and this he may know
  std::string put_off{};                // why nothing was made
};

class Enforcer {
 public:
  // All that is referred to is borrowed, and must outlive it.
  struct Parts {
    respond::Means means;
    block::BlockStore& blocks;
    const block::Settings& settings;
    const respond::Safety& safety;
    const block::Exemptions& exemptions;
    std::string account;  // our own
    std::string region;
  };

  explicit Enforcer(Parts parts) : parts_(std::move(parts)) {}

  // `by`: the person who wants it, or respond::kEngine. Busy where somebody else has the turn.
  base::Result<std::vector<Enforced>> sync(std::string_view by);

  // What would be called.
  base::Result<std::vector<Enforced>> look();

 private:
  class Run;

  base::Result<std::vector<Enforced>> each(std::string_view by, bool is_applied);
  // Why nothing may be done by the engine itself; empty: it may.
  std::string hindrance(const block::Enforcement& enforcement, base::EventTime now) const;

  Parts parts_;
};

}  // namespace riposte::engine
