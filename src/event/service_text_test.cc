#include "event/service_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/read_test.h"

namespace riposte::event {
namespace {

using testing::HasSubstr;

std::string in_log_group(const std::string& message) {
  return R"({"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/aws/lambda/shop",)"
         R"("logEvents":[{"id":"1","timestamp":1769884678287,"message":)" +
         json::quoted(message) + "}]}";
}

TEST(ServiceTextTest, AReportSaysWhatARunTook) {
  const ReadEvent event = read_one(
      in_log_group("REPORT RequestId: 8f507cfc-1111-4697-b07a-ac58fc914c95\tDuration: 102.25 "
                   "ms\tBilled Duration: 103 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB\t\n"));
  EXPECT_EQ(event.format, Format::Lambda);
  EXPECT_EQ(event.name, "REPORT");
  EXPECT_EQ(event.account, "111122223333");
  EXPECT_EQ(event.time, "2026-01-31T18:37:58.287Z");
  EXPECT_THAT(event.record, HasSubstr(R"("logGroup":"/aws/lambda/shop")"));
  EXPECT_THAT(event.record, HasSubstr(R"("durationMs":102.25,"billedDurationMs":103)"));
}

TEST(ServiceTextTest, ATimeoutIsToldWithItsLimit) {
  const ReadEvent event = read_one(
      "2026-01-31T18:37:58.287Z 8f507cfc-1111-4697-b07a-ac58fc914c95 Task timed out after 3.00 "
      "seconds\n");
  EXPECT_EQ(event.name, "TIMEOUT");
  EXPECT_THAT(event.record, HasSubstr(R"("timeoutSeconds":3)"));
}

TEST(ServiceTextTest, WhatAFunctionLoggedAsJsonIsRead) {
  const ReadEvent event = read_one(in_log_group(
      "2026-01-31T18:37:58.287Z\t8f507cfc-1111-4697-b07a-ac58fc914c95\tINFO\t"
      R"({"version":"1","triggerSource":"PreAuthentication_Authentication","region":"eu-west-1",)"
      R"("userPoolId":"eu-west-1_demo","userName":"dana","request":{}})"));
  EXPECT_EQ(event.format, Format::Cognito);
  EXPECT_EQ(event.actor.name, "dana");
  EXPECT_EQ(event.time, "2026-01-31T18:37:58.287Z") << "when it was logged";
}

TEST(ServiceTextTest, AnExportPutsTheTimeInFront) {
  const ReadText outcome = read_text(
      "2026-01-31T18:37:58.287Z Jan 31 18:37:57 web-1 sshd[1]: Accepted password for dana from "
      "203.0.113.9 port 1 ssh2\n"
      "2026-01-31T18:37:58.287Z 2 123456789010 eni-1a 203.0.113.12 172.31.16.139 1 2 6 20 4249 "
      "1418530010 1418530070 REJECT OK\n"
      R"(2026-01-31T18:37:58.287Z {"eventVersion":"1.08","eventSource":"iam.amazonaws.com","eventName":"CreateUser"})"
      "\n");
  ASSERT_EQ(outcome.events.size(), 3u);
  EXPECT_EQ(outcome.events[0].time, "2026-01-31T18:37:57.000Z");
  EXPECT_EQ(outcome.events[1].format, Format::VpcFlow);
  EXPECT_EQ(outcome.events[2].format, Format::CloudTrail);
}

TEST(ServiceTextTest, ABudgetsMailIsRead) {
  const std::string mail =
      "AWS Budget Notification January 31, 2026\nAWS Account 111122223333\n\nDear AWS Customer,\n\n"
      "Budget Name: monthly\nBudget Type: Cost\nBudgeted Amount: $100.00\nAlert Type: ACTUAL\n"
      "Alert Threshold: > $80.00\nACTUAL Amount: $1,234.50\n";
  const ReadEvent event =
      read_one(R"({"Type":"Notification","Message":)" + json::quoted(mail) + "}");
  EXPECT_EQ(event.format, Format::Cost);
  EXPECT_EQ(event.account, "111122223333");
  EXPECT_THAT(event.record, HasSubstr(R"("budgetedAmount":100)"));
  EXPECT_THAT(event.record, HasSubstr(R"("amount":1234.5)"));
}

TEST(ServiceTextTest, AlarmsAnomaliesAndUserPoolsAreKnownByTheirKeys) {
  const ReadEvent alarm = read_one(
      R"({"AlarmName":"billing","AWSAccountId":"111122223333","NewStateValue":"ALARM",)"
      R"j("StateChangeTime":"2026-01-31T18:37:58.287+0000","Region":"EU (Ireland)",)j"
      R"("AlarmArn":"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:billing","Trigger":{}})");
  EXPECT_EQ(alarm.format, Format::CloudWatchAlarm);
  EXPECT_EQ(alarm.account, "111122223333");
  EXPECT_EQ(alarm.region, "eu-west-1");
  EXPECT_EQ(alarm.time, "2026-01-31T18:37:58.287Z");

  EXPECT_EQ(
      read_one(R"({"accountId":"111122223333","anomalyId":"a","impact":{"totalImpact":9}})").format,
      Format::Cost);

  const ReadEvent exported = read_one(
      R"({"eventTimestamp":"1769884678287","eventSource":"USER_ACTIVITY","logLevel":"INFO","message":)"
      R"({"eventType":"SignIn","eventResponse":"Fail","userSub":"0a1b","userPoolId":"eu-west-1_demo",)"
      R"("ipAddress":"203.0.113.9"}})");
  EXPECT_EQ(exported.format, Format::Cognito);
  EXPECT_EQ(exported.time, "2026-01-31T18:37:58.287Z");
  EXPECT_EQ(exported.actor.ip, "203.0.113.9");
  EXPECT_EQ(exported.region, "eu-west-1");
  EXPECT_EQ(exported.name, "SignIn");

  const ReadEvent listed = read_one(
      R"({"AuthEvents":[{"EventId":"1","EventType":"SignIn","CreationDate":1769884678.287,)"
      R"("EventResponse":"Fail","EventContextData":{"IpAddress":"203.0.113.9"}}]})");
  EXPECT_EQ(listed.format, Format::Cognito);
  EXPECT_EQ(listed.time, "2026-01-31T18:37:58.000Z");
}

TEST(ServiceTextTest, AWebAclsRecordSaysWhenAndWhere) {
  const ReadEvent event = read_one(
      R"({"timestamp":1769884678287,"formatVersion":1,"action":"BLOCK","httpRequest":{"clientIp":"203.0.113.9"},)"
      R"("webaclId":"arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1"})");
  EXPECT_EQ(event.format, Format::Waf);
  EXPECT_EQ(event.name, "BLOCK");
  EXPECT_EQ(event.account, "111122223333");
  EXPECT_EQ(event.region, "eu-west-1");
  EXPECT_EQ(event.time, "2026-01-31T18:37:58.287Z");
}

}  // namespace
}  // namespace riposte::event
