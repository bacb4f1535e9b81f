#include "stream/buckets.h"

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scripted_transport.h"
#include "support/virtual_clock.h"

namespace riposte::stream {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)
using base::Errc;
using net::HttpResponse;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class BucketsTest : public testing::Test {
 protected:
  Buckets& over(std::vector<base::Result<HttpResponse>> answers) {
    settings_ = aws::Settings::read(
                    [](const std::string& name) -> std::string {
                      if (name == "AWS_ACCESS_KEY_ID") return "AKIAOWN";
                      if (name == "AWS_SECRET_ACCESS_KEY") return "hunter2";
                      if (name == "AWS_REGION") return "us-east-1";
                      return name == "HOME" ? "/nonexistent" : "";
                    },
                    {})
                    .value();
    transport_.emplace(std::move(answers));
    client_.emplace(
        aws::Client::Parts{*settings_, catalogue_, *transport_, clock_, [] { return 7u; }});
    return buckets_.emplace(*client_);
  }

  const std::vector<net::QueryParameter>& query(std::size_t request) const {
    return transport_->requests[request].query;
  }

  std::optional<aws::Settings> settings_;
  aws::Catalogue catalogue_;
  std::optional<ScriptedTransport> transport_;
  VirtualClock clock_;
  std::optional<aws::Client> client_;
  std::optional<Buckets> buckets_;
};

TEST_F(BucketsTest, ObjectsComePageByPageWithoutThoseThatShowFolders) {
  Buckets& buckets = over(
      {HttpResponse{200,
                    {},
                    "<ListBucketResult><Contents><Key>a/</Key></Contents><Contents><Key>a/1"
                    "</Key></Contents><NextContinuationToken>t1</NextContinuationToken>"
                    "</ListBucketResult>"},
       HttpResponse{
           200, {}, "<ListBucketResult><Contents><Key>a/2</Key></Contents></ListBucketResult>"}});
  const auto first = buckets.list("s3://logs/a/", "");
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_THAT(first->paths, ElementsAre("s3://logs/a/1"));
  EXPECT_EQ(first->next, "t1");
  const auto second = buckets.list("s3://logs/a/", first->next);
  EXPECT_THAT(second->paths, ElementsAre("s3://logs/a/2"));
  EXPECT_EQ(second->next, "");
  EXPECT_THAT(query(1), Contains(net::QueryParameter{"continuation-token", "t1"}));
}

TEST_F(BucketsTest, APageThatComesAgainEndsTheList) {
  Buckets& buckets = over({HttpResponse{
      200,
      {},
      "<ListBucketResult><NextContinuationToken>t1</NextContinuationToken></ListBucketResult>"}});
  EXPECT_EQ(buckets.list("s3://logs/a/", "t1").error().code, Errc::Io);
}

TEST_F(BucketsTest, APieceIsAskedForOfTheVersionThatWasBegun) {
  Buckets& buckets =
      over({HttpResponse{206, {{"Content-Range", "bytes 5-7/1234"}, {"ETag", "\"e1\""}}, "abc"}});
  const auto piece = buckets.read("s3://logs/a/1", 5, 3, "\"e1\"");
  ASSERT_TRUE(piece.ok()) << piece.error().message;
  EXPECT_EQ(piece->bytes, "abc");
  EXPECT_EQ(piece->size, 1234u);
  EXPECT_EQ(piece->version, "\"e1\"");
  const net::HttpRequest& request = transport_->requests.front();
  EXPECT_EQ(*net::find_header(request.headers, "Range"), "bytes=5-7");
  EXPECT_EQ(*net::find_header(request.headers, "If-Match"), "\"e1\"");
}

TEST_F(BucketsTest, AnEmptyObjectHasNoPieceToAskFor) {
  Buckets& buckets = over({HttpResponse{416, {}, "<Error><Code>InvalidRange</Code></Error>"}});
  const auto piece = buckets.read("s3://logs/a/1", 0, 3, "");
  ASSERT_TRUE(piece.ok()) << piece.error().message;
  EXPECT_THAT(piece->bytes, IsEmpty());
  EXPECT_EQ(piece->size, 0u);
}

TEST_F(BucketsTest, WhatIsNoAnswerToThePieceIsRefused) {
  EXPECT_EQ(over({HttpResponse{412, {}, "<Error><Code>PreconditionFailed</Code></Error>"}})
                .read("s3://logs/a/1", 3, 3, "\"e1\"")
                .error()
                .code,
            Errc::Conflict);
  EXPECT_EQ(
      over({HttpResponse{200, {}, "the whole of it"}}).read("s3://logs/a/1", 0, 3, "").error().code,
      Errc::Io);
  EXPECT_EQ(over({HttpResponse{403, {}, "<Error><Code>AccessDenied</Code></Error>"}})
                .read("s3://logs/a/1", 0, 3, "")
                .error()
                .code,
            Errc::Denied);
  EXPECT_EQ(over({HttpResponse{200, {}, ""}}).list("s3:///a", "").error().code, Errc::Invalid);
}

}  // namespace
}  // namespace riposte::stream
