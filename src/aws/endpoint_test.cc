// How the rules are walked is asked elsewhere (endpoint_rules_test.cc,
// tests/aws/endpoints_test.py); here is what a call puts into them, and what becomes of their
// answer.
#include "aws/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/catalogue.h"

namespace riposte::aws {
namespace {

using testing::HasSubstr;

class EndpointTest : public testing::Test {
 protected:
  base::Result<Endpoint> find(const char* service, const char* operation, const Value& input,
                              const EndpointConfig& config) {
    const auto model = catalogue_.service(service).value();
    const EndpointRules rules = EndpointRules::read(model->endpoint_rules()).value();
    return find_endpoint(*model, rules, partitions_, *model->operation(operation), input, config);
  }
  std::string host(const char* service, const char* operation, const Value& input,
                   const EndpointConfig& config) {
    const auto endpoint = find(service, operation, input, config);
    return endpoint.ok() ? endpoint->host : endpoint.error().message;
  }

  static EndpointConfig in(const char* region) {
    EndpointConfig config;
    config.region = region;
    return config;
  }

  Catalogue catalogue_;
  Partitions partitions_ = Partitions::read(*catalogue_.partitions().value()).value();
  const Value nothing_{Value::Object()};
  const Value bucket_ = Value::Object{{"Bucket", "logs"}, {"Key", "k"}};
};

TEST_F(EndpointTest, ABucketIsAHostUnlessItCannotBe) {
  EXPECT_EQ(host("s3", "GetObject", bucket_, in("eu-west-1")), "logs.s3.eu-west-1.amazonaws.com");
  const auto dotted =
      find("s3", "GetObject", Value::Object{{"Bucket", "a.b.c"}, {"Key", "k"}}, in("eu-west-1"));
  EXPECT_EQ(dotted->host, "s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(dotted->path, "/a.b.c");
}

TEST_F(EndpointTest, ABucketOfACustomEndpointIsAPathUnlessAskedOtherwise) {
  EndpointConfig config = in("eu-west-1");
  config.url = "http://storage.example:9000/base";
  const auto endpoint = find("s3", "GetObject", bucket_, config);
  EXPECT_EQ(endpoint->scheme, "http");
  EXPECT_EQ(endpoint->host, "storage.example:9000");
  EXPECT_EQ(endpoint->path, "/base/logs");
  config.s3_addressing = Addressing::Virtual;
  EXPECT_EQ(host("s3", "GetObject", bucket_, config), "logs.storage.example:9000");
}

TEST_F(EndpointTest, FipsAndDualStackAreAskedOfTheRules) {
  EndpointConfig config = in("us-east-1");
  config.fips = true;
  EXPECT_EQ(host("kms", "ListKeys", nothing_, config), "kms-fips.us-east-1.amazonaws.com");
  config.dual_stack = true;
  EXPECT_EQ(host("kms", "ListKeys", nothing_, config), "kms-fips.us-east-1.api.aws");
  config.url = "https://kms.example";
  EXPECT_THAT(host("kms", "ListKeys", nothing_, config), HasSubstr("FIPS"))
      << "refused in the rules' words";
}

TEST_F(EndpointTest, SigningFollowsTheRulesAndNotTheRegion) {
  const auto iam = find("iam", "ListUsers", nothing_, in("eu-west-1"));
  EXPECT_EQ(iam->host, "iam.amazonaws.com");
  EXPECT_EQ(iam->signing.region, "us-east-1");
  const auto streams = find("dynamodbstreams", "ListStreams", nothing_, in("eu-west-1"));
  EXPECT_EQ(streams->signing.service, "dynamodb");
}

TEST_F(EndpointTest, S3SignsAsItDoesAndOthersAsTheyDo) {
  const auto s3 = find("s3", "GetObject", bucket_, in("eu-west-1"));
  EXPECT_FALSE(s3->signing.encode_path || s3->signing.normalise_path);
  EXPECT_TRUE(s3->signing.sends_payload_digest);
  EXPECT_TRUE(find("lambda", "ListFunctions", nothing_, in("eu-west-1"))->signing.encode_path);
}

TEST_F(EndpointTest, WhatTheOperationWantsStandsBeforeTheHost) {
  const Value account = Value::Object{{"AccountId", "111122223333"}, {"Name", "p"}};
  EXPECT_EQ(host("s3control", "GetAccessPoint", account, in("eu-west-1")),
            "111122223333.s3-control.eu-west-1.amazonaws.com");
}

TEST_F(EndpointTest, ASignatureThatWeDoNotMakeIsRefusedBeforeAnythingIsSent) {
  const Value point =
      Value::Object{{"Bucket", "arn:aws:s3::111122223333:accesspoint:m.mrap"}, {"Key", "k"}};
  EXPECT_THAT(host("s3", "GetObject", point, in("eu-west-1")), HasSubstr("not supported"));
}

TEST_F(EndpointTest, DirectingKeepsTheRequestsOwnPath) {
  net::HttpRequest request;
  request.path = "/k";
  direct(request, {"http", "a.example", "/base", {{"x-one", "1"}}, {}});
  EXPECT_EQ(request.host, "a.example");
  EXPECT_EQ(request.path, "/base/k");
  EXPECT_EQ(*net::find_header(request.headers, "X-One"), "1");
}

}  // namespace
}  // namespace riposte::aws
