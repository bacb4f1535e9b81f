#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::base {
namespace {

using testing::ElementsAre;

TEST(TextTest, SplitKeepsEmptyParts) {
  EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(TextTest, TrimTakesWhiteSpaceFromBothEndsOnly) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
}

TEST(TextTest, OnlyAsciiLettersHaveCases) {
  EXPECT_EQ(lower("AbC-Ä"), "abc-Ä");
  EXPECT_TRUE(equals_ignore_case("StopLogging", "STOPLOGGING"));
  EXPECT_FALSE(equals_ignore_case("stop", "stopped"));
}

TEST(TextTest, ANumberIsTheWholeText) {
  EXPECT_EQ(parse_number("-1.5e3"), -1500.0);
  EXPECT_EQ(parse_number("+7"), 7.0);
  for (std::string_view text : {"", "inf", "nan", "-inf", "1x", " 1", "0x10", "--1", "-"}) {
    EXPECT_FALSE(parse_number(text).has_value()) << text;
  }
}

TEST(TextTest, JoinPutsTheSeparatorBetween) { EXPECT_EQ(join({"a", "b"}, ", "), "a, b"); }

}  // namespace
}  // namespace riposte::base
