#include "json/number_text.h"

#include <gtest/gtest.h>

namespace riposte::json {
namespace {

TEST(NumberTextTest, FollowsTheGrammar) {
  for (const char* text : {"0", "-0", "7", "12", "-12.5", "0.25", "1e3", "1E+30", "-1.5e-7",
                           "123456789012345678901234567890", "-122.42422042133",
                           "1234567890123456789012345678901234567890.5"}) {
    EXPECT_TRUE(is_number(text)) << text;
  }
  for (const char* text : {"",
                           "-",
                           "--1",
                           "01",
                           "-01.5",
                           "00",
                           ".5",
                           "5.",
                           "1..2",
                           "1.2.3",
                           "1e",
                           "1e+",
                           "+1",
                           "0x1",
                           "NaN",
                           "1 2",
                           "12\"a\"",
                           "1,2",
                           "1-2",
                           "12345678901234567.",
                           "123456789012345678901234567890a"}) {
    EXPECT_FALSE(is_number(text)) << text;
  }
}

}  // namespace
}  // namespace riposte::json
