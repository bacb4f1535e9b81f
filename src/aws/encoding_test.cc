#include "aws/encoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::aws {
namespace {

using testing::Optional;

TEST(EncodingTest, Base64PadsToFourDigits) {
  EXPECT_EQ(encode_base64(""), "");
  EXPECT_EQ(encode_base64("f"), "Zg==");
  EXPECT_EQ(encode_base64("fo"), "Zm8=");
  EXPECT_EQ(encode_base64("foo"), "Zm9v");
  EXPECT_EQ(encode_base64("\xfb\xff"), "+/8=");
}

TEST(EncodingTest, Crc32IsTheOneOfTheStandard) {
  EXPECT_EQ(crc32("123456789"), 0xCBF43926u);
  EXPECT_EQ(crc32(""), 0u);
}

TEST(EncodingTest, TimesAreSpelledThreeWays) {
  const base::EventTime whole = *base::parse_time("2015-01-25T08:00:00Z");
  EXPECT_EQ(time_text(whole, TimeFormat::Seconds), "1422172800");
  EXPECT_EQ(time_text(whole, TimeFormat::Iso8601), "2015-01-25T08:00:00Z");
  EXPECT_EQ(time_text(whole, TimeFormat::Rfc822), "Sun, 25 Jan 2015 08:00:00 GMT");
  const base::EventTime part = *base::parse_time("2015-01-25T08:00:00.120Z");
  EXPECT_EQ(time_text(part, TimeFormat::Seconds), "1422172800.120");
  EXPECT_EQ(time_text(part, TimeFormat::Iso8601), "2015-01-25T08:00:00.120Z");
}

TEST(EncodingTest, AnySpellingOfATimeIsRead) {
  const base::EventTime time = *base::parse_time("2015-01-25T08:00:00Z");
  for (const char* text :
       {"2015-01-25T08:00:00Z", "2015-01-25T10:00:00+02:00", "1422172800", "1.4221728e9",
        "Sun, 25 Jan 2015 08:00:00 GMT", "Sun, 25 Jan 2015 08:00:00.000 GMT", " 1422172800.0 "}) {
    EXPECT_THAT(parse_time_text(text), Optional(time)) << text;
  }
  EXPECT_THAT(parse_time_text("0"), Optional(base::EventTime()));
  EXPECT_THAT(parse_time_text("-1"), Optional(base::EventTime(base::Millis(-1000))));
}

TEST(EncodingTest, WhatIsNoTimeIsNone) {
  for (const char* text :
       {"", "soon", "Sun, 25 Foo 2015 08:00:00 GMT", "1e300", "NaN",
        "Sun, 25 Jan 2015 08:00:00 CET", "Sun, 99 Jan 2015 08:00:00 GMT", ",,,,,"}) {
    EXPECT_EQ(parse_time_text(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace riposte::aws
