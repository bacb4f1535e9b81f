#include "aws/client.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/url.h"
#include "support/scripted_transport.h"
#include "support/virtual_clock.h"

namespace riposte::aws {
namespace {

using namespace testing_support;       // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using base::Millis;
using net::HttpResponse;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

const char* const kTables = R"({"TableNames": ["one"]})";

HttpResponse refusal(int status, const std::string& code, std::vector<net::Header> headers = {}) {
  return {status, std::move(headers), R"({"__type": ")" + code + R"(", "message": "no"})"};
}

class ClientTest : public testing::Test {
 protected:
  base::Result<Answer> call(ScriptedTransport& transport, std::string_view service,
                            std::string_view operation, const Value& input = Value(Value::Object()),
                            const CallOptions& options = {}) {
    if (!client_) make(transport);
    return client_->call(service, operation, input, options);
  }

  void make(ScriptedTransport& transport) {
    settings_ = Settings::read(
                    [variables = variables_](const std::string& name) {
                      const auto found = variables.find(name);
                      return found == variables.end() ? std::string() : found->second;
                    },
                    {})
                    .value();
    client_.emplace(Client::Parts{*settings_, catalogue_, transport, clock_,
                                  [] { return 0x8000'0000'0000'0000u; }});  // always one half
  }

  std::map<std::string, std::string> variables_ = {{"HOME", "/nonexistent"},
                                                   {"AWS_ACCESS_KEY_ID", "AKIATEST"},
                                                   {"AWS_SECRET_ACCESS_KEY", "hunter2"},
                                                   {"AWS_SESSION_TOKEN", "hunter3"},
                                                   {"AWS_REGION", "eu-west-1"}};
  VirtualClock clock_;
  Catalogue catalogue_;
  std::optional<Settings> settings_;
  std::optional<Client> client_;
};

std::string header(const net::HttpRequest& request, std::string_view name) {
  const std::string* value = net::find_header(request.headers, name);
  return value == nullptr ? "" : *value;
}

TEST_F(ClientTest, ACallIsSerialisedDirectedSignedAndParsed) {
  ScriptedTransport transport({HttpResponse{200, {{"x-amzn-RequestId", "r-1"}}, kTables}});
  const auto answer = call(transport, "dynamodb", "ListTables", Value::Object{{"Limit", 5}});
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(to_json(answer->output), R"({"TableNames":["one"]})");
  const net::HttpRequest& sent = transport.requests[0];
  EXPECT_EQ(net::url_of(sent), "https://dynamodb.eu-west-1.amazonaws.com/");
  EXPECT_THAT(header(sent, "Authorization"),
              HasSubstr("Credential=AKIATEST/20260131/eu-west-1/dynamodb/aws4_request"));
  EXPECT_EQ(header(sent, "User-Agent"), "riposte");
  EXPECT_EQ(sent.body, R"({"Limit":5})");
}

TEST_F(ClientTest, AnotherRegionIsAPartOfTheCall) {
  ScriptedTransport transport({HttpResponse{200, {}, kTables}});
  ASSERT_TRUE(
      call(transport, "dynamodb", "ListTables", Value(Value::Object()), {.region = "cn-north-1"})
          .ok());
  EXPECT_EQ(transport.requests[0].host, "dynamodb.cn-north-1.amazonaws.com.cn");
}

TEST_F(ClientTest, InputThatTheCallDoesNotTakeIsNotSent) {
  ScriptedTransport transport({HttpResponse{200, {}, kTables}});
  for (const auto& answer :
       {call(transport, "dynamodb", "ListTables", Value::Object{{"Limits", 5}}),
        call(transport, "dynamodb", "ListTable"), call(transport, "dynamo", "ListTables")}) {
    ASSERT_FALSE(answer.ok());
    EXPECT_THAT(answer.error().message, HasSubstr("did you mean"));
  }
  EXPECT_THAT(transport.requests, SizeIs(0));
}

TEST_F(ClientTest, WhatIsThrottledIsTriedAgainLaterWithANewSignature) {
  ScriptedTransport transport({refusal(400, "ThrottlingException"),
                               refusal(503, "ServiceUnavailable"), HttpResponse{200, {}, kTables}});
  ASSERT_TRUE(call(transport, "dynamodb", "ListTables")->ok());
  EXPECT_THAT(clock_.waits, ElementsAre(Millis(500), Millis(1000)));
  EXPECT_NE(header(transport.requests[0], "Authorization"),
            header(transport.requests[2], "Authorization"));
}

TEST_F(ClientTest, AnAttemptThatRepeatsHasTheSameIdempotencyToken) {
  ScriptedTransport transport({refusal(500, "InternalFailure"), HttpResponse{200, {}, "{}"}});
  ASSERT_TRUE(call(transport, "secretsmanager", "CreateSecret", Value::Object{{"Name", "n"}}).ok());
  ASSERT_THAT(transport.requests, SizeIs(2));
  EXPECT_THAT(transport.requests[0].body, HasSubstr("\"ClientRequestToken\":\"80000000-"));
  EXPECT_EQ(transport.requests[0].body, transport.requests[1].body);
}

TEST_F(ClientTest, WhatMustNotBeMadeTwiceIsRepeatedOnlyWhereItWasRefused) {
  const CallOptions once{.retry_unknown = false};
  ScriptedTransport throttled({refusal(400, "ThrottlingException"), HttpResponse{200, {}, "{}"}});
  EXPECT_TRUE(call(throttled, "dynamodb", "ListTables", Value(Value::Object()), once)->ok());
  EXPECT_THAT(throttled.requests, SizeIs(2));
  for (const base::Result<HttpResponse>& unknown :
       {base::Result<HttpResponse>(refusal(500, "InternalFailure")),
        base::Result<HttpResponse>(base::Error{base::Errc::Busy, "no answer in time"}),
        base::Result<HttpResponse>(base::Error{base::Errc::Io, "the connection broke"})}) {
    client_.reset();
    ScriptedTransport transport({unknown});
    call(transport, "dynamodb", "ListTables", Value(Value::Object()), once).ok();
    EXPECT_THAT(transport.requests, SizeIs(1));
  }
}

TEST_F(ClientTest, WhoSignsIsKnownBeforeTheCall) {
  ScriptedTransport transport({HttpResponse{200, {}, "{}"}});
  make(transport);
  EXPECT_EQ(client_->key_id({}).value(), "AKIATEST");
  EXPECT_THAT(transport.requests, SizeIs(0));
}

TEST_F(ClientTest, ThreeAttemptsAreEnough) {
  ScriptedTransport transport({refusal(500, "InternalFailure")});
  const auto answer = call(transport, "dynamodb", "ListTables");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->error->code, "InternalFailure");
  EXPECT_THAT(transport.requests, SizeIs(3));
}

TEST_F(ClientTest, ARefusalThatIsMeantIsNotRepeated) {
  ScriptedTransport transport({refusal(400, "AccessDeniedException")});
  EXPECT_EQ(call(transport, "dynamodb", "ListTables")->error->kind, base::Errc::Denied);
  EXPECT_THAT(transport.requests, SizeIs(1));
}

TEST_F(ClientTest, AServiceThatSaysWhenIsBelieved) {
  ScriptedTransport transport(
      {refusal(503, "SlowDown", {{"Retry-After", "7"}}), HttpResponse{200, {}, kTables}});
  ASSERT_TRUE(call(transport, "dynamodb", "ListTables")->ok());
  EXPECT_THAT(clock_.waits, ElementsAre(Millis(7000)));
}

TEST_F(ClientTest, AWaitBeyondTheDeadlineIsNotWaited) {
  ScriptedTransport transport({refusal(503, "SlowDown", {{"Retry-After", "3600"}})});
  const auto answer = call(transport, "dynamodb", "ListTables");
  EXPECT_EQ(answer->error->code, "SlowDown");
  EXPECT_THAT(clock_.waits, SizeIs(0));
}

TEST_F(ClientTest, NoAttemptLastsLongerThanTheCall) {
  ScriptedTransport transport(ScriptedTransport::Respond([&](const net::HttpRequest&) {
    clock_.advance(8s);
    return base::Error{base::Errc::Busy, "no answer in time"};
  }));
  const auto answer = call(transport, "dynamodb", "ListTables", Value(Value::Object()),
                           {.time_max = 10s, .attempt_time_max = 8s});
  EXPECT_EQ(answer.error().code, base::Errc::Busy);
  EXPECT_THAT(answer.error().message, HasSubstr("ListTables at dynamodb.eu-west-1.amazonaws.com"));
  ASSERT_THAT(transport.options, SizeIs(2));
  EXPECT_EQ(transport.options[1].deadline - transport.options[0].deadline, 2s);
}

TEST_F(ClientTest, AServiceInTroubleIsNotBuriedUnderRetries) {
  ScriptedTransport transport({refusal(500, "InternalFailure")});
  for (int i = 0; i < 60; ++i)
    ASSERT_TRUE(call(transport, "dynamodb", "ListTables").ok());
  EXPECT_THAT(transport.requests, SizeIs(60 + kRetryBudgetMax / 5));
  transport.requests.clear();
  ASSERT_TRUE(call(transport, "ssm", "DescribeParameters").ok());
  EXPECT_THAT(transport.requests, SizeIs(3)) << "another service has a budget of its own";
}

TEST_F(ClientTest, AClockThatIsWrongIsCorrectedOnce) {
  const net::Header date{"Date", "Sat, 31 Jan 2026 20:00:00 GMT"};
  ScriptedTransport transport(
      {refusal(400, "InvalidSignatureException", {date}), HttpResponse{200, {}, kTables}});
  ASSERT_TRUE(call(transport, "dynamodb", "ListTables")->ok());
  EXPECT_EQ(header(transport.requests[1], "X-Amz-Date"), "20260131T200000Z");
  ASSERT_TRUE(call(transport, "dynamodb", "ListTables")->ok());
  EXPECT_EQ(header(transport.requests[2], "X-Amz-Date"), "20260131T200000Z")
      << "it stays corrected";
}

TEST_F(ClientTest, AServerWhoseClockRunsAwayIsNotFollowed) {
  int hour = 0;
  ScriptedTransport transport(ScriptedTransport::Respond([&](const net::HttpRequest&) {
    return refusal(403, "SignatureDoesNotMatch",
                   {{"Date", "Sun, 01 Feb 2026 0" + std::to_string(++hour) + ":00:00 GMT"}});
  }));
  EXPECT_EQ(call(transport, "dynamodb", "ListTables")->error->code, "SignatureDoesNotMatch");
  EXPECT_THAT(transport.requests, SizeIs(2));
}

TEST_F(ClientTest, AWrongKeyUnderARightClockIsFinal) {
  ScriptedTransport transport(
      {refusal(403, "SignatureDoesNotMatch", {{"Date", "Sat, 31 Jan 2026 18:38:00 GMT"}})});
  EXPECT_FALSE(call(transport, "dynamodb", "ListTables")->ok());
  EXPECT_THAT(transport.requests, SizeIs(1));
}

TEST_F(ClientTest, ABucketThatIsElsewhereIsCalledThere) {
  ScriptedTransport transport(
      {HttpResponse{301, {{"x-amz-bucket-region", "us-west-2"}}, ""}, HttpResponse{200, {}, ""}});
  const Value bucket = Value::Object{{"Bucket", "logs"}};
  ASSERT_TRUE(call(transport, "s3", "HeadBucket", bucket)->ok());
  EXPECT_EQ(transport.requests[0].host, "logs.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(transport.requests[1].host, "logs.s3.us-west-2.amazonaws.com");
  EXPECT_THAT(header(transport.requests[1], "Authorization"), HasSubstr("/us-west-2/s3/"));
  ASSERT_TRUE(call(transport, "s3", "HeadBucket", bucket)->ok());
  EXPECT_EQ(transport.requests[2].host, "logs.s3.us-west-2.amazonaws.com") << "it is remembered";
}

TEST_F(ClientTest, ABucketThatIsNowhereEndsTheSearch) {
  ScriptedTransport transport({HttpResponse{301, {{"x-amz-bucket-region", "us-west-2"}}, ""},
                               HttpResponse{301, {{"x-amz-bucket-region", "us-east-2"}}, ""}});
  EXPECT_FALSE(call(transport, "s3", "HeadBucket", Value::Object{{"Bucket", "logs"}})->ok());
  EXPECT_THAT(transport.requests, SizeIs(2));
}

TEST_F(ClientTest, WafOfCloudFrontIsInOneRegion) {
  ScriptedTransport transport({HttpResponse{200, {}, "{}"}});
  ASSERT_TRUE(call(transport, "wafv2", "ListIPSets", Value::Object{{"Scope", "CLOUDFRONT"}}).ok());
  EXPECT_EQ(transport.requests[0].host, "wafv2.us-east-1.amazonaws.com");
}

TEST_F(ClientTest, AGlobalServiceNeedsNoRegionAndOthersDo) {
  variables_.erase("AWS_REGION");
  ScriptedTransport transport({HttpResponse{200, {}, "{}"}});
  EXPECT_THAT(call(transport, "dynamodb", "ListTables").error().message, HasSubstr("--region"));
  const auto budgets =
      call(transport, "budgets", "DescribeBudgets", Value::Object{{"AccountId", "111122223333"}});
  ASSERT_TRUE(budgets.ok()) << budgets.error().message;
  EXPECT_THAT(header(transport.requests[0], "Authorization"), HasSubstr("/us-east-1/budgets/"));
}

TEST_F(ClientTest, ACallThatNobodySignsNeedsNobody) {
  variables_.erase("AWS_ACCESS_KEY_ID");
  variables_.erase("AWS_SECRET_ACCESS_KEY");
  ScriptedTransport transport({HttpResponse{200, {}, "{}"}});
  ASSERT_TRUE(call(transport, "cognito-idp", "ForgotPassword",
                   Value::Object{{"ClientId", "c"}, {"Username", "u"}})
                  .ok());
  EXPECT_EQ(header(transport.requests[0], "Authorization"), "");
}

// STS hands out keys that are numbered and last an hour.
ScriptedTransport::Respond accounts(VirtualClock& clock, int& number) {
  return [&](const net::HttpRequest& request) -> base::Result<HttpResponse> {
    if (request.body.find("Action=AssumeRole") == std::string::npos)
      return HttpResponse{200, {}, kTables};
    return HttpResponse{200,
                        {},
                        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                        "<AssumeRoleResult><Credentials><AccessKeyId>ASIA" +
                            std::to_string(++number) +
                            "</AccessKeyId>"
                            "<SecretAccessKey>hunter4</SecretAccessKey><SessionToken>hunter5</"
                            "SessionToken><Expiration>" +
                            base::format_time(clock.wall() + 1h) +
                            "</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"};
  };
}

TEST_F(ClientTest, RolesOfManyAccountsAreTakenOnOnceAndAgainBeforeTheyExpire) {
  int number = 0;
  ScriptedTransport transport(accounts(clock_, number));
  CallOptions first{.role = Role{.arn = "arn:aws:iam::111122223333:role/r",
                                 .external_id = "x",
                                 .tags = {{"incident", "i-1"}}}};
  CallOptions second{.role = Role{.arn = "arn:aws:iam::444455556666:role/r"}};
  const auto signer = [&](const CallOptions& options) {
    const auto answer = call(transport, "dynamodb", "ListTables", Value(Value::Object()), options);
    EXPECT_TRUE(answer.ok()) << answer.error().message;
    const std::string text = header(transport.requests.back(), "Authorization");
    return text.substr(text.find('=') + 1, 5);
  };
  EXPECT_EQ(signer(first), "ASIA1");
  EXPECT_THAT(transport.requests[0].body, HasSubstr("ExternalId=x"));
  EXPECT_THAT(transport.requests[0].body, HasSubstr("Tags.member.1.Key=incident"));
  EXPECT_EQ(signer(second), "ASIA2");
  EXPECT_EQ(signer(first), "ASIA1");
  clock_.advance(54min);
  EXPECT_EQ(signer(first), "ASIA1");
  clock_.advance(2min);
  EXPECT_EQ(signer(first), "ASIA3") << "they would have lasted four minutes";
}

TEST_F(ClientTest, CredentialsThatExpiredEarlyAreFetchedAnewOnce) {
  int number = 0;
  ScriptedTransport transport(ScriptedTransport::Respond(
      [&, give = accounts(clock_, number)](
          const net::HttpRequest& request) -> base::Result<HttpResponse> {
        if (header(request, "Authorization").find("ASIA1") != std::string::npos)
          return refusal(400, "ExpiredTokenException");
        return give(request);
      }));
  ASSERT_TRUE(call(transport, "dynamodb", "ListTables", Value(Value::Object()),
                   {.role = Role{.arn = "arn:aws:iam::111122223333:role/r"}})
                  ->ok());
  EXPECT_EQ(number, 2);
}

TEST_F(ClientTest, PagesFollowTheirTokens) {
  ScriptedTransport transport(
      {HttpResponse{200, {}, R"({"TableNames": ["a"], "LastEvaluatedTableName": "a"})"},
       HttpResponse{200, {}, R"({"TableNames": ["b"]})"}});
  make(transport);
  std::vector<std::string> pages;
  const auto ended = client_->each_page("dynamodb", "ListTables", Value(Value::Object()), {},
                                        [&](const Value& page) {
                                          pages.push_back(to_json(*page.find("TableNames")));
                                          return true;
                                        });
  ASSERT_TRUE(ended.ok()) << ended.error().message;
  EXPECT_FALSE(ended->has_value());
  EXPECT_THAT(pages, ElementsAre(R"(["a"])", R"(["b"])"));
  EXPECT_THAT(transport.requests[1].body, HasSubstr(R"("ExclusiveStartTableName":"a")"));
}

TEST_F(ClientTest, PagesThatGoInACircleEnd) {
  ScriptedTransport transport(
      {HttpResponse{200, {}, R"({"TableNames": ["a"], "LastEvaluatedTableName": "a"})"}});
  make(transport);
  const auto ended = client_->each_page("dynamodb", "ListTables", Value(Value::Object()), {},
                                        [](const Value&) { return true; });
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().code, base::Errc::Io);
}

TEST_F(ClientTest, AWaiterCallsUntilItHasCome) {
  ScriptedTransport transport({refusal(400, "ResourceNotFoundException"),
                               HttpResponse{200, {}, R"({"Table": {"TableStatus": "CREATING"}})"},
                               HttpResponse{200, {}, R"({"Table": {"TableStatus": "ACTIVE"}})"}});
  make(transport);
  const Value table = Value::Object{{"TableName", "one"}};
  const auto status = client_->wait_for("dynamodb", "TableExists", table);
  EXPECT_TRUE(status.ok()) << status.error().message;
  EXPECT_THAT(transport.requests, SizeIs(3));
  EXPECT_THAT(clock_.waits, ElementsAre(20s, 20s));
}

TEST_F(ClientTest, AWaiterEndsWithItsTimeOrWithARefusal) {
  ScriptedTransport never({HttpResponse{200, {}, R"({"Table": {"TableStatus": "CREATING"}})"}});
  make(never);
  const Value table = Value::Object{{"TableName", "one"}};
  EXPECT_EQ(client_->wait_for("dynamodb", "TableExists", table).error().code, base::Errc::Busy);
  EXPECT_THAT(never.requests, SizeIs(5)) << "100 seconds, one call in 20";
  ScriptedTransport refusing({refusal(400, "AccessDeniedException")});
  make(refusing);
  EXPECT_EQ(client_->wait_for("dynamodb", "TableExists", table).error().code, base::Errc::Denied);
}

TEST_F(ClientTest, StoppingEndsTheWaitBetweenAttempts) {
  const auto stop = std::make_unique<std::stop_source>();  // on the stack g++ 12 takes it for unset
  ScriptedTransport transport(ScriptedTransport::Respond([&](const net::HttpRequest&) {
    stop->request_stop();
    return refusal(500, "InternalFailure");
  }));
  CallOptions options;
  options.stop = stop->get_token();
  ASSERT_TRUE(call(transport, "dynamodb", "ListTables", Value(Value::Object()), options).ok());
  EXPECT_THAT(transport.requests, SizeIs(1));
}

TEST_F(ClientTest, BodiesOfAnyKindAreSurvived) {
  for (const char* body :
       {"", "<html>", "{", "[]", "\"x\"", "null", "{\"TableNames\": 5}", "\xFF\xFE"}) {
    for (const int status : {200, 400, 503}) {
      client_.reset();
      ScriptedTransport transport({HttpResponse{status, {}, body}});
      const auto answer = call(transport, "dynamodb", "ListTables");
      EXPECT_TRUE(answer.ok());
      EXPECT_TRUE(status == 200 || !answer->ok()) << body;
    }
  }
}

TEST_F(ClientTest, NoErrorAndNoRedactedRequestHoldsASecret) {
  ScriptedTransport transport({refusal(403, "SignatureDoesNotMatch")});
  make(transport);
  const auto request = client_->prepare("dynamodb", "ListTables", Value(Value::Object()));
  ASSERT_TRUE(request.ok());
  const auto text = [](const net::HttpRequest& whole) {
    std::string all = net::url_of(whole) + whole.body;
    for (const net::Header& each : whole.headers)
      all += '\n' + each.name + ": " + each.value;
    return all;
  };
  EXPECT_THAT(text(*request), HasSubstr("hunter3")) << "it would be sent";
  EXPECT_THAT(text(redact(*request)), Not(HasSubstr("hunter")));
  EXPECT_THAT(text(redact(*request)), HasSubstr("Credential=AKIATEST/"));
  EXPECT_THAT(header(redact(*request), "Authorization"), HasSubstr("Signature=(secret)"));
  EXPECT_THAT(transport.requests, SizeIs(0)) << "preparing sends nothing";
}

}  // namespace
}  // namespace riposte::aws
