#include "base/clock.h"

#include <memory>

#include <gtest/gtest.h>

namespace riposte::base {
namespace {

TEST(ClockTest, WaitingEndsWhenTheTimeHasCome) {
  SystemClock clock;
  const SteadyTime time = clock.steady() + Millis(1);
  EXPECT_TRUE(clock.wait_until(time, std::stop_token()));
  EXPECT_GE(clock.steady(), time);
}

TEST(ClockTest, WaitingEndsWhenSomebodyAsks) {
  SystemClock clock;
  const auto stop = std::make_unique<std::stop_source>();  // on the stack g++ 12 takes it for unset
  stop->request_stop();
  EXPECT_FALSE(clock.wait_until(clock.steady() + std::chrono::hours(1), stop->get_token()));
}

}  // namespace
}  // namespace riposte::base
