#pragma once

// May this plan be carried out? The stage judge.
//
//                 +-- every reason against it: frozen, clock, mode, window, protected, budget,
//     Plan -----> |   cool-down, answered before ...            any one: Refused, with all of them
//     Safety ---> |
//     State ----> +-- none, and mode auto, and all can be undone ................... Allowed
//                 +-- none, and a person said yes to this digest, in time .......... Allowed
//                 +-- otherwise .................................................... Ask
//
// It fails closed: what is not known is a reason against. It is asked again before every call of a
// plan, so that a freeze in the middle stops the rest.
//
// Pure: clock, history and approvals are the caller's to bring. Only an ApprovedPlan can be carried
// out, and only a Guard makes one.
//
// Threads: immutable.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "respond/plan.h"

namespace riposte::respond {

// What must not be touched from the start: everyday names of break-glass users, of roles that
// deploy and of those that AWS and organizations rely on; and every network that is no part of the
// internet (RFC 1918, 6598, 3927, 4193, 4291 and loopback). An attacker may choose such a name; a
// refusal is told to a person, who then acts.
Protection shipped_protection();

// Who else wants a thing to be otherwise does it again as often as we undo it. The third answer to
// one target within this time is not given: a person is told.
inline constexpr std::size_t kTugsMax = 2;
inline constexpr base::Millis kTugTime = std::chrono::hours(24);

// A time in which others work on the account and nothing is changed.
struct MaintenanceWindow {
  base::EventTime from;
  base::EventTime until;
  std::vector<std::string> accounts;  // empty: all
  std::vector<std::string> runbooks;  // empty: all
};

// What the engine allows, whatever a runbook says.
struct Safety {
  Mode mode = Mode::Notify;
  Protection protect = shipped_protection();
  std::vector<std::string> own_identities;  // ARNs of roles and users, patterns
  std::uint64_t per_hour = 50;
  std::uint64_t per_runbook_per_hour = 10;
  std::uint64_t per_account_per_hour = 20;
  std::uint64_t per_region_per_hour = 20;
  base::Millis cool_down = std::chrono::minutes(10);
  std::vector<MaintenanceWindow> maintenance;
};

// A plan that was carried out, or begun.
struct Act {
  base::EventTime time;
  std::string runbook;
  std::string account;
  std::string region;
  std::string idempotency;
  std::vector<std::string> targets;  // reach.h
};

struct Approving {
  std::string digest;
  std::string by;
  std::vector<std::string> groups;  // that the approver is in
  base::EventTime at;
};

struct State {
  base::EventTime now;
  base::EventTime latest;  // of everything that was journaled: the clock was there before
  std::optional<std::string> frozen;  // by whom and why
  std::vector<Act> acts;              // of the last hour at least; of kTugTime for tugs-of-war
  // All that ever was answered, by runbook and idempotency, and when.
  std::map<std::pair<std::string, std::string>, base::EventTime> answered;
  // The finding's record is of a call that we made: its request id is one of ours.
  bool is_own_call = false;
  std::optional<std::uint64_t> fleet;  // how many resources there are of the kind
  // Of what the plan would touch (Reach::targets, without the account), as the account tells now.
  std::map<std::string, std::map<std::string, std::string>, std::less<>> tags;
  // Who wants it, and since when a person is asked.
  struct Question {
    std::string requester;
    base::EventTime at;
  };
  std::optional<Question> question;
  std::vector<Approving> approvals;
};

// A reason against, or why an approval does not count. The code is stable.
struct Reason {
  std::string code;  // "frozen", "protected-principal"
  std::string says;
};

class ApprovedPlan {
 public:
  const Plan& plan() const { return plan_; }
  const std::string& by() const { return by_; }  // "mode auto", or who said yes

 private:
  friend class Guard;
  ApprovedPlan(Plan plan, std::string by) : plan_(std::move(plan)), by_(std::move(by)) {}

  Plan plan_;
  std::string by_;
};

struct Verdict {
  enum class Kind { Allowed, Ask, Refused };
  Kind kind = Kind::Refused;
  std::vector<Reason> reasons;
  std::optional<ApprovedPlan> approved;  // when Allowed
};

class Guard {
 public:
  explicit Guard(Safety safety) : safety_(std::move(safety)) {}

  Verdict judge(const Plan& plan, const State& state) const;

 private:
  Safety safety_;
};

}  // namespace riposte::respond
