#pragma once

// What the wall says, what has passed, and waiting: for who talks to the world. Detection never
// takes one (docs/decisions/0004-event-time-only.md). Tests give a clock that they move themselves.

#include <chrono>
#include <stop_token>

#include "base/time.h"

namespace riposte::base {

using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;

  // The time of day. It may jump.
  virtual EventTime wall() const = 0;

  // For deadlines and durations. It never goes back.
  virtual SteadyTime steady() const = 0;

  // Waits; false when `stop` was requested first.
  virtual bool wait_until(SteadyTime time, const std::stop_token& stop) = 0;
};

// The machine's. Threads: any.
class SystemClock final : public Clock {
 public:
  EventTime wall() const override;
  SteadyTime steady() const override;
  bool wait_until(SteadyTime time, const std::stop_token& stop) override;
};

}  // namespace riposte::base
