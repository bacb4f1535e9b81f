#include "rule/fold.h"

#include <gtest/gtest.h>

#include "json/utf8.h"

namespace riposte::rule {
namespace {

TEST(FoldTest, FoldsBeyondAscii) {
  EXPECT_EQ(fold("StopLogging"), "stoplogging");
  EXPECT_EQ(fold("ÄÖÜ Привет ΑΒΓ"), "äöü привет αβγ");
  EXPECT_EQ(fold("a\xff"
                 "B"),
            "a\xff"
            "b")
      << "invalid bytes stay";
}

TEST(FoldTest, FoldsAsciiOfEveryLengthBesideEverythingElse) {
  for (std::size_t ascii = 0; ascii < 40; ++ascii) {
    const std::string upper(ascii, 'Z');
    const std::string lower(ascii, 'z');
    EXPECT_EQ(fold(upper), lower);
    EXPECT_EQ(fold(upper + "É" + upper + "\xC3"), lower + "é" + lower + "\xC3");
  }
  EXPECT_EQ(fold("@[`{"), "@[`{") << "the neighbours of the letters";
  EXPECT_EQ(fold(std::string("A\0B\xEF\xBF\xBD", 6)), std::string("a\0b\xEF\xBF\xBD", 6))
      << "U+FFFD is a code point like any other";
}

TEST(FoldTest, ABufferIsUsedAgainAndAgain) {
  std::string buffer;
  for (const char* text :
       {"", "ABCdef", "ÉCOLE and more than sixteen bytes", "x", "[@Z`{a", "1234567É",
        "A text of more than sixty-four bytes, so that the buffer has to GROW once"}) {
    EXPECT_EQ(folded(text, buffer), fold(text));
  }
}

// match/field_index.cc refuses texts by it without folding them.
TEST(FoldTest, NothingFoldsToLessThanAThirdOfItsBytes) {
  for (char32_t c = 1; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;  // surrogates
    std::string text;
    json::append_utf8(text, c);
    ASSERT_GE(3 * fold(text).size(), text.size()) << "U+" << std::hex << static_cast<unsigned>(c);
  }
}

}  // namespace
}  // namespace riposte::rule
