#include "aws/rpc_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/protocol.h"
#include "aws/samples_test.h"

namespace riposte::aws {
namespace {

using testing::HasSubstr;
using testing::Pointee;

Answer answer_of(const Service& service, int status, std::string body,
                 std::vector<net::Header> headers = {}) {
  return parse(service, *service.operation("PutRule"),
               {status, std::move(headers), std::move(body)});
}

TEST(RpcJsonTest, ACallIsAPostOfOneObjectWithItsNameInAHeader) {
  const Service service = sample_service("json");
  Value input;
  input.set("Name", "block");
  input.set("Rules", Value::List{Value::Object{{"CidrIpv4", "192.0.2.0/24"}, {"Port", 22}}});
  input.set("Since", "2020-01-02T03:04:05Z");
  input.set("Data", Blob{"\x01\x02"});
  input.set("Weight", "NaN");
  const auto request = serialise(service, *service.operation("PutRule"), input);
  ASSERT_TRUE(request.ok()) << request.error().message;
  EXPECT_EQ(request->method, "POST");
  EXPECT_EQ(request->path, "/");
  EXPECT_THAT(net::find_header(request->headers, "x-amz-target"),
              Pointee(std::string("Sample.PutRule")));
  EXPECT_THAT(net::find_header(request->headers, "content-type"),
              Pointee(std::string("application/x-amz-json-1.1")));
  EXPECT_EQ(request->body, R"({"Name":"block","Rules":[{"CidrIpv4":"192.0.2.0/24","Port":22}],)"
                           R"("Since":1577934245,"Data":"AQI=","Weight":"NaN"})");
}

TEST(RpcJsonTest, ACallWithoutParametersSendsAnEmptyObject) {
  const Service service = sample_service("json");
  EXPECT_EQ(serialise(service, *service.operation("ListRules"), {})->body, "{}");
}

TEST(RpcJsonTest, TheCallersTokenFillsTheMemberThatWantsOne) {
  const Service service = sample_service("json");
  Value input;
  input.set("Name", "block");
  EXPECT_EQ(serialise(service, *service.operation("PutRule"), input, {"once"})->body,
            R"({"Name":"block","Token":"once"})");
  input.set("Token", "mine");
  EXPECT_EQ(serialise(service, *service.operation("PutRule"), input, {"once"})->body,
            R"({"Name":"block","Token":"mine"})");
}

TEST(RpcJsonTest, AnAnswerHasTheTypesOfTheModelAndNothingElse) {
  const Service service = sample_service("json");
  const Answer answer =
      answer_of(service, 200,
                R"({"Rules":[{"Port":22,"New":1}],"Since":1577934245.5,"Data":"AQI=",)"
                R"("Weight":"Infinity","Other":[]})",
                {{"x-amzn-RequestId", "r-1"}});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer.request_id, "r-1");
  EXPECT_EQ(to_json(answer.output), R"({"Rules":[{"Port":22}],"Since":"2020-01-02T03:04:05.500Z",)"
                                    R"("Data":"AQI=","Weight":"Infinity"})");
  EXPECT_THAT(answer.output.find("Data")->blob(), Pointee(Blob{"\x01\x02"}));
}

TEST(RpcJsonTest, ARefusalGivesItsCodeItsWordsAndWhatTheModelKnowsOfIt) {
  const Service service = sample_service("json");
  const Answer answer = answer_of(
      service, 400, R"({"__type":"com.sample#RuleLimitExceeded","message":"too many","Limit":5})");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error->code, "RuleLimitExceeded");
  EXPECT_EQ(answer.error->message, "too many");
  EXPECT_EQ(answer.error->kind, base::Errc::Limit);
  EXPECT_EQ(to_json(answer.error->fields), R"({"message":"too many","Limit":5})");
}

TEST(RpcJsonTest, AHeaderTellsTheCodeWhateverTheBodyIs) {
  const Service service = sample_service("json");
  for (const char* body : {"", "{\"Limit\":", "{}"}) {
    const Answer answer =
        answer_of(service, 400, body, {{"x-amzn-ErrorType", "RuleLimitExceeded:http://x/"}});
    EXPECT_EQ(answer.error->code, "RuleLimitExceeded") << body;
  }
}

TEST(RpcJsonTest, AnErrorThatTheModelCallsRetryableIsBusy) {
  const Service service = service_of(
      "json", R"("Ask":{"errors":[{"shape":"NotYet"}]})",
      R"("NotYet":{"type":"structure","exception":true,"retryable":{"throttling":false},"members":{}})");
  const Answer answer =
      parse(service, *service.operation("Ask"), {400, {}, R"({"__type":"NotYet"})"});
  EXPECT_EQ(answer.error->kind, base::Errc::Busy);
}

TEST(RpcJsonTest, BodiesThatAreNoJsonAreErrorsAndNothingWorse) {
  const Service service = sample_service("json");
  for (const char* body : {"<html><body>Bad gateway</body></html>", "{\"Rules\":", "[1]", "\xff",
                           "{\"Rules\":{}} {}", "null"}) {
    const Answer answer = answer_of(service, 200, body);
    ASSERT_FALSE(answer.ok()) << body;
    EXPECT_EQ(answer.error->code, "UnreadableAnswer") << body;
    EXPECT_EQ(answer.error->kind, base::Errc::Io) << body;
    EXPECT_EQ(answer_of(service, 503, body).error->code, "503") << body;
    EXPECT_EQ(answer_of(service, 503, body).error->kind, base::Errc::Busy) << body;
  }
  EXPECT_FALSE(answer_of(service, 200, std::string(100'000, '[')).ok());
}

TEST(RpcJsonTest, AValueOfAnotherTypeThanTheModelsIsKept) {
  const Service service = sample_service("json");
  const Answer answer = answer_of(service, 200, R"({"Rules":"none","Since":"soon","Data":"*"})");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(to_json(answer.output), R"({"Rules":"none","Since":"soon","Data":"*"})");
}

TEST(RpcJsonTest, AnInputThatDoesNotFitIsToldBeforeAnythingIsSent) {
  const Service service = sample_service("json");
  const auto request =
      serialise(service, *service.operation("PutRule"), Value::Object{{"Name", 5}, {"Nmae", "x"}});
  ASSERT_FALSE(request.ok());
  EXPECT_THAT(request.error().message,
              HasSubstr("PutRule: Name: expected text, not a number; "
                        "unknown member \"Nmae\"; did you mean \"Name\"?"));
}

}  // namespace
}  // namespace riposte::aws
