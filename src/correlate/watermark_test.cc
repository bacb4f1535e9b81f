#include "correlate/watermark.h"

#include <gtest/gtest.h>

namespace riposte::correlate {
namespace {

base::EventTime at(int minute) { return base::EventTime(std::chrono::minutes(minute)); }

TEST(WatermarkTest, LagsBehindTheNewestTime) {
  Watermark watermark(std::chrono::minutes(15));
  EXPECT_EQ(watermark.note("a", at(100)), at(85));
  EXPECT_EQ(watermark.note("a", at(90)), at(85)) << "it never goes back";
  EXPECT_EQ(watermark.note("a", at(101)), at(86));
}

TEST(WatermarkTest, WaitsForASlowSourceButNotForASilentOne) {
  Watermark watermark(std::chrono::minutes(15));
  watermark.note("a", at(100));
  watermark.note("b", at(100));
  EXPECT_EQ(watermark.note("a", at(110)), at(85)) << "b may still be there";
  EXPECT_EQ(watermark.note("a", at(120)), at(90)) << "b is too far behind";
  EXPECT_EQ(watermark.note("b", at(119)), at(104));
}

TEST(WatermarkTest, ManySourcesAreOne) {
  Watermark watermark(std::chrono::minutes(0));
  for (std::size_t i = 0; i < kSourcesMax; ++i)
    watermark.note(std::to_string(i), at(5));
  watermark.note("one more", at(6));
  EXPECT_EQ(watermark.note("and one", at(7)), at(7)) << "without lateness nobody is waited for";
}

}  // namespace
}  // namespace riposte::correlate
