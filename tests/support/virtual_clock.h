#pragma once

// A clock that stands still until a test moves it, or somebody waits on it.

#include <vector>

#include "base/clock.h"

namespace riposte::testing_support {

class VirtualClock final : public base::Clock {
 public:
  base::EventTime wall() const override { return wall_; }
  base::SteadyTime steady() const override { return steady_; }
  bool wait_until(base::SteadyTime time, const std::stop_token& stop) override {
    if (stop.stop_requested()) return false;
    waits.push_back(std::chrono::duration_cast<base::Millis>(time - steady_));
    if (time > steady_) advance(std::chrono::duration_cast<base::Millis>(time - steady_));
    return true;
  }

  void advance(base::Millis by) {
    wall_ += by;
    steady_ += by;
  }

  // Somebody sets the clock.
  void set_wall(base::EventTime wall) { wall_ = wall; }

  std::vector<base::Millis> waits;

 private:
  base::EventTime wall_ = base::parse_time("2026-01-31T18:37:58Z").value();
  base::SteadyTime steady_ = base::SteadyTime(std::chrono::hours(1));
};

}  // namespace riposte::testing_support
