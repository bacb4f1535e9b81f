#include "finding/terminal_text.h"

#include <gtest/gtest.h>

namespace riposte::finding {
namespace {

TEST(TerminalTextTest, ControlsAreSpelledOut) {
  EXPECT_EQ(visible("curl\x1b[2J\x07"), "curl\\x1b[2J\\x07");
  EXPECT_EQ(visible("a\r\n\tb"), "a\\r\\n\\tb");
  EXPECT_EQ(visible(std::string_view("\0\x7f", 2)), "\\x00\\x7f");
  EXPECT_EQ(visible("\xc2\x9b"
                    "31m"),
            "\\x9b31m")
      << "the one-character form of ESC [";
}

TEST(TerminalTextTest, WhatHidesOrTurnsTheTextIsSpelledOut) {
  EXPECT_EQ(visible("gpj\xe2\x80\xae"
                    "exe"),
            "gpj\\u202eexe");
  EXPECT_EQ(visible("a\xe2\x80\x8b\xef\xbb\xbf"
                    "b"),
            "a\\u200b\\ufeffb");
  EXPECT_EQ(visible("\xf3\xa0\x81\x81"), "\\u0e0041") << "tag characters are invisible";
  EXPECT_EQ(visible("\xe2\x80\xa8"), "\\u2028");
}

TEST(TerminalTextTest, InvalidBytesAreReplacedAndPlainTextStays) {
  EXPECT_EQ(visible("\xff\xc3(\xed\xa0\x80"),
            "\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(visible("Zo\xc3\xab \\ \xe6\x97\xa5 \xf0\x9f\x98\x80"),
            "Zo\xc3\xab \\ \xe6\x97\xa5 \xf0\x9f\x98\x80");
  EXPECT_EQ(visible(""), "");
}

TEST(TerminalTextTest, CountsColumnsAsTerminalsDo) {
  EXPECT_EQ(columns_of("abc"), 3u);
  EXPECT_EQ(columns_of("Zo\xc3\xab"), 3u);
  EXPECT_EQ(columns_of("e\xcc\x81"), 1u) << "a combining accent";
  EXPECT_EQ(columns_of("\xe6\x97\xa5\xe6\x9c\xac"), 4u);
  EXPECT_EQ(columns_of("\xf0\x9f\x98\x80"), 2u);
}

TEST(TerminalTextTest, ShortensInTheMiddle) {
  EXPECT_EQ(shorten("0123456789", 10), "0123456789");
  EXPECT_EQ(shorten("0123456789", 9), "012...789");
  EXPECT_EQ(shorten("0123456789", 8), "012...89");
  EXPECT_EQ(shorten("0123456789", 3), "012");
  EXPECT_EQ(shorten("0123456789", 0), "");
}

TEST(TerminalTextTest, ShortensBetweenCharactersAndNeverGrowsTooWide) {
  const std::string wide =
      "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e";
  for (std::size_t columns = 0; columns <= 12; ++columns) {
    const std::string text = shorten(wide, columns);
    EXPECT_LE(columns_of(text), columns);
    EXPECT_EQ(visible(text), text) << "no character is cut in two";
  }
}

using Lines = std::vector<std::string>;

TEST(TerminalTextTest, WrapsAtSpaces) {
  EXPECT_EQ(wrap("one two  three four", 9), Lines({"one two", "three", "four"}));
  EXPECT_EQ(wrap("one two", 7), Lines({"one two"}));
  EXPECT_EQ(wrap("", 7), Lines({""}));
}

TEST(TerminalTextTest, WrapsWithinAWordThatIsTooWide) {
  EXPECT_EQ(wrap("a 0123456789 b", 4), Lines({"a", "0123", "4567", "89 b"}));
  EXPECT_EQ(wrap("\xe6\x97\xa5\xe6\x9c\xac", 1), Lines({"\xe6\x97\xa5", "\xe6\x9c\xac"}))
      << "a column too narrow for a character holds it all the same";
}

}  // namespace
}  // namespace riposte::finding
