#include "json/utf8.h"

#include <gtest/gtest.h>

namespace riposte::json {
namespace {

TEST(Utf8Test, EveryCodePointComesBack) {
  for (char32_t c : {U'a', U'\u00e9', U'\u20ac', U'\U0001F600', U'\U0010FFFF'}) {
    std::string bytes;
    append_utf8(bytes, c);
    EXPECT_EQ(valid_utf8_prefix(bytes), bytes.size());
    std::string_view rest = bytes;
    EXPECT_EQ(take_code_point(rest), c);
    EXPECT_TRUE(rest.empty());
  }
}

TEST(Utf8Test, OverlongSurrogatesAndStraysAreInvalid) {
  for (std::string_view bad :
       {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xc3", "\xff"}) {
    EXPECT_EQ(valid_utf8_prefix(bad), 0u);
    std::string_view rest = bad;
    EXPECT_EQ(take_code_point(rest), U'\uFFFD');
  }
  EXPECT_EQ(valid_utf8_prefix("ab\xff"), 2u);
}

}  // namespace
}  // namespace riposte::json
