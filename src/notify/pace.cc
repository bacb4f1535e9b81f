#include "notify/pace.h"

#include <algorithm>
#include <cmath>

namespace riposte::notify {

Pace::Pace(std::uint64_t per_minute, base::SteadyTime now)
    : gap_(std::chrono::duration_cast<base::SteadyTime::duration>(std::chrono::minutes(1)) /
           static_cast<std::int64_t>(std::clamp<std::uint64_t>(per_minute, 1, 60'000))),
      paid_until_(now) {}

base::SteadyTime Pace::next(base::SteadyTime now) const {
  return std::max(now, paid_until_ - gap_ * static_cast<std::int64_t>(kBurstMax - 1));
}

void Pace::take(base::SteadyTime now) { paid_until_ = std::max(now, paid_until_) + gap_; }

base::Millis retry_wait(int failures, double random) {
  const double most = std::min(1000.0 * std::exp2(std::min(failures - 1, 30)),
                               static_cast<double>(kRetryWaitMax.count()));
  return base::Millis(static_cast<std::int64_t>(most * (0.5 + random / 2)));
}

}  // namespace riposte::notify
