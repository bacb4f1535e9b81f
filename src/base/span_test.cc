#include "base/span.h"

#include <gtest/gtest.h>

namespace riposte::base {
namespace {

using namespace std::chrono_literals;

TEST(SpanTest, ANumberAndAUnit) {
  EXPECT_EQ(parse_span("1s"), 1s);
  EXPECT_EQ(parse_span("90m"), 90min);
  EXPECT_EQ(parse_span("007h"), 7h);
  EXPECT_EQ(parse_span("999999999d"), 24h * 999'999'999LL);
}

TEST(SpanTest, AnythingElseIsNone) {
  for (const char* text : {"", "m", "5", "0m", "-5m", "+5m", "5 m", "5min", "5M", "1.5h", "5m ",
                           "1234567890s", "m5"}) {
    EXPECT_EQ(parse_span(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace riposte::base
