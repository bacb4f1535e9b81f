#include "notify/fit.h"

#include <gtest/gtest.h>

#include "json/utf8.h"
#include "notify/samples_test.h"

namespace riposte::notify {
namespace {

TEST(FitTest, WhatFitsStaysAsItIs) {
  EXPECT_EQ(fit_bytes("abc", 3), "abc");
  EXPECT_EQ(fit_units("語語語", 3), "語語語");
  EXPECT_EQ(fit_ascii("abc", 3), "abc");
}

TEST(FitTest, WhatIsCutSaysSo) {
  EXPECT_EQ(fit_bytes("abcdef", 5), "ab...");
  EXPECT_EQ(fit_bytes("äöü", 5), "ä...");
  EXPECT_EQ(fit_bytes("äöü", 4), "...");
  EXPECT_EQ(fit_bytes("äöü", 2), "");
}

TEST(FitTest, EmojiCountTwice) {
  EXPECT_EQ(units_of("a\xF0\x9F\x94\xA5"), 3U);
  EXPECT_EQ(fit_units("\xF0\x9F\x94\xA5\xF0\x9F\x94\xA5\xF0\x9F\x94\xA5", 5),
            "\xF0\x9F\x94\xA5...");
}

TEST(FitTest, AsciiHasNoLinesAndNoOtherLetters) {
  EXPECT_EQ(fit_ascii("Spur „a“\nist\tweg\x7f", 100), "Spur ?a? ist weg?");
}

TEST(FitTest, NoCharacterIsCutWhateverTheText) {
  std::mt19937 random(2);
  for (int i = 0; i < 3000; ++i) {
    const std::string text = hostile_text(random, random() % 30);
    const std::size_t max = random() % 200;
    for (const std::string& fitted :
         {fit_bytes(text, max), fit_units(text, max), fit_ascii(text, max)})
      ASSERT_EQ(json::valid_utf8_prefix(fitted), fitted.size());
    ASSERT_LE(fit_bytes(text, max).size(), max);
    ASSERT_LE(units_of(fit_units(text, max)), max);
    ASSERT_LE(fit_ascii(text, max).size(), max);
  }
}

}  // namespace
}  // namespace riposte::notify
