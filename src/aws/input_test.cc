#include "aws/input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/samples_test.h"

namespace riposte::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> problems_of(std::string_view text) {
  const Service service = sample_service("json");
  base::Diagnostics diagnostics;
  const auto written = json::read_json(text, diagnostics);
  Value input = from_json(*written);
  std::vector<std::string> told;
  for (const Problem& problem : conform(service, *service.operation("PutRule"), input))
    told.push_back(to_text(problem));
  return told;
}

TEST(InputTest, AWrongTypeIsToldWithItsPath) {
  EXPECT_THAT(problems_of(R"({"Name":"a","Rules":[{},{},{"CidrIpv4":5}]})"),
              ElementsAre("Rules[2].CidrIpv4: expected text, not a number"));
  EXPECT_THAT(problems_of(R"({"Name":"a","Rules":[{"Port":"22"}],"Tags":{"k":null}})"),
              ElementsAre("Rules[0].Port: expected a whole number, not text",
                          "Tags.k: expected text, not null"));
}

TEST(InputTest, AllProblemsAreToldAtOnce) {
  EXPECT_THAT(problems_of(R"({"Rule":[],"Enabled":"yes","Since":"soon","Data":"*","Weight":{}})"),
              ElementsAre("unknown member \"Rule\"; did you mean \"Rules\"?",
                          "Enabled: expected true or false, not text",
                          "Since: not a time: write 2026-01-31T18:37:58Z, or seconds since 1970",
                          "Data: not base64", "Weight: expected a number, not an object",
                          "member \"Name\" is missing"));
}

TEST(InputTest, WholeNumbersAreHeldAgainstTheirWidth) {
  EXPECT_THAT(problems_of(R"({"Name":"a","Count":2147483648})"),
              ElementsAre("Count: expected a whole number of 32 bits"));
  EXPECT_THAT(problems_of(R"({"Name":"a","Count":1.5})"),
              ElementsAre("Count: expected a whole number, not a number"));
  EXPECT_THAT(problems_of(R"({"Name":"a","Count":3.0})"), IsEmpty());
}

TEST(InputTest, TextBecomesWhatTheShapeWants) {
  const Service service = sample_service("json");
  Value input = Value::Object{
      {"Name", "a"}, {"Since", 1577934245}, {"Data", "AQI="}, {"Weight", 1}, {"Tags", Value()}};
  EXPECT_THAT(conform(service, *service.operation("PutRule"), input), IsEmpty());
  EXPECT_NE(input.find("Since")->time(), nullptr);
  EXPECT_EQ(*input.find("Data")->blob(), Blob{"\x01\x02"});
  EXPECT_EQ(*input.find("Weight")->real(), 1.0);
  EXPECT_EQ(input.find("Tags"), nullptr) << "null means: not given";
}

TEST(InputTest, WhatAPersonWroteIsToldWithItsPlace) {
  const Service service = sample_service("json");
  base::Diagnostics diagnostics;
  const std::string text = "{\"Name\": \"a\",\n \"Rules\": [{\"CidrIpv4\": 5}]}";
  diagnostics.set_source("input.json", text);
  const auto written = json::read_json(text, diagnostics);
  EXPECT_FALSE(read_input(service, *service.operation("PutRule"), *written, diagnostics));
  ASSERT_EQ(diagnostics.all().size(), 1u);
  EXPECT_EQ(diagnostics.all()[0].place.line, 2u);
  EXPECT_EQ(diagnostics.all()[0].place.column, 25u);
  EXPECT_THAT(diagnostics.all()[0].message, HasSubstr("Rules[0].CidrIpv4"));
}

TEST(InputTest, ACallThatTakesNothingTakesNothing) {
  const Service service = sample_service("json");
  Value none;
  EXPECT_THAT(conform(service, *service.operation("ListRules"), none), IsEmpty());
  Value some = Value::Object{{"Name", "a"}};
  EXPECT_THAT(conform(service, *service.operation("ListRules"), some), testing::SizeIs(1));
}

TEST(InputTest, AUnionHasOneMember) {
  const Service service =
      service_of("json", R"("Put":{"input":{"shape":"In"}})",
                 R"("In":{"type":"structure","members":{"One":{"shape":"Either"}}},)"
                 R"("Either":{"type":"structure","union":true,"members":{"A":{"shape":"S"},)"
                 R"("B":{"shape":"S"}}},"S":{"type":"string"})");
  Value input = Value::Object{{"One", Value::Object{{"A", "x"}, {"B", "y"}}}};
  const std::vector<Problem> problems = conform(service, *service.operation("Put"), input);
  ASSERT_THAT(problems, testing::SizeIs(1));
  EXPECT_EQ(to_text(problems[0]), "One: exactly one member is wanted, not 2");
}

TEST(InputTest, DepthEnds) {
  const Service service =
      service_of("json", R"("Put":{"input":{"shape":"In"}})",
                 R"("In":{"type":"structure","members":{"In":{"shape":"In"}}})");
  Value input = Value::Object();
  for (int depth = 0; depth < 200; ++depth)
    input = Value::Object{{"In", std::move(input)}};
  const std::vector<Problem> problems = conform(service, *service.operation("Put"), input);
  ASSERT_THAT(problems, testing::SizeIs(1));
  EXPECT_EQ(problems[0].message, "nested deeper than 128");
}

}  // namespace
}  // namespace riposte::aws
