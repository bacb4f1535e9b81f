#include "json/spans.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::json {
namespace {

using testing::ElementsAre;

std::vector<std::string> elements(std::string_view text, bool complete = true) {
  Elements split(text);
  std::vector<std::string> all;
  while (const auto element = split.next())
    all.emplace_back(*element);
  EXPECT_EQ(split.complete(), complete) << text;
  return all;
}

TEST(SpansTest, TakesAnArrayApart) {
  EXPECT_THAT(elements(R"([ {"a":"]}\""} , [1,[2]],"x,y", 12 ,null])"),
              ElementsAre(R"({"a":"]}\""})", "[1,[2]]", "\"x,y\"", "12", "null"));
  EXPECT_THAT(elements("[]"), ElementsAre());
}

TEST(SpansTest, ATruncatedArrayGivesItsWholeElements) {
  EXPECT_THAT(elements(R"([{"a":1},{"b":2},{"c":)", false),
              ElementsAre(R"({"a":1})", R"({"b":2})"));
  EXPECT_THAT(elements("[{\"a\":1}", false), ElementsAre(R"({"a":1})"));
  EXPECT_THAT(elements("[\"open", false), ElementsAre());
  EXPECT_THAT(elements("[\"open\\", false), ElementsAre());
}

TEST(SpansTest, WhatIsInsideIsNotChecked) {
  EXPECT_THAT(elements("[{\"a\":tru\xff},{}]"), ElementsAre("{\"a\":tru\xff}", "{}"));
}

TEST(SpansTest, FindsTheArrayAFileBeginsWith) {
  EXPECT_EQ(leading_array(" {\"Records\" : [1]}", "Records"), "[1]}");
  EXPECT_FALSE(leading_array("{\"Records\":{}}", "Records").has_value());
  EXPECT_FALSE(leading_array("{\"Other\":1,\"Records\":[]}", "Records").has_value());
  EXPECT_FALSE(leading_array("{\"Rec", "Records").has_value());
}

}  // namespace
}  // namespace riposte::json
