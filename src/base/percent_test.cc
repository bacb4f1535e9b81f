#include "base/percent.h"

#include <gtest/gtest.h>

namespace riposte::base {
namespace {

TEST(PercentTest, TwoDigitsOfEitherCaseAreAByte) {
  EXPECT_EQ(percent_decode("a%2Fb%2fc%C3%A9"), "a/b/c\xC3\xA9");
}

TEST(PercentTest, WhatIsNoneStays) {
  EXPECT_EQ(percent_decode("%"), "%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%4g%g4"), "%4g%g4");
  EXPECT_EQ(percent_decode("100%%41"), "100%A");
}

TEST(PercentTest, OnlyInFormsAPlusIsASpace) {
  EXPECT_EQ(percent_decode("a+b%2B"), "a+b+");
  EXPECT_EQ(form_decode("a+b%2B"), "a b+");
}

}  // namespace
}  // namespace riposte::base
