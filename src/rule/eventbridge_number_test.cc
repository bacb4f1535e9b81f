#include "rule/eventbridge_number.h"

#include <gtest/gtest.h>

namespace riposte::rule {
namespace {

TEST(EventbridgeNumberTest, TakesDifferentSpellingsOfANumberForOne) {
  for (std::string_view text : {"300", "300.0", "3e2", "3.0E+2", "30000e-2", "0.3e3"}) {
    EXPECT_EQ(comparable_number(text), 300.0) << text;
  }
  EXPECT_TRUE(same_number("0.10", "1e-1"));
  EXPECT_TRUE(same_number("-0", "0.0"));
  EXPECT_FALSE(same_number("1", "-1"));
  EXPECT_FALSE(same_number("1", "1.0000001"));
}

TEST(EventbridgeNumberTest, DoesNotCompareWhatADoubleWouldRound) {
  for (std::string_view text :
       {"9007199254740993", "0.1000000000000000055", "1e400", "-1e400", "1e-400",
        "12345678901234567890", "1e99999999999999999999", "1e-99999999999999999999"}) {
    EXPECT_EQ(comparable_number(text), std::nullopt) << text;
  }
  EXPECT_TRUE(comparable_number("9007199254740992"));
  EXPECT_TRUE(comparable_number("1.7976931348623157e308"));
  EXPECT_TRUE(comparable_number("5e-324"));
  EXPECT_TRUE(comparable_number("0e99999999999999999999")) << "zero is zero";
}

TEST(EventbridgeNumberTest, KnowsOtherNumbersByTheirText) {
  EXPECT_TRUE(same_number("9007199254740993", "9007199254740993"));
  EXPECT_FALSE(same_number("9007199254740993", "9007199254740992"));
  EXPECT_FALSE(same_number("1e400", "10e399"));
}

TEST(EventbridgeNumberTest, RefusesWhatIsNoJsonNumber) {
  for (std::string_view text : {"", "-", "abc", "+1", "0x10", "inf", "nan", " 1", "1 ", "-inf"}) {
    EXPECT_EQ(comparable_number(text), std::nullopt) << text;
  }
}

TEST(PatternAddressTest, ReadsLeadingZerosAsDecimal) {
  EXPECT_EQ(pattern_address("010.000.0.01"), base::parse_address("10.0.0.1"));
  EXPECT_EQ(pattern_address("211.9.016.253"), base::parse_address("211.9.16.253"));
}

TEST(PatternAddressTest, TakesMappedAddressesForWhatTheyMap) {
  EXPECT_EQ(pattern_address("::ffff:0a00:0001"), base::parse_address("10.0.0.1"));
  EXPECT_EQ(pattern_address("2001:DB8::1"), base::parse_address("2001:db8::1"));
}

TEST(PatternAddressTest, RefusesOtherTexts) {
  for (std::string_view text :
       {"", "10.0.0", "10.0.0.256", "10.0.0.0.1", "10..0.1", "host", "::ffff:10.0.0.1",
        "fe80::1%eth0", "0000000010.0.0.1", "1.2.3.-4", ":", "1::2::3", "10.0.0.1 "}) {
    EXPECT_EQ(pattern_address(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace riposte::rule
