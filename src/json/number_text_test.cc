#include "json/number_text.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace riposte::json {
namespace {

bool accepts(std::string text) {
  const std::size_t size = text.size();
  text.append(64, '7');  // what stands behind must not matter
  return is_number(std::string_view(text).substr(0, size));
}

TEST(NumberTextTest, FollowsTheGrammar) {
  for (const char* text : {"0", "-0", "7", "12", "-12.5", "0.25", "1e3", "1E+30", "-1.5e-7",
                           "123456789012345678901234567890", "-122.42422042133",
                           "1234567890123456789012345678901234567890.5"}) {
    EXPECT_TRUE(accepts(text)) << text;
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
    EXPECT_FALSE(accepts(text)) << text;
  }
}

TEST(NumberTextTest, TheShortWayAgreesWithTheGrammar) {
  std::mt19937 random(20260721);
  constexpr std::string_view kCharacters = "0123456789012345678900..-+eE";
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t size = random() % 40; text.size() < size;)
      text += kCharacters[random() % (random() % 4 == 0 ? kCharacters.size() : 22)];
    EXPECT_EQ(accepts(text), is_number_by_grammar(text)) << text;
  }
}

}  // namespace
}  // namespace riposte::json
