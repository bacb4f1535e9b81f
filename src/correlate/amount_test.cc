#include "correlate/amount.h"

#include <gtest/gtest.h>

namespace riposte::correlate {
namespace {

double value(std::string_view text) {
  const auto amount = Amount::parse(text);
  EXPECT_TRUE(amount) << text;
  return amount ? amount->value() : 0;
}

TEST(AmountTest, ReadsWhatIsANumber) {
  EXPECT_EQ(value("0"), 0);
  EXPECT_EQ(value("-1.5"), -1.5);
  EXPECT_EQ(value("+7"), 7);
  EXPECT_EQ(value("123456789012345678"), 123456789012345678.0);
  EXPECT_EQ(value("0.1"), 0.1);
  EXPECT_EQ(value("2.5e3"), 2500);
  EXPECT_EQ(value("0.00000000049"), 0) << "beyond the ninth place is rounded";
  EXPECT_EQ(value("0.0000000005"), 1e-9);
  EXPECT_EQ(value("1e300"), 1e18) << "as large as it gets";
  EXPECT_EQ(value("-99999999999999999999"), -1e18);
  for (const char* text : {"", "x", "1x", "--1", "inf"})
    EXPECT_EQ(Amount::parse(text), std::nullopt) << text;
}

TEST(AmountTest, TenTimesATenthIsOne) {
  Amount sum;
  for (int i = 0; i < 10; ++i)
    sum += *Amount::parse("0.1");
  EXPECT_EQ(sum.value(), 1);
}

TEST(AmountTest, WhatWasAddedCanBeTakenAwayWithoutATrace) {
  Amount sum = *Amount::parse("0.3");
  const Amount before = sum;
  for (const char* text : {"1e18", "-0.000000001", "1e17", "0.7", "12345.678"})
    sum += *Amount::parse(text);
  for (const char* text : {"12345.678", "1e18", "-0.000000001", "0.7", "1e17"})
    sum -= *Amount::parse(text);
  EXPECT_EQ(sum, before);
  EXPECT_EQ(sum.value(), 0.3);
}

TEST(AmountTest, PacksAndUnpacks) {
  for (const char* text : {"0", "-1.5", "1e18", "-1e18", "0.000000001"}) {
    const Amount amount = *Amount::parse(text);
    EXPECT_EQ(amount.pack().size(), Amount::kPackedSize);
    EXPECT_EQ(Amount::unpack(amount.pack()), amount);
  }
  EXPECT_EQ(Amount::unpack("short"), Amount());
}

}  // namespace
}  // namespace riposte::correlate
