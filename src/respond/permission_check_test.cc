#include "respond/permission_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::respond {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// An IAM that denies what it is told to.
class ScriptedIam final : public Account {
 public:
  base::Result<Reply> call(const AccountCall& call) override {
    questions.emplace_back(call.with);
    if (!refusal.empty())
      return Reply{.answer = "{}", .code = refusal, .message = "no", .request_id = "r"};
    return Reply{.answer = answer, .request_id = "r"};
  }

  std::vector<std::string> questions;
  std::string answer = R"({"EvaluationResults":[]})";
  std::string refusal;
};

const std::vector<Grant> kGrants = {
    {{"*"}, "", "ec2:DescribeInstances"},
    {{"arn:aws:s3:::*"}, "111122223333", "s3:GetBucketAcl"},
    {{"arn:aws:s3:::*"}, "111122223333", "s3:GetBucketPolicy"},
};

base::Result<std::vector<std::string>> missing(ScriptedIam& iam) {
  return missing_actions(iam, "111122223333", "us-east-1", "arn:aws:iam::111122223333:user/u",
                         kGrants);
}

TEST(PermissionCheckTest, ActionsOnTheSameResourcesAreOneQuestion) {
  ScriptedIam iam;
  EXPECT_THAT(missing(iam).value(), ElementsAre());
  EXPECT_THAT(
      iam.questions,
      ElementsAre(HasSubstr(R"("ActionNames":["ec2:DescribeInstances"],"ResourceArns":["*"]})"),
                  HasSubstr(R"("ActionNames":["s3:GetBucketAcl","s3:GetBucketPolicy"])")));
  EXPECT_THAT(iam.questions[1], HasSubstr(R"("ContextKeyValues":["111122223333"])"));
}

TEST(PermissionCheckTest, WhatIsNotAllowedIsMissing) {
  ScriptedIam iam;
  iam.answer = R"({"EvaluationResults":[{"EvalActionName":"b","EvalDecision":"implicitDeny"},)"
               R"({"EvalActionName":"c","EvalDecision":"allowed"},)"
               R"({"EvalActionName":"a","EvalDecision":"explicitDeny"}]})";
  EXPECT_THAT(missing(iam).value(), ElementsAre("a", "b"));
}

TEST(PermissionCheckTest, WhereIamMayNotBeAskedNothingIsKnown) {
  ScriptedIam iam;
  iam.refusal = "AccessDenied";
  EXPECT_EQ(missing(iam).error().code, base::Errc::Denied);
  iam.refusal.clear();
  iam.answer = "{}";
  EXPECT_FALSE(missing(iam).ok());
}

TEST(PermissionCheckTest, ASessionIsItsRole) {
  EXPECT_EQ(principal_of({"1", "arn:aws-cn:sts::111122223333:assumed-role/riposte/i-1"}),
            "arn:aws-cn:iam::111122223333:role/riposte");
  EXPECT_EQ(principal_of({"1", "arn:aws:iam::111122223333:user/u"}),
            "arn:aws:iam::111122223333:user/u");
}

}  // namespace
}  // namespace riposte::respond
