#include "enrich/rights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"

namespace riposte::enrich {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

Rights statement(const std::string& text) {
  const auto document = json::OwnedDocument::parse(text);
  EXPECT_TRUE(document.ok()) << text;
  Rights rights;
  add_rights(document->root(), rights);
  return rights;
}

Rights may(const std::string& action, const std::string& resource) {
  return statement(R"({"Effect":"Allow","Action":)" + action + R"(,"Resource":)" + resource + "}");
}

TEST(RightsTest, AdministratorsMayDoEverything) {
  for (const char* action : {R"("*")", R"("*:*")", R"(["s3:GetObject","*"])"}) {
    EXPECT_TRUE(may(action, R"("*")").admin) << action;
  }
  for (const char* resource :
       {R"(["*"])", R"("arn:aws:*:*:*:*")", R"("arn:aws:*")", R"("arn:*")", R"("**")"}) {
    EXPECT_TRUE(may(R"("*")", resource).admin) << resource;
  }
  EXPECT_FALSE(may(R"("*")", R"("arn:aws:s3:::*")").admin);
  EXPECT_FALSE(may(R"("s3:*")", R"("*")").admin);
  EXPECT_TRUE(
      statement(R"({"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::records"})").admin);
}

TEST(RightsTest, EverythingButATrifleIsEverything) {
  EXPECT_TRUE(statement(R"({"Effect":"Allow","NotAction":"support:*","Resource":"*"})").admin);
  const Rights power =
      statement(R"({"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"})");
  EXPECT_FALSE(power.admin);
  EXPECT_THAT(power.risky_actions, Contains("lambda:UpdateFunctionCode"));
  EXPECT_THAT(power.risky_actions, Not(Contains("iam:PassRole")));
}

TEST(RightsTest, WholeServicesAreNamed) {
  EXPECT_THAT(may(R"(["IAM:*","s3:*","ec2:Describe*","sqs:"])", R"("*")").wildcard_services,
              ElementsAre("iam", "s3"));
  EXPECT_THAT(may(R"("s3:*")", R"("arn:aws:s3:::*")").wildcard_services, ElementsAre("s3"));
  EXPECT_THAT(
      may(R"("s3:*")", R"(["arn:aws:s3:::records","arn:aws:s3:::records/*"])").wildcard_services,
      IsEmpty());
  EXPECT_THAT(may(R"("iam:*")", R"("arn:aws:iam::111122223333:role/*")").wildcard_services,
              IsEmpty());
  EXPECT_THAT(may(R"("iam:*")", R"("arn:aws:s3:::*")").wildcard_services, IsEmpty());
}

TEST(RightsTest, ActionsThatGainRightsAreNamed) {
  EXPECT_THAT(may(R"(["iam:PassRole","s3:GetObject"])", R"("*")").risky_actions,
              ElementsAre("iam:PassRole"));
  EXPECT_THAT(may(R"("iam:Create*")", R"("*")").risky_actions,
              ElementsAre("iam:CreateAccessKey", "iam:CreateLoginProfile",
                          "iam:CreatePolicyVersion", "iam:CreateServiceSpecificCredential"));
  EXPECT_THAT(may(R"("i?m:*userpolic*")", R"("*")").risky_actions,
              ElementsAre("iam:AttachUserPolicy", "iam:PutUserPolicy"));
  EXPECT_THAT(may(R"("sts:AssumeRole")", R"("arn:aws:iam::111122223333:role/*")").risky_actions,
              ElementsAre("sts:AssumeRole"));
  EXPECT_THAT(may(R"("ssm:SendCommand")", R"("arn:aws:ec2:*:*:instance/*")").risky_actions,
              ElementsAre("ssm:SendCommand"));
  EXPECT_THAT(may(R"("ec2-instance-connect:*")", R"("arn:aws:ec2:*:*:instance/*")").risky_actions,
              ElementsAre("ec2-instance-connect:SendSSHPublicKey"));
  EXPECT_THAT(
      may(R"("iam:*")", R"("arn:aws:iam::111122223333:user/${aws:username}")").risky_actions,
      IsEmpty());
  EXPECT_THAT(may(R"("iam:PassRole")", R"("arn:aws:iam::111122223333:role/worker")").risky_actions,
              IsEmpty());
  EXPECT_THAT(may(R"("iam:PassRole")", R"("arn:aws:lambda:*:*:function:*")").risky_actions,
              IsEmpty());
}

TEST(RightsTest, StatementsWithoutActionsGiveNothing) {
  EXPECT_TRUE(statement(R"({"Effect":"Allow","Resource":"*"})").empty());
  EXPECT_TRUE(statement(R"({"Effect":"Allow","Action":"*"})").empty());
  EXPECT_TRUE(statement(R"({"Effect":"Allow","Action":{"a":"*"},"Resource":"*"})").empty());
}

}  // namespace
}  // namespace riposte::enrich
