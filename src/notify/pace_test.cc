#include "notify/pace.h"

#include <gtest/gtest.h>

namespace riposte::notify {
namespace {

using std::chrono::seconds;
constexpr base::SteadyTime kStart{std::chrono::hours(1)};

TEST(PaceTest, ABurstGoesAtOnceThenSoManyAMinute) {
  Pace pace(20, kStart);
  base::SteadyTime now = kStart;
  for (std::uint64_t i = 0; i < kBurstMax; ++i) {
    EXPECT_EQ(pace.next(now), now) << i;
    pace.take(now);
  }
  EXPECT_EQ(pace.next(now), now + seconds(3));
  now += seconds(3);
  pace.take(now);
  EXPECT_EQ(pace.next(now), now + seconds(3));
}

TEST(PaceTest, AQuietTimeGivesNoMoreThanABurst) {
  Pace pace(20, kStart);
  const base::SteadyTime later = kStart + std::chrono::hours(5);
  for (std::uint64_t i = 0; i < kBurstMax; ++i)
    pace.take(later);
  EXPECT_GT(pace.next(later), later);
}

TEST(PaceTest, WaitsDoubleUpToTheirLimit) {
  EXPECT_EQ(retry_wait(1, 1.0), seconds(1));
  EXPECT_EQ(retry_wait(1, 0.0), base::Millis(500));
  EXPECT_EQ(retry_wait(5, 1.0), seconds(16));
  EXPECT_EQ(retry_wait(100, 1.0), kRetryWaitMax);
}

}  // namespace
}  // namespace riposte::notify
