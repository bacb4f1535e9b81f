#include "respond/reach.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "respond/samples_test.h"

namespace riposte::respond {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

Reach reach_of_call(const std::string& with) {
  return reach_of(plan_of("runbook: a\ntitle: A\nsteps: [{name: a, aws: x.Change, irreversible: "
                          "true, with: " +
                          with + "}]")
                      .value());
}

TEST(ReachTest, ANameIsAPrincipalOfTheAccount) {
  const Reach reach = reach_of_call("{RoleName: app}");
  ASSERT_EQ(reach.principals.size(), 1u);
  EXPECT_EQ(reach.principals[0].arn, "arn:aws:iam::111122223333:role/app");
  EXPECT_EQ(reach.principals[0].name, "app");
}

TEST(ReachTest, AKeyIsTheActorsOrNobodysWeKnow) {
  const Reach actors = reach_of_call("{AccessKeyId: AKIAEXAMPLE000000001}");
  EXPECT_EQ(actors.principals.front().name, "alice");
  EXPECT_THAT(actors.unknown_keys, IsEmpty());
  EXPECT_THAT(reach_of_call("{AccessKeyId: AKIAEXAMPLE000000002}").unknown_keys,
              ElementsAre("AKIAEXAMPLE000000002"));
}

TEST(ReachTest, WhatTheFindingNamesIsTheTarget) {
  const Reach reach = reach_of_call("{Bucket: photos, Mode: [all]}");
  EXPECT_THAT(reach.targets, ElementsAre("111122223333 photos"));
  EXPECT_THAT(reach.texts, Contains("arn:aws:s3:::photos"));
}

TEST(ReachTest, OtherwiseTheCallIs) {
  EXPECT_THAT(reach_of_call("{Name: b, Id: a}").targets,
              ElementsAre(R"(111122223333 x.Change {"Id":"a","Name":"b"})"));
}

TEST(ReachTest, WhatIsCheckedBeforeIsTouched) {
  const Reach reach = reach_of(plan_of(R"(
runbook: a
title: A
steps:
  - name: a
    aws: ec2.ModifyNetworkInterfaceAttribute
    with: {NetworkInterfaceId: eni-1, Groups: [sg-q]}
    precheck: {aws: ec2.DescribeInstances, with: {InstanceIds: [photos]}}
    irreversible: true
)")
                                   .value());
  EXPECT_THAT(reach.targets, ElementsAre("111122223333 photos"));
}

// An attacker who writes an address or a name into an item does not thereby protect it.
TEST(ReachTest, AnItemIsNotItsTableNorWhatStandsInIt) {
  const Reach reach = reach_of(plan_of(R"(
runbook: a
title: A
steps:
  - name: a
    aws: dynamodb.PutItem
    with: {TableName: photos, Item: {id: {S: x}, ip: {S: 10.0.0.1}}}
    precheck: {aws: dynamodb.GetItem, with: {TableName: photos, Key: {id: {S: x}}}}
    irreversible: true
)")
                                   .value());
  EXPECT_THAT(reach.targets, ElementsAre(R"(111122223333 photos {"id":{"S":"x"}})"));
  EXPECT_THAT(reach.texts, Contains("arn:aws:s3:::photos")) << "the table is named all the same";
  EXPECT_TRUE(reach.networks.empty());
}

TEST(ReachTest, CallsThatReadReachNothing) {
  const Reach reach = reach_of(
      plan_of("runbook: a\ntitle: A\nsteps: [{name: a, aws: x.Get, with: {UserName: bob}}]")
          .value());
  EXPECT_THAT(reach.texts, IsEmpty());
  EXPECT_THAT(reach.principals, IsEmpty());
}

TEST(ReachTest, ArnsNamePrincipalsWhateverTheirPathAndPartition) {
  EXPECT_EQ(principal_name("arn:aws:iam::1:user/ops/eu/alice"), "alice");
  EXPECT_EQ(principal_name("arn:aws-cn:sts::1:assumed-role/Ops/dana"), "Ops");
  EXPECT_EQ(principal_name("arn:aws:iam::1:root"), "root");
  EXPECT_EQ(principal_name("arn:aws:s3:::user/alice"), "");
  EXPECT_EQ(without_partition("arn:aws-us-gov:iam::1:root"), "arn:aws:iam::1:root");
  EXPECT_EQ(without_partition("alice"), "alice");
}

TEST(ReachTest, PatternsHaveStarsAndNoCase) {
  EXPECT_TRUE(is_like("CI-Runner", "ci-*"));
  EXPECT_TRUE(is_like("alice", "al?ce"));
  EXPECT_FALSE(is_like("alice", "alic"));
  EXPECT_FALSE(is_like("xci-a", "ci-*"));
}

}  // namespace
}  // namespace riposte::respond
