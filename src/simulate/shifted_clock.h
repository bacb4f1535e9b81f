#pragma once

// The machine's clock, moved ahead by what a scenario says went by: nobody sleeps.
//
// Threads: confined to the run that moves it.

#include "base/clock.h"

namespace riposte::simulate {

class ShiftedClock final : public base::Clock {
 public:
  base::EventTime wall() const override { return clock_.wall() + ahead_; }
  base::SteadyTime steady() const override { return clock_.steady() + ahead_; }
  bool wait_until(base::SteadyTime time, const std::stop_token& stop) override {
    return clock_.wait_until(time - ahead_, stop);
  }

  void advance(base::Millis by) { ahead_ += by; }

 private:
  base::SystemClock clock_;
  base::Millis ahead_{};
};

}  // namespace riposte::simulate
