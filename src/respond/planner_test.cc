#include "respond/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "respond/samples_test.h"

namespace riposte::respond {
namespace {

using base::Errc;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kStopEach = R"(
runbook: stop-each
title: Stop what was started
steps:
  - name: stop
    for_each: "${event.items}"
    if: {item: {state: [open]}}
    aws: ec2.StopInstances
    with: {InstanceIds: ["${item.id}"]}
    undo: {aws: ec2.StartInstances, with: {InstanceIds: ["${item.id}"], Token: "${answer.Id}"}}
)";

std::string with_finding(std::string_view from, std::string_view to) {
  std::string finding(kAliceFinding);
  finding.replace(finding.find(from), from.size(), to);
  return finding;
}

TEST(PlannerTest, ResolvesEveryParameterOfEveryCall) {
  const Plan plan = plan_of(kDisableKey).value();
  ASSERT_EQ(plan.steps.size(), 1u);
  const PlannedStep& step = plan.steps[0];
  EXPECT_EQ(step.call.with,
            R"({"AccessKeyId":"AKIAEXAMPLE000000001","Status":"Inactive","UserName":"alice"})");
  EXPECT_EQ(step.undo->with,
            R"({"AccessKeyId":"AKIAEXAMPLE000000001","Status":"Active","UserName":"alice"})");
  EXPECT_EQ(step.prechecks[0].call.with, R"({"UserName":"alice"})");
  EXPECT_THAT(step.verifications[0].expect, HasSubstr(R"(["AKIAEXAMPLE000000001"])"));
  EXPECT_THAT(plan.permissions, ElementsAre("iam:ListAccessKeys", "iam:UpdateAccessKey"));
  EXPECT_EQ(plan.account, "111122223333");
  EXPECT_FALSE(plan.needs_approval());
}

TEST(PlannerTest, TheDigestIsOfEverythingElseInThePlan) {
  const Plan plan = plan_of(kDisableKey).value();
  EXPECT_EQ(plan.digest, base::sha256_hex(digested_json(plan)));
  EXPECT_EQ(plan_of(kDisableKey).value().digest, plan.digest);
  EXPECT_THAT(digested_json(plan), Not(HasSubstr(plan.digest)));
  EXPECT_THAT(to_json(plan), HasSubstr("\"digest\":\"" + plan.digest));
}

TEST(PlannerTest, OtherFactsAreAnotherDigest) {
  const std::string digest = plan_of(kDisableKey).value().digest;
  const std::pair<std::string_view, std::string_view> kChanges[] = {
      {"00112233", "99112233"},
      {"eu-west-1", "us-east-1"},
      {"111122223333\"", "999922223333\""},
      {"\"alice\"", "\"mallory\""},
      {"photos\",\"arn", "letters\",\"arn"}};
  for (const auto& [from, to] : kChanges)
    EXPECT_NE(plan_of(kDisableKey, with_finding(from, to)).value().digest, digest) << from;
  std::string runbook(kDisableKey);
  runbook.replace(runbook.find("12h"), 3, "13h");
  EXPECT_NE(plan_of(runbook).value().digest, digest);
}

TEST(PlannerTest, WhatIsMissingIsNamedAndNothingIsPlanned) {
  const base::Result<Plan> refused = plan_of(
      kDisableKey, with_finding("\"access_key\":\"AKIAEXAMPLE000000001\"", "\"access_key\":null"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Errc::Invalid);
  EXPECT_THAT(refused.error().message, HasSubstr("${finding.actor.access_key} is missing"));
  EXPECT_FALSE(plan_of(kDisableKey, with_finding("\"eu-west-1\"", "null")).ok());
}

TEST(PlannerTest, AStepIsRepeatedForEveryItemItsConditionHoldsFor) {
  const Plan plan = plan_of(kStopEach, kAliceFinding,
                            R"({"items":[{"id":"i-1","state":"open"},{"id":"i-2","state":"shut"},)"
                            R"({"id":"i-3","state":"open"}]})")
                        .value();
  ASSERT_EQ(plan.steps.size(), 2u);
  EXPECT_EQ(plan.steps[1].name, "stop[2]");
  EXPECT_EQ(plan.steps[1].call.with, R"({"InstanceIds":["i-3"]})");
  EXPECT_THAT(plan.skipped, ElementsAre("stop[1]"));
}

TEST(PlannerTest, APlanThatDoesNothingIsNone) {
  EXPECT_THAT(plan_of(kStopEach, kAliceFinding, R"({"items":[{"id":"i-2","state":"shut"}]})")
                  .error()
                  .message,
              HasSubstr("nothing to do"));
  EXPECT_THAT(plan_of(kStopEach, kAliceFinding, R"({"items":[]})").error().message,
              HasSubstr("${event.items} is no list"));
}

TEST(PlannerTest, APlanIsNotLongerThanAPersonReads) {
  std::string items = R"({"items":[{"id":"i","state":"open"})";
  for (std::size_t i = 0; i < kCallsMax; ++i)
    items += R"(,{"id":"i","state":"open"})";
  EXPECT_EQ(plan_of(kStopEach, kAliceFinding, items + "]}").error().code, Errc::Limit);
}

// A user name is the attacker's to choose.
TEST(PlannerTest, ALogCannotWriteATemplateIntoAnUndo) {
  const Plan plan =
      plan_of(kStopEach, kAliceFinding, R"({"items":[{"id":"${answer.Secret}","state":"open"}]})")
          .value();
  EXPECT_EQ(plan.steps[0].call.with, R"({"InstanceIds":["${answer.Secret}"]})");
  EXPECT_EQ(plan.steps[0].undo->with,
            R"({"InstanceIds":["$${answer.Secret}"],"Token":"${answer.Id}"})");
}

TEST(PlannerTest, ALogCannotWriteAnOperatorIntoAPattern) {
  constexpr std::string_view kRunbook = R"(
runbook: look
title: Look
steps:
  - name: look
    aws: iam.GetUser
    precheck: {aws: iam.GetUser, expect: {UserName: ["${event.name}"]}}
)";
  EXPECT_EQ(
      plan_of(kRunbook, kAliceFinding, R"({"name":"alice"})").value().steps[0].prechecks[0].expect,
      R"({"UserName":["alice"]})");
  EXPECT_FALSE(plan_of(kRunbook, kAliceFinding, R"({"name":{"anything-but":"x"}})").ok());
}

TEST(PlannerTest, WhatCannotBeTakenBackNeedsApproval) {
  const Plan plan = plan_of(
                        "runbook: a\ntitle: A\nmode: auto\n"
                        "steps: [{name: a, aws: sns.Publish, irreversible: true}]")
                        .value();
  EXPECT_TRUE(plan.needs_approval());
  EXPECT_THAT(to_human(plan), HasSubstr("this cannot be taken back"));
}

TEST(PlannerTest, APersonReadsTheExactCallsAndNothingMovesTheCursor) {
  const Plan plan = plan_of(kDisableKey, with_finding("\"alice\"", R"("al\u001b[2Jice")")).value();
  const std::string page = to_human(plan);
  EXPECT_THAT(page, HasSubstr("call      iam.UpdateAccessKey {\"AccessKeyId\""));
  EXPECT_THAT(page, HasSubstr("digest    " + plan.digest));
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
}

TEST(PlannerTest, ARunbookAnswersWhatAllOfItsWhenHoldsFor) {
  const auto answers = [](std::string_view when, std::string_view response = {}) {
    const RunbookPointer runbook = runbook_of(
        "runbook: a\ntitle: A\nsteps: [{name: a, aws: iam.GetUser}]\n" + std::string(when));
    const json::OwnedDocument finding = json::OwnedDocument::parse(kAliceFinding).value();
    const json::OwnedDocument event = json::OwnedDocument::parse(R"({"a":[1,2]})").value();
    return Planner::answers(*runbook, {finding.root(), &event.root()}, response);
  };
  EXPECT_FALSE(answers("")) << "only by hand";
  EXPECT_TRUE(answers("", "a")) << "the rule says so";
  EXPECT_FALSE(answers("", "b"));
  EXPECT_TRUE(answers("when: {rules: [other, aws_key_used]}"));
  EXPECT_TRUE(answers("when: {rules: r-1}"));
  EXPECT_FALSE(answers("when: {rules: [other]}"));
  EXPECT_TRUE(answers("when: {tags: [attack.t1078], level: high}"));
  EXPECT_FALSE(answers("when: {tags: [attack.t1078], level: critical}"));
  EXPECT_FALSE(answers("when: {rules: [aws_key_used], tags: [x]}"));
  EXPECT_TRUE(
      answers("when: {expression: {event: {a: [2]}, finding: {account: [{prefix: '1'}]}}}"));
  EXPECT_FALSE(answers("when: {expression: {event: {a: [3]}}}"));
  EXPECT_TRUE(answers("when: {expression: {finding: {event: {error_code: [null]}}}}"));
}

}  // namespace
}  // namespace riposte::respond
