#include "aws/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/json_text.h"

namespace riposte::aws {
namespace {

using testing::HasSubstr;

std::string evaluate(std::string_view expression, std::string_view json) {
  const auto text = JsonText::parse(json);
  const auto parsed = Expression::parse(expression);
  return parsed.ok() ? to_json(parsed->evaluate(from_json(text->root()))) : parsed.error().message;
}

TEST(ExpressionTest, NamesAndIndicesGoDown) {
  EXPECT_EQ(evaluate("a.b[0].c", R"({"a":{"b":[{"c":5},{"c":6}]}})"), "5");
  EXPECT_EQ(evaluate("a[-1]", R"({"a":[1,2,3]})"), "3");
  EXPECT_EQ(evaluate("a[7]", R"({"a":[1]})"), "null");
  EXPECT_EQ(evaluate("a.b.c", R"({"a":5})"), "null");
  EXPECT_EQ(evaluate("\"a-b\"", R"({"a-b":1})"), "1");
  EXPECT_EQ(evaluate("@", "7"), "7");
}

TEST(ExpressionTest, FlatteningJoinsWhatLiesWithinLists) {
  constexpr std::string_view kAnswer =
      R"({"R":[{"I":[{"S":{"N":"a"}},{"S":{"N":"b"}}]},{"I":[{"S":{"N":"c"}},{}]},{}]})";
  EXPECT_EQ(evaluate("R[].I[].S.N", kAnswer), R"(["a","b","c"])");
  EXPECT_EQ(evaluate("R[*].I[*].S.N", kAnswer), R"([["a","b"],["c"]])");
  EXPECT_EQ(evaluate("R[].I", R"({"R":5})"), "null");
  EXPECT_EQ(evaluate("length(R[].I[])", kAnswer), "4");
}

TEST(ExpressionTest, FiltersKeepWhatHolds) {
  constexpr std::string_view kAnswer =
      R"({"D":[{"S":"ON","n":1},{"S":"OFF","n":2},{"S":"FAILED","n":3}]})";
  EXPECT_EQ(evaluate("D[?S == 'ON' || S == 'FAILED'].n", kAnswer), "[1,3]");
  EXPECT_EQ(evaluate("D[?!(S == 'ON' && n == `1`)].n", kAnswer), "[2,3]");
  EXPECT_EQ(evaluate("length(D[?n >= `2`]) == length(D)", kAnswer), "false");
}

TEST(ExpressionTest, TheFirstThatIsThereIsTaken) {
  EXPECT_EQ(evaluate("NextMarker || Contents[-1].Key", R"({"Contents":[{"Key":"z"}]})"), "\"z\"");
  EXPECT_EQ(evaluate("NextMarker || Contents[-1].Key", R"({"NextMarker":"m"})"), "\"m\"");
  EXPECT_EQ(evaluate("NextMarker || Contents[-1].Key", R"({"NextMarker":""})"), "null");
}

TEST(ExpressionTest, ListsWildcardsAndFunctions) {
  EXPECT_EQ(evaluate("T[*].[P.N, D.N][]", R"({"T":[{"P":{"N":"a"}},{"D":{"N":"b"}}]})"),
            R"(["a","b"])")
      << "a projection leaves nulls out";
  EXPECT_EQ(evaluate("T.*.N", R"({"T":{"x":{"N":1},"y":{},"z":{"N":2}}})"), "[1,2]");
  EXPECT_EQ(evaluate("keys(T)", R"({"T":{"x":1,"y":2}})"), R"(["x","y"])");
  EXPECT_EQ(evaluate("contains(T, 'b')", R"({"T":["a","b"]})"), "true");
  EXPECT_EQ(evaluate("contains(T, 'b')", R"({"T":"abc"})"), "true");
  EXPECT_EQ(evaluate("length(T) > `0`", R"({})"), "null");
}

TEST(ExpressionTest, WhatIsNotUnderstoodIsRefusedWithItsPlace) {
  for (const char* text : {"", "a.", "a[", "a[x]", "a[?b", "`{`", "'x", "max(a)", "a b", "a | b",
                           "(a", "contains(a)", "a[1:2]", "{a: b}", "a.[", "*"}) {
    EXPECT_FALSE(Expression::parse(text).ok()) << text;
  }
  EXPECT_THAT(Expression::parse("a b").error().message, HasSubstr("at byte 2"));
  EXPECT_FALSE(Expression::parse(std::string(10'000, '(')).ok());
  EXPECT_FALSE(Expression::parse(std::string(10'000, '!')).ok());
  std::string stars = "a";
  for (int i = 0; i < 10'000; ++i)
    stars += "[*]";
  EXPECT_FALSE(Expression::parse(stars).ok());
  std::string names = "a";
  for (int i = 0; i < 10'000; ++i)
    names += ".a";
  EXPECT_THAT(Expression::parse(names).error().message, HasSubstr("longer than"));
}

}  // namespace
}  // namespace riposte::aws
