#pragma once

// How often a channel may be sent to, and how long it is left alone after a failure.
//
//     kBurstMax at once, then `per_minute`
//     a failure: 1 s, 2 s, 4 s ... kRetryWaitMax, half of it random; or what the other end asked
//
// Threads: confined to its owner.

#include <cstdint>

#include "base/clock.h"

namespace riposte::notify {

inline constexpr std::uint64_t kBurstMax = 5;
inline constexpr base::Millis kRetryWaitMax = std::chrono::minutes(15);
inline constexpr base::Millis kAskedWaitMax = std::chrono::hours(1);
inline constexpr int kTriesMax = 16;  // some two hours

class Pace {
 public:
  Pace(std::uint64_t per_minute, base::SteadyTime now);

  // When the next may be sent: now, or later.
  base::SteadyTime next(base::SteadyTime now) const;
  // One was sent.
  void take(base::SteadyTime now);

 private:
  const base::SteadyTime::duration gap_;  // between two at the steady rate
  base::SteadyTime paid_until_;           // the steady rate has made up for all that was sent
};

// After failure number 1, 2 ...; `random` is in [0, 1).
base::Millis retry_wait(int failures, double random);

}  // namespace riposte::notify
