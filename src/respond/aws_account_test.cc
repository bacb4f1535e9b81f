#include "respond/aws_account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/url.h"
#include "support/scripted_transport.h"
#include "support/virtual_clock.h"

namespace riposte::respond {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)
using base::Errc;
using net::HttpResponse;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Operation kList{"dynamodb", "ListTables"};
const Operation kDelete{"dynamodb", "DeleteTable"};
constexpr std::string_view kTable = R"({"TableName": "photos"})";

// An STS that takes every role on, and a service that answers as it is told.
class AwsAccountTest : public testing::Test {
 protected:
  AwsAccountTest() {
    settings_ = aws::Settings::read(
                    [](const std::string& name) -> std::string {
                      if (name == "AWS_ACCESS_KEY_ID") return "AKIAOWN";
                      if (name == "AWS_SECRET_ACCESS_KEY") return "hunter2";
                      return name == "HOME" ? "/nonexistent" : "";
                    },
                    {})
                    .value();
    client_.emplace(
        aws::Client::Parts{*settings_, catalogue_, transport_, clock_, [] { return 7u; }});
    account_.emplace(
        AwsAccount::Parts{.client = *client_, .catalogue = catalogue_, .roles = roles_});
  }

  base::Result<HttpResponse> respond(const net::HttpRequest& request) {
    const std::string* authorization = net::find_header(request.headers, "Authorization");
    if (!request.host.starts_with("sts.")) {
      calls_.push_back(request.host + " " + authorization->substr(0, authorization->find('/')));
      return answer_;
    }
    sts_.push_back(request.body);
    if (request.body.find("Action=AssumeRole") != std::string::npos) {
      return HttpResponse{
          200,
          {},
          "<AssumeRoleResponse><AssumeRoleResult><Credentials>"
          "<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
          "<SessionToken>t</SessionToken><Expiration>2026-01-31T19:37:58Z</Expiration>"
          "</Credentials></AssumeRoleResult></AssumeRoleResponse>"};
    }
    const bool is_role = authorization->find("ASIAROLE") != std::string::npos;
    const std::string number = is_role ? role_account_ : "111122223333";
    return HttpResponse{
        200,
        {},
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>" + number +
            "</Account><Arn>arn:aws:iam::" + number +
            ":user/riposte</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>"};
  }

  base::Result<Reply> call(const Operation& operation, std::string_view with,
                           std::string_view account = "111122223333",
                           std::string_view runbook = {}) {
    return account_->call({.operation = operation,
                           .with = with,
                           .account = account,
                           .region = "eu-west-1",
                           .runbook = runbook});
  }

  AccountRoles roles_{{{"444455556666", {"arn:aws:iam::444455556666:role/riposte", "x-1"}}},
                      {{"restart-trail", "riposte-trail"}}};
  HttpResponse answer_{200, {{"x-amzn-RequestId", "r-1"}}, R"({"TableNames": ["photos"]})"};
  std::string role_account_ = "444455556666";
  std::vector<std::string> calls_;  // host, and whose key
  std::vector<std::string> sts_;    // bodies
  ScriptedTransport transport_{
      [this](const net::HttpRequest& request) { return respond(request); }};
  VirtualClock clock_;
  aws::Catalogue catalogue_;
  std::optional<aws::Settings> settings_;
  std::optional<aws::Client> client_;
  std::optional<AwsAccount> account_;
};

TEST_F(AwsAccountTest, ACallIsMadeInItsRegionAndAnswersAsJson) {
  const auto reply = call(kList, R"({"Limit": 5})");
  ASSERT_TRUE(reply.ok()) << reply.error().message;
  EXPECT_EQ(reply->answer, R"({"TableNames":["photos"]})");
  EXPECT_EQ(reply->request_id, "r-1");
  EXPECT_THAT(calls_,
              ElementsAre("dynamodb.eu-west-1.amazonaws.com AWS4-HMAC-SHA256 Credential=AKIAOWN"));
}

TEST_F(AwsAccountTest, WhoWeAreIsAskedOnce) {
  ASSERT_TRUE(call(kList, "{}").ok());
  ASSERT_TRUE(call(kList, "{}").ok());
  EXPECT_EQ(sts_.size(), 1u);
}

TEST_F(AwsAccountTest, AnotherAccountIsCalledInItsRoleWhichSaysWhatItIsFor) {
  const auto reply = call(kList, "{}", "444455556666", "restart-trail");
  ASSERT_TRUE(reply.ok()) << reply.error().message;
  EXPECT_THAT(calls_[0], HasSubstr("Credential=ASIAROLE"));
  EXPECT_THAT(sts_[1],
              HasSubstr("RoleArn=arn%3Aaws%3Aiam%3A%3A444455556666%3Arole%2Friposte-trail"));
  EXPECT_THAT(sts_[1], HasSubstr("ExternalId=x-1"));
  EXPECT_THAT(sts_[1], HasSubstr("RoleSessionName=riposte-restart-trail"));
  EXPECT_THAT(sts_[1], HasSubstr("Tags.member.2.Key=runbook&Tags.member.2.Value=restart-trail"));
  ASSERT_TRUE(call(kList, "{}", "444455556666").ok());
  EXPECT_THAT(sts_.back(), Not(HasSubstr("GetCallerIdentity"))) << "the key is known";
  EXPECT_THAT(sts_.back(), HasSubstr("RoleSessionName=riposte-engine"));
}

TEST_F(AwsAccountTest, WithTheCredentialsOfAnotherAccountNothingIsSent) {
  role_account_ = "999999999999";
  for (const auto& [account, runbook] :
       {std::pair("444455556666", ""), std::pair("777788889999", "")}) {
    const auto reply = call(kDelete, kTable, account, runbook);
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().code, Errc::Denied);
  }
  EXPECT_THAT(calls_, ElementsAre());
}

TEST_F(AwsAccountTest, WhatTheModelDoesNotKnowIsNotSent) {
  for (const auto& [operation, with] :
       {std::pair(kDelete, "{}"), std::pair(kDelete, R"({"TableName": 5})"),
        std::pair(kDelete, "["), std::pair(Operation{"dynamodb", "DropTable"}, "{}"),
        std::pair(Operation{"dyn", "X"}, "{}"), std::pair(Operation{"webhook", "Post"}, "{}")}) {
    const auto reply = call(operation, with);
    ASSERT_FALSE(reply.ok()) << to_text(operation) << with;
    EXPECT_EQ(reply.error().code, Errc::Invalid);
  }
  EXPECT_EQ(transport_.requests.size(), 0u);
}

TEST_F(AwsAccountTest, ARefusalIsAReplyWithItsCode) {
  answer_ = {400, {}, R"({"__type": "ResourceNotFoundException", "message": "no table"})"};
  const auto reply = call(kDelete, kTable);
  ASSERT_TRUE(reply.ok()) << reply.error().message;
  EXPECT_EQ(reply->code, "ResourceNotFoundException");
  EXPECT_EQ(reply->answer, "{}");
  EXPECT_EQ(calls_.size(), 1u);
}

TEST_F(AwsAccountTest, AChangeWhoseOutcomeIsUnknownIsAnErrorAndNotRepeated) {
  for (const HttpResponse& answer : {HttpResponse{500, {}, R"({"__type": "InternalServerError"})"},
                                     HttpResponse{200, {}, "<html>"}}) {
    calls_.clear();
    answer_ = answer;
    const auto reply = call(kDelete, kTable);
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().code, Errc::Io);
    EXPECT_EQ(calls_.size(), 1u);
  }
}

TEST_F(AwsAccountTest, AReadMayBeRepeated) {
  answer_ = {500, {}, R"({"__type": "InternalServerError"})"};
  EXPECT_EQ(call(kList, "{}")->code, "InternalServerError");
  EXPECT_EQ(calls_.size(), 3u);
}

TEST_F(AwsAccountTest, TheTokenOfACallIsTheSameForTheSameText) {
  const Operation create{"secretsmanager", "CreateSecret"};
  for (const char* idempotency : {"plan/1", "plan/1", "plan/2"}) {
    ASSERT_TRUE(account_
                    ->call({.operation = create,
                            .with = R"({"Name": "n"})",
                            .account = "111122223333",
                            .region = "eu-west-1",
                            .idempotency = idempotency})
                    .ok());
  }
  std::vector<std::string> bodies;
  for (const net::HttpRequest& request : transport_.requests) {
    if (!request.host.starts_with("sts.")) bodies.push_back(request.body);
  }
  EXPECT_EQ(bodies[0], bodies[1]);
  EXPECT_NE(bodies[0], bodies[2]);
}

TEST_F(AwsAccountTest, WhoWeAreIsGivenOut) {
  EXPECT_THAT(account_->own_identities().value(),
              testing::UnorderedElementsAre("arn:aws:iam::111122223333:user/riposte",
                                            "arn:aws:iam::444455556666:role/riposte",
                                            "arn:*:iam::*:role/riposte-trail"));
}

TEST_F(AwsAccountTest, FactsAreReadAndNothingElse) {
  AccountFacts facts(*account_, nullptr, "111122223333", "eu-west-1", "restart-trail");
  role_account_ = "111122223333";
  EXPECT_EQ(facts.read(kDelete, kTable).error().code, Errc::Invalid);
  EXPECT_EQ(transport_.requests.size(), 0u);
  EXPECT_EQ(json::compact(facts.read(kList, "{}").value().root()), R"({"TableNames":["photos"]})");
  answer_ = {400, {}, R"({"__type": "ResourceNotFoundException"})"};
  EXPECT_EQ(facts.read(kList, "{}").error().code, Errc::NotFound);
  answer_ = {400, {}, R"({"__type": "AccessDeniedException"})"};
  EXPECT_EQ(facts.read(kList, "{}").error().code, Errc::Denied);
}

}  // namespace
}  // namespace riposte::respond
