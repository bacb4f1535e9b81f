#include "respond/late.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::respond {
namespace {

using testing::HasSubstr;

// Three steps: "group", "key[0]" and "key[1]", which have answered.
Action answered() {
  Action action;
  for (const char* name : {"group", "key[0]", "key[1]"}) {
    PlannedStep step;
    step.name = name;
    step.call.with = "{}";
    action.plan.steps.push_back(step);
  }
  action.steps.resize(3);
  action.steps[0].answer = R"({"Group":{"Id":"g-1"}})";
  action.steps[1].answer = R"({"Id":"first"})";
  action.steps[2].answer = R"({"Id":"second","Text":"${answer.Id}"})";
  action.steps[2].before = R"([{"Status":"Active"},{"Keys":[{"Id":1},{"Id":2}]}])";
  return action;
}

std::string filled(std::string_view with) { return filled_in(answered(), 2, with).value(); }

TEST(LateTest, AnswerAndPrechecksAreThoseOfTheStep) {
  EXPECT_EQ(filled(R"({"A":"${answer.Id}","P":"${precheck.Status}"})"),
            R"({"A":"second","P":"Active"})");
  EXPECT_EQ(filled(R"({"P":"${precheck[1].Keys[*].Id}"})"), R"({"P":[1,2]})");
}

TEST(LateTest, AnswersOfOtherStepsAreKnownByTheirWholeNames) {
  EXPECT_EQ(filled(R"({"A":"${answers.group.Group.Id}"})"), R"({"A":"g-1"})");
  EXPECT_EQ(filled(R"({"A":"${answers.key[0].Id}","B":"x-${answers.key[1].Id}"})"),
            R"({"A":"first","B":"x-second"})");
}

TEST(LateTest, WhatIsMissingIsToldByItsPath) {
  EXPECT_THAT(
      filled_in(answered(), 2, R"({"A":"${answer.None}","B":"${answers.no.Id}"})").error().message,
      testing::AllOf(HasSubstr("${answer.None}"), HasSubstr("${answers.no.Id}")));
}

TEST(LateTest, DataIsNotLookedAtAgainAndEscapesEnd) {
  EXPECT_EQ(filled(R"({"A":"${answer.Text}","B":"$${answer.Id}"})"),
            R"({"A":"${answer.Id}","B":"${answer.Id}"})");
}

TEST(LateTest, OfAnAnswerOnlyWhatTemplatesSpeakOfIsKept) {
  Plan plan = answered().plan;
  plan.steps[0].undo = PlannedCall{{}, R"({"Id":"${answer.Group.Id}"})"};
  plan.steps[1].late = true;
  plan.steps[1].call.with = R"({"Groups":["${answers.group.List[0].Name}"]})";
  EXPECT_EQ(
      kept_of(plan, 0,
              R"({"Group":{"Id":"g","Key":"s3cr3t"},"List":[{"Name":"n","Token":"t"}],"X":1})"),
      R"({"Group":{"Id":"g"},"List":[{"Name":"n"}]})");
  EXPECT_EQ(kept_of(plan, 2, R"({"Id":"g"})"), "") << "nobody speaks of it";
}

TEST(LateTest, InAPlanThatIsNotLateACallIsDataThroughout) {
  Plan plan = answered().plan;
  plan.steps[1].call.with = R"({"Name":"${answers.group.Secret}"})";
  EXPECT_EQ(kept_of(plan, 0, R"({"Secret":"s3cr3t"})"), "");
}

}  // namespace
}  // namespace riposte::respond
