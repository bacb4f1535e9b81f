#pragma once

// How many resources there are of the kind that a plan would touch, for a runbook that may touch
// only a share of them: the pages of the list that the service gives, counted.
//
// What is touched must be of one kind, known by its ARN, its EC2 id, or a service that has no other
// kind, and the table must know the list of that kind; otherwise, or where the list cannot be read,
// the size stays unknown, which stands against the plan. Beyond kFleetPagesMax pages what was
// counted so far is the size: a fleet that counts as smaller allows less.
//
// Cost: a read a page, once in kFleetKept for a kind, account and region.
//
// Threads: confined to its owner.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "respond/account.h"
#include "respond/guard.h"

namespace riposte::respond {

inline constexpr std::size_t kFleetPagesMax = 100;
inline constexpr base::Millis kFleetKept = std::chrono::minutes(10);

class FleetReader {
 public:
  // Borrows both; they must outlive it.
  FleetReader(Account& account, base::Clock& clock) : account_(account), clock_(clock) {}

  std::optional<std::uint64_t> size_for(const Plan& plan);

 private:
  struct Counted {
    std::uint64_t size = 0;
    base::SteadyTime at;
  };

  Account& account_;
  base::Clock& clock_;
  std::map<std::string, Counted> counted_;
};

}  // namespace riposte::respond
