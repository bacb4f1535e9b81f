#include "respond/call_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "respond/samples_test.h"

namespace riposte::respond {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

// What is said about a runbook whose step reads so.
std::string complaint_of(std::string_view step) {
  const std::string text = "runbook: r\ntitle: t\nsteps:\n  - name: s\n" + std::string(step);
  base::Diagnostics diagnostics;
  const RunbookPointer runbook = runbook_of(text);
  if (runbook == nullptr) return "";
  aws::Catalogue catalogue;
  diagnostics.set_source("runbook.yml", text);
  check_calls(*runbook, catalogue, diagnostics);
  std::string all;
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    all += base::to_text(diagnostic);
  return all;
}

TEST(CallCheckTest, WhatTheServiceTakesIsFine) {
  EXPECT_EQ(complaint_of(R"(
    aws: ec2.RevokeSecurityGroupIngress
    with: {GroupId: "${finding.resources[0].id}", SecurityGroupRuleIds: "${event.ids}"}
    precheck:
      aws: ec2.DescribeSecurityGroupRules
      with: {MaxResults: 5}
      expect: {SecurityGroupRules: {GroupId: [a], $or: [{FromPort: [22]}, {ToPort: [22]}]}}
    undo:
      aws: ec2.AuthorizeSecurityGroupIngress
      with: {GroupId: "${precheck.SecurityGroupRules[0].GroupId}", IpPermissions: "${event.permissions}"}
)"),
            "");
}

TEST(CallCheckTest, AnOperationThatIsNotThereIsAnErrorAtItsPlace) {
  const std::string complaint =
      complaint_of("    aws: cloudtrail.StartLoging\n    irreversible: true\n");
  EXPECT_THAT(complaint, HasSubstr("runbook.yml:5:10: error[call-operation]"));
  EXPECT_THAT(complaint, HasSubstr("did you mean \"StartLogging\"?"));
  EXPECT_THAT(complaint_of("    aws: cloudtrial.StartLogging\n    irreversible: true\n"),
              HasSubstr("error[call-service]"));
}

TEST(CallCheckTest, ParametersAreHeldAgainstTheModel) {
  const struct {
    const char* with;
    const char* complaint;
  } cases[] = {
      {"{KeyID: a}", "did you mean \"KeyId\"?"},
      {"{}", "member \"KeyId\" is missing"},
      {"{KeyId: a, PendingWindowInDays: soon}", "PendingWindowInDays: expected a whole number"},
      {"{KeyId: [a]}", "KeyId: expected text, not a list"},
  };
  for (const auto& each : cases) {
    const std::string step = "    aws: kms.ScheduleKeyDeletion\n    irreversible: true\n    with: ";
    EXPECT_THAT(complaint_of(step + each.with + "\n"), HasSubstr(each.complaint));
  }
}

TEST(CallCheckTest, UndoPrecheckAndVerificationAreCallsToo) {
  for (const char* each :
       {"undo: {aws: kms.DisableKye, with: {KeyId: a}}",
        "precheck: {aws: kms.DescribeKye, with: {KeyId: a}}\n    irreversible: true",
        "verify: {aws: kms.DescribeKye, with: {KeyId: a}}\n    irreversible: true"}) {
    EXPECT_THAT(complaint_of(std::string("    aws: kms.EnableKey\n    with: {KeyId: a}\n    ") +
                             each + "\n"),
                HasSubstr("error[call-operation]"));
  }
}

TEST(CallCheckTest, WhatNoAnswerHasIsAWarning) {
  const auto verified = [](const std::string& expect) {
    return complaint_of(
        "    aws: kms.EnableKey\n    with: {KeyId: a}\n    irreversible: true\n"
        "    verify: {aws: kms.DescribeKey, with: {KeyId: a}, expect: " +
        expect + "}\n");
  };
  EXPECT_EQ(verified("{KeyMetadata: {KeyState: [Enabled]}}"), "");
  EXPECT_THAT(verified("{KeyMetadata: {KeyStat: [Enabled]}}"),
              HasSubstr("did you mean \"KeyState\"?"));
  EXPECT_THAT(verified("{KeyMetadata: {KeyStat: [Enabled]}}"), HasSubstr("warning[call-answer]"));
  EXPECT_THAT(verified("{KeyMetadata: {KeyState: {Name: [a]}}}"), HasSubstr("below \"KeyState\""));
  EXPECT_THAT(verified("{Key: [a]}"), HasSubstr("no answer of DescribeKey has a \"Key\""));
}

TEST(CallCheckTest, WhatIsLateIsFollowedThroughTheAnswerItSpeaksOf) {
  const auto undone = [](const std::string& text) {
    return complaint_of(
        "    aws: kms.EnableKey\n    with: {KeyId: a}\n"
        "    precheck: [{aws: kms.DescribeKey, with: {KeyId: a}}, {aws: kms.ListKeys}]\n"
        "    undo: {aws: kms.DisableKey, with: {KeyId: \"" +
        text + "\"}}\n");
  };
  EXPECT_EQ(undone("${precheck[0].KeyMetadata.KeyId}"), "");
  EXPECT_EQ(undone("${precheck[1].Keys[0].KeyId}"), "");
  EXPECT_THAT(undone("${precheck[0].KeyMetadata.Id}"), HasSubstr("call-answer"));
  EXPECT_THAT(undone("${answer.KeyId}"), HasSubstr("EnableKey answers nothing"));
}

// Of 16 services the models mark what only reads. A verb that is missing from our list asks for an
// undo too many; those that are left are known.
TEST(CallCheckTest, WhatTheModelsMarkAsReadingReads) {
  aws::Catalogue catalogue;
  std::vector<std::string> taken_for_changes;
  for (const std::string& name : catalogue.names()) {
    const auto service = catalogue.service(name).value();
    for (const aws::Operation& operation : service->operations()) {
      const Operation ours{name, std::string(operation.name)};
      if (operation.is_read_only && changes_something(ours))
        taken_for_changes.push_back(to_text(ours));
    }
  }
  EXPECT_THAT(taken_for_changes,
              UnorderedElementsAre("accessanalyzer.ValidatePolicy",
                                   "identitystore.IsMemberInGroups", "ssm.ValidateCloudConnector"));
}

// The other way round is the dangerous one: nothing that counts as a read looks like a change.
TEST(CallCheckTest, WhatCountsAsReadingTakesNoTokenAndPutsNothing) {
  aws::Catalogue catalogue;
  for (const std::string& name : catalogue.names()) {
    const auto service = catalogue.service(name).value();
    for (const aws::Operation& operation : service->operations()) {
      if (changes_something({name, std::string(operation.name)})) continue;
      EXPECT_THAT(operation.method, AnyOf("GET", "POST", "HEAD")) << name << "." << operation.name;
      if (!operation.input) continue;
      for (const aws::Member& member : service->members(service->shape(*operation.input)))
        EXPECT_FALSE(member.idempotency_token) << name << "." << operation.name;
    }
  }
}

}  // namespace
}  // namespace riposte::respond
