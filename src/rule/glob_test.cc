#include "rule/glob.h"

#include <gtest/gtest.h>

namespace riposte::rule {
namespace {

using Kind = Glob::Part::Kind;

// "a*b?c" with every * and ? wild.
Glob glob(std::string_view pattern) {
  std::vector<Glob::Part> parts;
  for (char c : pattern) {
    parts.push_back({c == '*'   ? Kind::Any
                     : c == '?' ? Kind::One
                                : Kind::Literal,
                     c == '*' || c == '?' ? "" : std::string(1, c)});
  }
  return Glob(parts);
}

// The definition, tried every way.
bool slowly(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*')
    return slowly(pattern.substr(1), text) || (!text.empty() && slowly(pattern, text.substr(1)));
  if (text.empty()) return false;
  return (pattern[0] == '?' || pattern[0] == text[0]) && slowly(pattern.substr(1), text.substr(1));
}

TEST(GlobTest, AgreesWithItsDefinitionOnEverySmallCase) {
  const std::string_view letters = "ab*?";
  std::vector<std::string> patterns = {""};
  for (std::size_t i = 0; i < patterns.size() && patterns[i].size() < 4; ++i) {
    for (char c : letters)
      patterns.push_back(patterns[i] + c);
  }
  std::vector<std::string> texts = {""};
  for (std::size_t i = 0; i < texts.size() && texts[i].size() < 5; ++i) {
    for (char c : {'a', 'b'})
      texts.push_back(texts[i] + c);
  }
  for (const std::string& pattern : patterns) {
    for (const std::string& text : texts) {
      ASSERT_EQ(glob(pattern).matches(text), slowly(pattern, text)) << pattern << " on " << text;
    }
  }
}

TEST(GlobTest, AQuestionMarkIsOneCodePoint) {
  EXPECT_TRUE(
      glob("a?c").matches("a\xc3\xa9"
                          "c"));
  EXPECT_FALSE(
      glob("a??c").matches("a\xc3\xa9"
                           "c"));
  EXPECT_TRUE(
      glob("*?c").matches("\xc3\xa9"
                          "c"));
}

TEST(GlobTest, HelpersAndText) {
  EXPECT_TRUE(Glob::contains("b").matches("abc"));
  EXPECT_TRUE(Glob::starts_with("a").matches("abc"));
  EXPECT_FALSE(Glob::ends_with("b").matches("abc"));
  EXPECT_EQ(Glob::contains("a*b").to_text(), "*a\\*b*");
}

TEST(GlobTest, ManyStarsStayCheap) {
  EXPECT_FALSE(glob("*a*a*a*a*a*a*a*a*a*a*b").matches(std::string(20'000, 'a')));
}

}  // namespace
}  // namespace riposte::rule
