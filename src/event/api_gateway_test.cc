#include "event/api_gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/read_test.h"

namespace riposte::event {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kId = "8f507cfc-1111-4697-b07a-ac58fc914c95";

// The four forms of AWS's examples.
TEST(ApiGatewayTest, EveryFormOfAnAccessLogSaysTheSame) {
  const std::string id = kId;
  for (
      const std::string& line :
      {R"({"requestId":")" + id +
           R"(","extendedRequestId":"x=","ip":"203.0.113.7","caller":"-","user":"dana",)" +
           R"("requestTime":"31/Jan/2026:18:37:58 +0000","httpMethod":"GET","resourcePath":"/pets",)" +
           R"("status":"403","protocol":"HTTP/1.1","responseLength":"42"})",
       R"(203.0.113.7 - dana [31/Jan/2026:18:37:58 +0000] "GET /pets HTTP/1.1" 403 42 )" + id +
           " x=",
       "203.0.113.7,-,dana,31/Jan/2026:18:37:58 +0000,GET,/pets,HTTP/1.1,403,42," + id + ",x=",
       "<request id=\"" + id +
           "\"> <ip>203.0.113.7</ip> <caller>-</caller> <user>dana</user> "
           "<requestTime>31/Jan/2026:18:37:58 +0000</requestTime> <httpMethod>GET</httpMethod> "
           "<resourcePath>/pets</resourcePath> <status>403</status> <protocol>HTTP/1.1</protocol> "
           "<responseLength>42</responseLength> </request>"}) {
    const ReadEvent event = read_one(line + "\n");
    EXPECT_EQ(event.format, Format::ApiGateway) << line;
    EXPECT_EQ(event.time, "2026-01-31T18:37:58.000Z") << line;
    EXPECT_EQ(event.name, "GET");
    EXPECT_EQ(event.actor.ip, "203.0.113.7");
    EXPECT_EQ(event.actor.name, "dana");
    EXPECT_THAT(event.record, HasSubstr(R"("cs-uri-stem":"/pets")"));
    EXPECT_THAT(event.record, HasSubstr(R"("sc-status":403)"));
    EXPECT_THAT(event.record, HasSubstr(id));
  }
}

TEST(ApiGatewayTest, ARecordKeepsWhatItSaysItself) {
  const ReadEvent event =
      read_one(R"({"requestId":"JKJaXmPLvHcESHA=","c-ip":"198.51.100.1","ip":"203.0.113.7",)"
               R"("routeKey":"POST /pets/{id}","status":200,"note":[1,{"a":"\u0041"}]})");
  EXPECT_THAT(event.record, HasSubstr(R"("c-ip":"198.51.100.1")"));
  EXPECT_THAT(event.record, Not(HasSubstr(R"("c-ip":"203)")));
  EXPECT_THAT(event.record, HasSubstr(R"("note":[1,{"a":"\u0041"}])"));
  EXPECT_THAT(event.record, HasSubstr(R"("cs-method":"POST","cs-uri-stem":"/pets/{id}")"));
}

TEST(ApiGatewayTest, TheEventOfAFunctionIsARequest) {
  const ReadEvent event = read_one(
      R"({"resource":"/pets/{id}","path":"/pets/7","httpMethod":"GET","headers":{"Host":"api.example"},)"
      R"("queryStringParameters":{"a[$ne]":"x y","b":"1&2"},"pathParameters":{"id":"7"},)"
      R"("requestContext":{"accountId":"111122223333","requestId":"r","requestTimeEpoch":1769884678287,)"
      R"("identity":{"sourceIp":"203.0.113.7","userAgent":"curl/8"},)"
      R"("authorizer":{"claims":{"sub":"0a1b","cognito:username":"dana"}}},"body":null})");
  EXPECT_EQ(event.format, Format::ApiGateway);
  EXPECT_EQ(event.account, "111122223333");
  EXPECT_EQ(event.time, "2026-01-31T18:37:58.287Z");
  EXPECT_THAT(event.record, HasSubstr(R"("cs-uri-query":"a[$ne]=x%20y&b=1%262")"));
  EXPECT_THAT(event.record, HasSubstr(R"("claims-sub":"0a1b","cs-username":"dana")"));
}

TEST(ApiGatewayTest, ABalancersOrSocketsEventIsNone) {
  EXPECT_EQ(
      read_one(R"({"requestContext":{"elb":{"targetGroupArn":"a"}},"httpMethod":"GET","path":"/"})")
          .format,
      Format::Unknown);
}

TEST(ApiGatewayTest, AnExecutionLogIsReadStepByStep) {
  const std::string front = std::string("(") + kId + ") ";
  const ReadEvent query = read_one(front + "Method request query string: {name[$ne]=x}\n");
  EXPECT_EQ(query.format, Format::ApiGateway);
  EXPECT_THAT(query.record, HasSubstr(R"("cs-uri-query":"name[$ne]=x")"));
  EXPECT_THAT(read_one(front + "HTTP Method: GET, Resource Path: /pets/7\n").record,
              HasSubstr(R"("cs-method":"GET","cs-uri-stem":"/pets/7")"));
  EXPECT_THAT(read_one(front + "Method completed with status: 403\n").record,
              HasSubstr(R"("sc-status":403)"));
  EXPECT_THAT(read_one(front + "Starting execution for request: " + kId + "\n").record,
              HasSubstr("Starting execution"));
}

TEST(ApiGatewayTest, ARefererInQuotesIsNoRequestId) {
  EXPECT_EQ(
      read_one(
          R"(203.0.113.7 - - [31/Jan/2026:18:37:58 +0000] "GET / HTTP/1.1" 200 42 "-" "curl/8")"
          "\n")
          .format,
      Format::WebServer);
}

}  // namespace
}  // namespace riposte::event
