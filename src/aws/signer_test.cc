// The published suite is asked by tests/conformance/sigv4_suite.cc; here is what it does not ask.
#include "aws/signer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"

namespace riposte::aws {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const base::EventTime kNow = base::parse_time("2026-01-31T18:37:58Z").value();

Credentials credentials(std::string_view token = {}) {
  return {"AKIDEXAMPLE", base::Secret("hunter2-secret"), base::Secret(token)};
}

SigningRules rules() {
  SigningRules rules;
  rules.service = "lambda";
  rules.region = "eu-west-1";
  return rules;
}

net::HttpRequest request() {
  net::HttpRequest request;
  request.method = "GET";
  request.host = "lambda.eu-west-1.amazonaws.com";
  return request;
}

TEST(SignerTest, APathWithEscapesIsEncodedOnceMore) {
  net::HttpRequest asked = request();
  asked.path = "/functions/arn%3Aaws/../a/";
  EXPECT_THAT(sign(asked, credentials(), rules(), kNow).canonical_request,
              StartsWith("GET\n/functions/a/\n"));
  asked.path = "/functions/arn%3Aaws";
  EXPECT_THAT(sign(asked, credentials(), rules(), kNow).canonical_request,
              StartsWith("GET\n/functions/arn%253Aaws\n"));
}

TEST(SignerTest, S3SignsThePathAsItStandsAndSaysTheBodysDigest) {
  net::HttpRequest asked = request();
  asked.path = "/a//../b%20c";
  asked.body = "x";
  const Signature signature = sign(asked, credentials(), s3_signing("s3", "eu-west-1"), kNow);
  EXPECT_THAT(signature.canonical_request, StartsWith("GET\n/a//../b%20c\n"));
  EXPECT_EQ(*net::find_header(asked.headers, "x-amz-content-sha256"), base::sha256_hex("x"));
}

TEST(SignerTest, ABodyMayStayOutOfTheSignature) {
  net::HttpRequest asked = request();
  SigningRules open = s3_signing("s3", "eu-west-1");
  open.unsigned_payload = true;
  const Signature one = sign(asked, credentials(), open, kNow);
  asked.body = "another";
  EXPECT_EQ(sign(asked, credentials(), open, kNow).signature, one.signature);
  EXPECT_EQ(*net::find_header(asked.headers, "x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
}

TEST(SignerTest, TheQueryIsSortedByNameAndNotByJoinedText) {
  net::HttpRequest asked = request();
  asked.query = {{"a-b", "1"}, {"a", "2"}, {"a", "1"}, {"acl", ""}};
  EXPECT_THAT(sign(asked, credentials(), rules(), kNow).canonical_request,
              HasSubstr("\na=1&a=2&a-b=1&acl=\n"));
  EXPECT_EQ(asked.query.front().name, "a-b") << "what is sent keeps its order";
}

TEST(SignerTest, HeadersThatProxiesChangeAreNotSigned) {
  net::HttpRequest asked = request();
  asked.headers = {{"User-Agent", "riposte"},
                   {"X-Amzn-Trace-Id", "1"},
                   {"Expect", "100-continue"},
                   {"X-Two", "  a   b "}};
  const Signature signature = sign(asked, credentials(), rules(), kNow);
  EXPECT_THAT(signature.canonical_request, HasSubstr("\n\nhost;x-amz-date;x-two\n"));
  EXPECT_THAT(signature.canonical_request, HasSubstr("\nx-two:a b\n"));
}

TEST(SignerTest, SigningAgainForgetsTheFirstTime) {
  net::HttpRequest asked = request();
  sign(asked, credentials("old-token"), rules(), kNow);
  const Signature again = sign(asked, credentials(), rules(), kNow + std::chrono::minutes(5));
  net::HttpRequest fresh = request();
  EXPECT_EQ(sign(fresh, credentials(), rules(), kNow + std::chrono::minutes(5)).signature,
            again.signature);
  EXPECT_EQ(net::find_header(asked.headers, "X-Amz-Security-Token"), nullptr);
}

TEST(SignerTest, PresigningAgainForgetsTheFirstTime) {
  net::HttpRequest asked = request();
  presign(asked, credentials("token"), rules(), kNow, std::chrono::hours(1));
  presign(asked, credentials("token"), rules(), kNow, std::chrono::hours(1));
  EXPECT_EQ(asked.query.size(), 7u);
}

TEST(SignerTest, TheSecretKeyIsNowhereInWhatIsSent) {
  net::HttpRequest asked = request();
  const Signature signature = sign(asked, credentials(), rules(), kNow);
  for (const net::Header& header : asked.headers)
    EXPECT_THAT(header.value, Not(HasSubstr("hunter2")));
  EXPECT_THAT(signature.canonical_request + signature.string_to_sign, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace riposte::aws
