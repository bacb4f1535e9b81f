#include "respond/operation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::respond {
namespace {

using testing::ElementsAre;

bool changes(std::string_view text) { return changes_something(*parse_operation(text)); }

TEST(OperationTest, IsServiceAndNameAsTheApiSpellsThem) {
  EXPECT_EQ(parse_operation("cognito-idp.AdminDisableUser"),
            (Operation{"cognito-idp", "AdminDisableUser"}));
  for (const char* text : {"", "ec2", "ec2.", ".Stop", "ec2.stop", "EC2.Stop", "ec2.Stop.Now",
                           "ec2:StopInstances", "ec2.Stop Instances"})
    EXPECT_EQ(parse_operation(text), std::nullopt) << text;
}

TEST(OperationTest, WhatIsNotKnownToReadCountsAsAChange) {
  for (const char* text :
       {"ec2.DescribeInstances", "s3.HeadBucket", "dynamodb.Query", "cloudtrail.LookupEvents",
        "iam.GetUser", "iam.ListAccessKeys", "cognito-idp.AdminGetUser"})
    EXPECT_FALSE(changes(text)) << text;
  for (const char* text : {"iam.UpdateAccessKey", "sts.AssumeRole", "kms.Sign", "x.Getaway",
                           "s3.RestoreObject", "sns.Publish", "x.Describer"})
    EXPECT_TRUE(changes(text)) << text;
}

TEST(OperationTest, PermissionsAreNamedAsIamNamesThem) {
  EXPECT_THAT(permissions_of({"ec2", "StopInstances"}), ElementsAre("ec2:StopInstances"));
  EXPECT_THAT(permissions_of({"s3", "PutPublicAccessBlock"}),
              ElementsAre("s3:PutBucketPublicAccessBlock"));
  EXPECT_THAT(permissions_of({"s3", "CopyObject"}),
              ElementsAre("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"));
  EXPECT_THAT(permissions_of({"apigateway", "UpdateStage"}), ElementsAre("apigateway:PATCH"));
  EXPECT_THAT(permissions_of({"ec2", "AssociateIamInstanceProfile"}),
              ElementsAre("ec2:AssociateIamInstanceProfile", "iam:PassRole"));
  EXPECT_THAT(permissions_of({"webhook", "Post"}), testing::IsEmpty());
  EXPECT_THAT(permissions_of({"stepfunctions", "StartExecution"}),
              ElementsAre("states:StartExecution"));
}

}  // namespace
}  // namespace riposte::respond
