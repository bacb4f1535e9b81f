#include "simulate/trail_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/catalogue.h"
#include "aws/input.h"
#include "json/scanner.h"

namespace riposte::simulate {
namespace {

using testing::HasSubstr;
using testing::Not;

base::EventTime at(std::string_view text) { return *base::parse_time(text); }

Deed deed() {
  return {.identity = user_identity("111122223333", "erin", "AKIAEXAMPLE000000001"),
          .account = "111122223333",
          .region = "eu-west-1",
          .address = "203.0.113.24",
          .agent = "aws-cli/2.17.0",
          .event_id = "e-1",
          .time = at("2026-11-20T09:14:05.700Z")};
}

aws::Value value_of(std::string_view json) {
  const auto document = json::OwnedDocument::parse(json);
  EXPECT_TRUE(document.ok()) << json;
  return aws::from_json(document->raw());
}

// The record of a call, from a catalogue that all tests share.
std::string record_of(std::string_view service, std::string_view operation, std::string_view with,
                      std::string_view answer = "{}", std::string_view refusal = {}) {
  static aws::Catalogue catalogue;
  const auto model = catalogue.service(service);
  EXPECT_TRUE(model.ok());
  const aws::Operation* its = (*model)->operation(operation);
  aws::Value input = value_of(with);
  EXPECT_TRUE(aws::conform(**model, *its, input).empty()) << with;
  MadeCall call{.service = **model,
                .operation = *its,
                .input = std::move(input),
                .output = value_of(answer),
                .request_id = "r-1"};
  if (!refusal.empty()) {
    call.error.emplace();
    call.error->code = refusal;
    call.error->message = "no";
  }
  return trail_record(call, deed());
}

TEST(TrailRecordTest, ACallIsToldWithWhoAndWhenAndFromWhere) {
  const std::string record = record_of("cloudtrail", "StopLogging", R"({"Name":"main"})");
  EXPECT_THAT(record,
              HasSubstr(R"("eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging")"));
  EXPECT_THAT(record, HasSubstr(R"("requestParameters":{"name":"main"},"responseElements":null)"));
  EXPECT_THAT(record, HasSubstr(R"("eventTime":"2026-11-20T09:14:05Z")"));
  EXPECT_THAT(record, HasSubstr(R"("arn":"arn:aws:iam::111122223333:user/erin")"));
  EXPECT_THAT(record, HasSubstr(R"("readOnly":false)"));
}

TEST(TrailRecordTest, ARefusalHasItsCodeAndNoAnswer) {
  const std::string record = record_of("ec2", "CreateVpc", R"({"CidrBlock":"10.0.0.0/16"})", "{}",
                                       "UnauthorizedOperation");
  EXPECT_THAT(record,
              HasSubstr(R"("errorCode":"Client.UnauthorizedOperation","errorMessage":"no")"));
  EXPECT_THAT(record, HasSubstr(R"("responseElements":null)"));
}

TEST(TrailRecordTest, ListsOfEc2AreSetsOfItems) {
  const std::string record = record_of(
      "ec2", "AuthorizeSecurityGroupIngress",
      R"({"GroupId":"sg-1","IpPermissions":[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,)"
      R"("IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]})",
      R"({"Return":true,"SecurityGroupRules":[{"SecurityGroupRuleId":"sgr-1","IsEgress":false}]})");
  EXPECT_THAT(record, HasSubstr(R"("ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]})"));
  EXPECT_THAT(record, HasSubstr(R"("ipv6Ranges":{})"));
  EXPECT_THAT(record, HasSubstr(R"("_return":true)"));
  EXPECT_THAT(record, HasSubstr(R"("securityGroupRuleSet":{"items":[{)"));
  EXPECT_THAT(record_of("ec2", "StopInstances", R"({"InstanceIds":["i-1"]})"),
              HasSubstr(R"("instancesSet":{"items":[{"instanceId":"i-1"}]})"));
}

TEST(TrailRecordTest, ARequestOfS3IsItsQueryHeadersAndBody) {
  const std::string record = record_of(
      "s3", "PutBucketPolicy", R"({"Bucket":"data","Policy":"{\"Version\":\"2012-10-17\"}"})");
  EXPECT_THAT(record, HasSubstr(R"("bucketPolicy":{"Version":"2012-10-17"})"));
  EXPECT_THAT(record, HasSubstr(R"("Host":"data.s3.eu-west-1.amazonaws.com","policy":"")"));
  EXPECT_THAT(record_of("s3", "PutBucketAcl", R"({"Bucket":"data","ACL":"public-read"})"),
              HasSubstr(R"("x-amz-acl":"public-read")"));
  const std::string block =
      record_of("s3", "PutPublicAccessBlock",
                R"({"Bucket":"data","PublicAccessBlockConfiguration":{"BlockPublicAcls":false}})");
  EXPECT_THAT(block, HasSubstr(R"("eventName":"PutBucketPublicAccessBlock")"));
  EXPECT_THAT(block, HasSubstr(R"("BlockPublicAcls":false)"));
}

TEST(TrailRecordTest, WhatAnObjectHoldsIsNotTold) {
  const std::string record =
      record_of("s3", "PutObject", R"({"Bucket":"data","Key":"a","Body":"c2VjcmV0"})");
  EXPECT_THAT(record, Not(HasSubstr("c2VjcmV0")));
  EXPECT_THAT(record, Not(HasSubstr("secret")));
  EXPECT_THAT(record, HasSubstr(R"("eventCategory":"Data")"));
}

TEST(TrailRecordTest, SecretsAreHiddenOrLeftOut) {
  const std::string made = record_of(
      "iam", "CreateAccessKey", R"({"UserName":"erin"})",
      R"({"AccessKey":{"UserName":"erin","AccessKeyId":"AKIAX","SecretAccessKey":"s3cr3t"}})");
  EXPECT_THAT(made, HasSubstr(R"("accessKeyId":"AKIAX")"));
  EXPECT_THAT(made, Not(HasSubstr("s3cr3t")));
  const std::string asked =
      record_of("iam", "CreateLoginProfile", R"({"UserName":"erin","Password":"s3cr3t"})");
  EXPECT_THAT(asked, HasSubstr("HIDDEN_DUE_TO_SECURITY_REASONS"));
  EXPECT_THAT(asked, Not(HasSubstr("s3cr3t")));
}

TEST(TrailRecordTest, WhatIsSaidReplacesWhatIsToldOfWhoAndWhen) {
  const std::string record = trail_record(
      R"({"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","eventType":"AwsConsoleSignIn"})",
      deed());
  EXPECT_THAT(record, HasSubstr(R"("eventType":"AwsConsoleSignIn")"));
  EXPECT_THAT(record, Not(HasSubstr("AwsApiCall")));
  EXPECT_THAT(record, HasSubstr(R"("userName":"erin")"));
}

TEST(TrailRecordTest, ASessionNamesItsRole) {
  const std::string identity =
      role_identity("111122223333", "web", "i-1", "", at("2026-11-20T09:00:00Z"));
  EXPECT_THAT(identity, HasSubstr("arn:aws:sts::111122223333:assumed-role/web/i-1"));
  EXPECT_THAT(identity, HasSubstr("arn:aws:iam::111122223333:role/web"));
}

}  // namespace
}  // namespace riposte::simulate
