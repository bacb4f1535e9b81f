#include "respond/iam_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/canonical.h"
#include "respond/samples_test.h"

namespace riposte::respond {
namespace {

using testing::ElementsAre;

const PolicyScope kScope{"aws", "111122223333"};

std::vector<std::string> documents_of(const std::vector<Operation>& operations) {
  return policies_of(grants_of(operations, kScope)).value();
}

TEST(IamPolicyTest, ARunbookNeedsItsCallsItsChecksAndItsUndo) {
  EXPECT_THAT(operations_of(*runbook_of(kDisableKey)),
              ElementsAre(Operation{"iam", "ListAccessKeys"}, Operation{"iam", "UpdateAccessKey"}));
}

TEST(IamPolicyTest, ResourcesAreAsNarrowAsTheServiceLetsThemBe) {
  EXPECT_THAT(
      documents_of({{"kms", "EnableKey"},
                    {"ec2", "DescribeInstances"},
                    {"sts", "GetCallerIdentity"},
                    {"webhook", "Post"},
                    {"s3", "PutPublicAccessBlock"}}),
      ElementsAre(
          R"({"Statement":[{"Action":["ec2:DescribeInstances"],"Effect":"Allow","Resource":["*"]},)"
          R"({"Action":["kms:EnableKey"],"Effect":"Allow","Resource":["arn:aws:kms:*:111122223333:key/*"]},)"
          R"({"Action":["s3:PutBucketPublicAccessBlock"],"Condition":{"StringEquals":{)"
          R"("aws:ResourceAccount":"111122223333"}},"Effect":"Allow","Resource":["arn:aws:s3:::*"]}],)"
          R"("Version":"2012-10-17"})"));
}

TEST(IamPolicyTest, TheOrderOfOperationsChangesNothing) {
  const std::vector<Operation> some = {
      {"iam", "UpdateAccessKey"}, {"kms", "EnableKey"}, {"iam", "GetUser"}};
  EXPECT_EQ(documents_of(some), documents_of({some.rbegin(), some.rend()}));
  const std::string document = documents_of(some).front();
  EXPECT_EQ(json::canonical(document).value(), document);
}

TEST(IamPolicyTest, ActionsOnObjectsAndOnBucketsAreNotMixedUp) {
  const auto resource_of = [](const char* name) {
    return grants_of(std::vector<Operation>{{"s3", name}}, kScope).front().resources.front();
  };
  EXPECT_EQ(resource_of("GetObject"), "arn:aws:s3:::*/*");
  EXPECT_EQ(resource_of("PutObjectAcl"), "arn:aws:s3:::*/*");
  EXPECT_EQ(resource_of("ListObjectsV2"), "arn:aws:s3:::*");
  EXPECT_EQ(resource_of("PutObjectLockConfiguration"), "arn:aws:s3:::*");
  EXPECT_EQ(resource_of("GetBucketEncryption"), "arn:aws:s3:::*");
  EXPECT_EQ(resource_of("ListBuckets"), "*");
}

TEST(IamPolicyTest, WhatIsTooLongForOnePolicyGoesIntoTwo) {
  std::vector<Operation> many;
  for (int i = 0; i < 500; ++i)
    many.push_back({"ec2", "DescribeThing" + std::to_string(i)});
  const std::vector<std::string> documents = documents_of(many);
  EXPECT_EQ(documents.size(), 2u);
  std::size_t actions = 0;
  for (const std::string& document : documents) {
    EXPECT_LE(document.size(), kPolicyCharactersMax);
    for (std::size_t at = document.find("ec2:"); at != std::string::npos;
         at = document.find("ec2:", at + 1))
      ++actions;
  }
  EXPECT_EQ(actions, many.size());
}

}  // namespace
}  // namespace riposte::respond
