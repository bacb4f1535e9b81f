// Held against botocore's resolver by tests/aws/endpoints_test.py.
#include "aws/endpoint_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::aws {
namespace {

using testing::HasSubstr;

const Partitions& partitions() {
  static const Partitions kRead = Partitions::read(R"({"partitions": [
      {"id": "aws", "regionRegex": "^(us|eu)\\-\\w+\\-\\d+$", "regions": {"aws-global": {}},
       "outputs": {"dnsSuffix": "amazonaws.com"}},
      {"id": "aws-cn", "regionRegex": "^cn\\-\\w+\\-\\d+$", "regions": {},
       "outputs": {"dnsSuffix": "amazonaws.com.cn"}}]})")
                                      .value();
  return kRead;
}

base::Result<EndpointRules::Outcome> resolve(std::string_view rules, const Value& given) {
  const std::string text =
      R"({"parameters": {"Region": {"builtIn": "AWS::Region", "required": true},
      "Name": {}, "Flag": {"default": false}}, "rules": )" +
      std::string(rules) + "}";
  base::Result<EndpointRules> read = EndpointRules::read(text);
  EXPECT_TRUE(read.ok());
  return read->resolve(given, partitions());
}

Value in(const char* region) { return Value::Object{{"Region", region}}; }

constexpr std::string_view kByPartition = R"([{"type": "endpoint",
    "conditions": [{"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "it"}],
    "endpoint": {"url": "https://x.{Region}.{it#dnsSuffix}",
                 "properties": {"authSchemes": [{"name": "sigv4", "signingRegion": "{Region}"}]},
                 "headers": {"x-one": ["{it#name}"]}}}])";

TEST(EndpointRulesTest, ARegionFindsTheHostOfItsPartition) {
  const auto outcome = resolve(kByPartition, in("cn-north-1"));
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->url, "https://x.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(to_json(outcome->properties),
            R"({"authSchemes":[{"name":"sigv4","signingRegion":"cn-north-1"}]})");
  EXPECT_EQ(outcome->headers.front(), (net::Header{"x-one", "aws-cn"}));
}

TEST(EndpointRulesTest, ARegionThatNobodyKnowsIsTakenForAPublicOne) {
  EXPECT_EQ(resolve(kByPartition, in("mars-1"))->url, "https://x.mars-1.amazonaws.com");
}

TEST(EndpointRulesTest, ARuleThatDoesNotHoldLeavesNothingBehind) {
  constexpr std::string_view kRules = R"([
      {"type": "endpoint", "conditions": [
          {"fn": "substring", "argv": [{"ref": "Region"}, 0, 2, false], "assign": "start"},
          {"fn": "stringEquals", "argv": [{"ref": "start"}, "xx"]}], "endpoint": {"url": "never"}},
      {"type": "endpoint", "conditions": [{"fn": "isSet", "argv": [{"ref": "start"}]}],
       "endpoint": {"url": "seen"}},
      {"type": "error", "conditions": [], "error": "no such {Region}"}])";
  const auto outcome = resolve(kRules, in("eu-west-1"));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "no such eu-west-1");
}

TEST(EndpointRulesTest, WhatIsRequiredIsAskedFor) {
  EXPECT_THAT(resolve(kByPartition, Value(Value::Object())).error().message, HasSubstr("Region"));
}

TEST(EndpointRulesTest, RulesThatAreNotUnderstoodGiveNoEndpoint) {
  for (
      std::string_view rules :
      {R"([{"type": "endpoint", "conditions": [{"fn": "new", "argv": [1]}], "endpoint": {"url": "x"}}])",
       R"([{"type": "endpoint", "conditions": [], "endpoint": {"url": "x{nobody}"}}])",
       R"([{"type": "endpoint", "conditions": [], "endpoint": {"url": "x{"}}])",
       R"([{"type": "endpoint", "conditions": [{"fn": "isSet"}], "endpoint": {"url": "x"}}])",
       R"([{"type": "other", "conditions": []}])", R"([{"type": "tree", "conditions": []}])",
       R"([])", R"([1])"}) {
    EXPECT_FALSE(resolve(rules, in("eu-west-1")).ok()) << rules;
  }
  EXPECT_FALSE(EndpointRules::read("{}").ok());
  EXPECT_FALSE(EndpointRules::read("[").ok());
}

}  // namespace
}  // namespace riposte::aws
