#include "rule/regex.h"

#include <gtest/gtest.h>

namespace riposte::rule {
namespace {

bool found(const std::string& expression, std::string_view text, Regex::Flags flags = {}) {
  return Regex::compile(expression, flags).value()->found_in(text);
}

TEST(RegexTest, SearchesAndKnowsItsFlags) {
  EXPECT_TRUE(found("b+", "abbc"));
  EXPECT_FALSE(found("^b", "ab"));
  EXPECT_FALSE(found("STOP", "stop"));
  EXPECT_TRUE(found("STOP", "stop", {.ignore_case = true}));
  EXPECT_FALSE(found("^b", "a\nb"));
  EXPECT_TRUE(found("^b", "a\nb", {.multi_line = true}));
  EXPECT_FALSE(found("a.b", "a\nb"));
  EXPECT_TRUE(found("a.b", "a\nb", {.dot_matches_break = true}));
}

TEST(RegexTest, WhatCannotBeLinearIsRefused) {
  EXPECT_FALSE(Regex::compile("(a)\\1", {}).ok());
  EXPECT_FALSE(Regex::compile("a(?=b)", {}).ok());
  EXPECT_FALSE(Regex::compile("(", {}).ok());
  EXPECT_FALSE(Regex::compile("((a{1000}){1000}){1000}", {}).ok());
}

TEST(RegexTest, HostileExpressionsStayLinear) {
  EXPECT_FALSE(found("(a+)+$", std::string(50'000, 'a') + "b"));
}

}  // namespace
}  // namespace riposte::rule
