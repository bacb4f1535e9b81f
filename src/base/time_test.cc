#include "base/time.h"

#include <gtest/gtest.h>

namespace riposte::base {
namespace {

std::string round(std::string_view text) {
  const std::optional<EventTime> time = parse_time(text);
  return time ? format_time(*time) : "none";
}

TEST(TimeTest, ReadsWhatLogsWrite) {
  EXPECT_EQ(round("2026-01-31T18:37:58.287Z"), "2026-01-31T18:37:58.287Z");
  EXPECT_EQ(round("2026-01-31T18:37:58Z"), "2026-01-31T18:37:58.000Z");
  EXPECT_EQ(round("2026-01-31 18:37:58.5"), "2026-01-31T18:37:58.500Z");
  EXPECT_EQ(round("2026-01-31T19:37:58.287123456+01:00"), "2026-01-31T18:37:58.287Z");
  EXPECT_EQ(round("2026-01-31"), "2026-01-31T00:00:00.000Z");
  EXPECT_EQ(round("1769884678287"), "2026-01-31T18:37:58.287Z");
  EXPECT_EQ(round("1769884678"), "2026-01-31T18:37:58.000Z");
}

TEST(TimeTest, RefusesWhatIsNoTime) {
  for (std::string_view text :
       {"", "...", "2026-13-01T00:00:00Z", "2026-02-30", "2026-01-01T25:00:00Z", "yesterday",
        "2026-01-01T00:00:00+1", "99999999999999999999"}) {
    EXPECT_EQ(round(text), "none") << text;
  }
}

TEST(TimeTest, KnowsTheIsoWeek) {
  EXPECT_EQ(civil(*parse_time("2026-01-01")).iso_week, 1);
  EXPECT_EQ(civil(*parse_time("2027-01-01")).iso_week, 53) << "a Friday: its Thursday lies in 2026";
  EXPECT_EQ(civil(*parse_time("1969-12-31T23:59:59.001Z")).hour, 23) << "before the epoch, too";
}

}  // namespace
}  // namespace riposte::base
