#include "net/http_client.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scripted_peer.h"

namespace riposte::net {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr milliseconds kGenerous{20'000};
constexpr milliseconds kShort{150};

SendOptions within(milliseconds time) {
  SendOptions options;
  options.deadline = std::chrono::steady_clock::now() + time;
  options.proxied = false;
  return options;
}

HttpRequest request_to(const ScriptedPeer& peer) {
  HttpRequest request;
  request.scheme = "http";
  request.host = peer.host();
  return request;
}

base::Errc error_of(const base::Result<HttpResponse>& result) {
  EXPECT_FALSE(result.ok());
  return result.ok() ? base::Errc::Invalid : result.error().code;
}

TEST(HttpClientTest, SendsTheBytesItIsGivenAndNoOthers) {
  ScriptedPeer peer({answer(200, "")});
  HttpRequest request = request_to(peer);
  request.method = "PUT";
  request.path = "/a/../b//%7Ekey%20";
  request.query = {{"versionId", "a b"}, {"acl", ""}};
  request.headers = {{"X-Amz-Date", "now"}, {"X-Empty", ""}};
  request.body = std::string("one\0two", 7);

  ASSERT_TRUE(HttpClient().send(request, within(kGenerous)).ok());

  EXPECT_THAT(
      peer.requests(),
      ElementsAre("PUT /a/../b//%7Ekey%20?versionId=a%20b&acl= HTTP/1.1\r\nHost: " + peer.host() +
                  "\r\nX-Amz-Date: now\r\nX-Empty:\r\nContent-Length: 7\r\n\r\n" + request.body));
}

TEST(HttpClientTest, GivesStatusHeadersAndBody) {
  ScriptedPeer peer({answer(404, "gone", "X-Amzn-RequestId:  r-1 \r\nX-Two: a\r\nX-Two: b\r\n")});
  const auto response = HttpClient().send(request_to(peer), within(kGenerous));
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(*find_header(response->headers, "x-amzn-requestid"), "r-1");
  EXPECT_THAT(response->headers, SizeIs(4));
  EXPECT_EQ(response->body, "gone");
}

TEST(HttpClientTest, HeadersBeforeTheFinalAnswerAreNotItsOwn) {
  ScriptedPeer peer(
      {Answer{"HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n" + answer(200, "").bytes}});
  const auto response = HttpClient().send(request_to(peer), within(kGenerous));
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(find_header(response->headers, "X-Early"), nullptr);
}

TEST(HttpClientTest, AHeadHasNoBodyWhateverItsLength) {
  ScriptedPeer peer({Answer{"HTTP/1.1 403 Forbidden\r\nContent-Length: 250\r\n\r\n"}});
  HttpRequest request = request_to(peer);
  request.method = "HEAD";
  const auto response = HttpClient().send(request, within(kGenerous));
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->status, 403);
}

TEST(HttpClientTest, ASecondSendUsesTheSameConnection) {
  ScriptedPeer peer({answer(200, "a")});
  HttpClient client;
  ASSERT_TRUE(client.send(request_to(peer), within(kGenerous)).ok());
  ASSERT_TRUE(client.send(request_to(peer), within(kGenerous)).ok());
  EXPECT_THAT(peer.requests(), SizeIs(2));
  EXPECT_EQ(peer.connection_count(), 1u);
}

TEST(HttpClientTest, ARedirectIsAnAnswerAndNotFollowed) {
  ScriptedPeer elsewhere({answer(200, "")});
  ScriptedPeer peer({answer(301, "", "Location: http://" + elsewhere.host() + "/\r\n")});
  const auto response = HttpClient().send(request_to(peer), within(kGenerous));
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 301);
  EXPECT_THAT(elsewhere.requests(), SizeIs(0));
}

TEST(HttpClientTest, ConnectionsGoWhereTestsSayAndTheHostHeaderDoesNotChange) {
  ScriptedPeer peer({answer(200, "")});
  HttpRequest request = request_to(peer);
  request.host = "bucket.s3.us-east-1.amazonaws.com";
  ASSERT_TRUE(
      HttpClient({.ca_file = {}, .connect_to = peer.host()}).send(request, within(kGenerous)).ok());
  EXPECT_THAT(peer.requests()[0], HasSubstr("\r\nHost: bucket.s3.us-east-1.amazonaws.com\r\n"));
}

TEST(HttpClientTest, AResetIsTheNetworksFault) {
  ScriptedPeer peer({Reset{}});
  EXPECT_EQ(error_of(HttpClient().send(request_to(peer), within(kGenerous))), base::Errc::Io);
}

TEST(HttpClientTest, NobodyListeningIsTheNetworksFault) {
  HttpRequest request;
  {
    const ScriptedPeer gone({Reset{}});
    request = request_to(gone);
  }
  EXPECT_EQ(error_of(HttpClient().send(request, within(kGenerous))), base::Errc::Io);
}

TEST(HttpClientTest, AnAnswerCutShortIsNoAnswer) {
  ScriptedPeer peer({Answer{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour", true}});
  EXPECT_EQ(error_of(HttpClient().send(request_to(peer), within(kGenerous))), base::Errc::Io);
}

TEST(HttpClientTest, WhatIsNoHttpIsNoAnswer) {
  ScriptedPeer peer({Answer{"SSH-2.0-OpenSSH_9.2\r\n", true}});
  EXPECT_EQ(error_of(HttpClient().send(request_to(peer), within(kGenerous))), base::Errc::Io);
}

TEST(HttpClientTest, AServerThatNeverAnswersCostsTheDeadline) {
  ScriptedPeer peer({Stall{}});
  EXPECT_EQ(error_of(HttpClient().send(request_to(peer), within(kShort))), base::Errc::Busy);
}

TEST(HttpClientTest, AnAnswerThatStopsInTheMiddleCostsTheDeadline) {
  ScriptedPeer peer({Answer{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour"}});
  EXPECT_EQ(error_of(HttpClient().send(request_to(peer), within(kShort))), base::Errc::Busy);
}

TEST(HttpClientTest, AnEndlessBodyEndsAtItsLimit) {
  ScriptedPeer peer({Endless{"HTTP/1.1 200 OK\r\n\r\n"}});
  SendOptions options = within(kGenerous);
  options.answer_bytes_max = 100'000;
  EXPECT_EQ(error_of(HttpClient().send(request_to(peer), options)), base::Errc::Limit);
}

TEST(HttpClientTest, EndlessHeadersEnd) {
  ScriptedPeer peer({Endless{"HTTP/1.1 200 OK\r\nX-Long: "}});
  const base::Errc code = error_of(HttpClient().send(request_to(peer), within(kGenerous)));
  EXPECT_TRUE(code == base::Errc::Limit || code == base::Errc::Io);
}

TEST(HttpClientTest, StoppingEndsASendThatWaits) {
  ScriptedPeer peer({Stall{}});
  std::stop_source stop;
  SendOptions options = within(kGenerous);
  options.stop = stop.get_token();
  std::jthread stopper([&] {
    while (peer.requests().empty())
      std::this_thread::yield();
    stop.request_stop();
  });
  EXPECT_EQ(error_of(HttpClient().send(request_to(peer), options)), base::Errc::Cancelled);
}

TEST(HttpClientTest, NoTimeLeftMeansNothingIsSent) {
  ScriptedPeer peer({answer(200, "")});
  EXPECT_EQ(error_of(HttpClient().send(request_to(peer), within(milliseconds(-1)))),
            base::Errc::Busy);
  EXPECT_THAT(peer.requests(), SizeIs(0));
}

TEST(HttpClientTest, WhatWouldBecomeAnotherRequestIsNotSent) {
  ScriptedPeer peer({answer(200, "")});
  const auto refused = [&](auto change) {
    HttpRequest request = request_to(peer);
    change(request);
    const auto response = HttpClient().send(request, within(kGenerous));
    EXPECT_EQ(error_of(response), base::Errc::Invalid);
    EXPECT_THAT(response.error().message, Not(HasSubstr("hunter2")));
  };
  refused([](HttpRequest& r) { r.headers = {{"X-Token", "hunter2\r\nX-Other: 1"}}; });
  refused([](HttpRequest& r) { r.headers = {{"X-Token: 1\r\nX", "hunter2"}}; });
  refused([](HttpRequest& r) { r.path = "/a b"; });
  refused([](HttpRequest& r) { r.path = "/a?hunter2"; });
  refused([](HttpRequest& r) { r.path = "@other.example/"; });
  refused([](HttpRequest& r) { r.host = "user:hunter2@example.com"; });
  refused([](HttpRequest& r) { r.method = "GET / HTTP/1.1\r\nX"; });
  refused([](HttpRequest& r) { r.scheme = "file"; });
  EXPECT_THAT(peer.requests(), SizeIs(0));
}

TEST(HttpClientTest, PlainTextOnATlsPortIsNoAnswer) {
  ScriptedPeer peer({answer(200, "")});
  HttpRequest request = request_to(peer);
  request.scheme = "https";
  // The peer waits for the end of a head that a TLS greeting never has.
  EXPECT_EQ(error_of(HttpClient().send(request, within(kShort))), base::Errc::Busy);
}

TEST(HttpClientTest, GoesOnlyWhereItMay) {
  ScriptedPeer peer({answer(200, "")});
  SendOptions options = within(kGenerous);
  options.destinations = Destinations{};
  const auto refused = HttpClient().send(request_to(peer), options);
  EXPECT_EQ(error_of(refused), base::Errc::Denied);
  EXPECT_THAT(refused.error().message, HasSubstr("127.0.0.1"));
  EXPECT_EQ(peer.connection_count(), 0U);

  options.destinations->loopback = true;
  EXPECT_TRUE(HttpClient().send(request_to(peer), options).ok());
}

TEST(HttpClientTest, ANameThatPointsInwardsIsNoWayIn) {
  ScriptedPeer peer({answer(200, "")});
  const std::string port = peer.host().substr(peer.host().find(':'));
  SendOptions options = within(kGenerous);
  options.destinations = Destinations{};
  for (const char* name :
       {"localhost", "2130706433", "127.1", "0x7f000001", "[::ffff:127.0.0.1]"}) {
    HttpRequest request = request_to(peer);
    request.host = name + port;
    EXPECT_FALSE(HttpClient().send(request, options).ok()) << name;
  }
  EXPECT_EQ(peer.connection_count(), 0U);
}

TEST(HttpClientTest, AKeptConnectionIsNoWayInEither) {
  ScriptedPeer peer({answer(200, "")});
  HttpClient client;
  ASSERT_TRUE(client.send(request_to(peer), within(kGenerous)).ok());
  SendOptions options = within(kGenerous);
  options.destinations = Destinations{};
  EXPECT_EQ(error_of(client.send(request_to(peer), options)), base::Errc::Denied);
}

}  // namespace
}  // namespace riposte::net
