#include "notify/http_post.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notify/samples_test.h"

namespace riposte::notify {
namespace {

using testing::HasSubstr;
using testing::Not;

Outcome post(Bench& bench, std::string_view url = kAddress,
             const ChannelConfig& config = sample_config(ChannelConfig::Kind::Webhook)) {
  return post_json(config, bench.tools(), {url, "{}"}, {});
}

TEST(HttpPostTest, OnlyTheWorldIsReachedUnlessTheConfigurationSaysMore) {
  Bench bench;
  ChannelConfig config = sample_config(ChannelConfig::Kind::Webhook);
  post(bench, kAddress, config);
  config.private_networks = true;
  post(bench, kAddress, config);
  const base::Address inside = base::parse_address("10.0.0.1").value();
  EXPECT_FALSE(bench.transport.options[0].destinations->include(inside));
  EXPECT_TRUE(bench.transport.options[1].destinations->include(inside));
  EXPECT_FALSE(bench.transport.options[0].proxied);
}

TEST(HttpPostTest, PlainHttpIsForThisMachineWhereThatIsAllowed) {
  Bench bench;
  EXPECT_EQ(post(bench, "http://hooks.example.com/a").status.error().code, base::Errc::Denied);
  EXPECT_TRUE(bench.transport.requests.empty());

  ChannelConfig config = sample_config(ChannelConfig::Kind::Webhook);
  config.loopback = true;
  EXPECT_TRUE(post(bench, "http://localhost:8080/a", config).is_sent());
  const net::Destinations allowed = bench.transport.options.at(0).destinations.value();
  EXPECT_TRUE(allowed.include(base::parse_address("127.0.0.1").value()));
  EXPECT_FALSE(allowed.include(base::parse_address("8.8.8.8").value()));
}

TEST(HttpPostTest, WhatIsNoUrlIsNotRepeatedInTheError) {
  Bench bench;
  for (const char* url :
       {"hooks.example.com/very-secret-part", "file:///very-secret-part",
        "https://user:very-secret-part@a.example/", "gopher://very-secret-part/"}) {
    const Outcome outcome = post(bench, url);
    EXPECT_EQ(outcome.status.error().code, base::Errc::Denied) << url;
    EXPECT_THAT(outcome.status.error().message, Not(HasSubstr("secret")));
  }
  EXPECT_TRUE(bench.transport.requests.empty());
}

TEST(HttpPostTest, AnswersSayWhetherAnotherTryMayHelp) {
  struct Case {
    int status;
    base::Errc expected;
    bool may_pass;
  };
  for (const Case& each : {Case{301, base::Errc::NotFound, true},
                           {400, base::Errc::Invalid, false},
                           {401, base::Errc::Denied, true},
                           {403, base::Errc::Denied, true},
                           {404, base::Errc::NotFound, true},
                           {409, base::Errc::Conflict, true},
                           {410, base::Errc::NotFound, true},
                           {413, base::Errc::Limit, false},
                           {422, base::Errc::Invalid, false},
                           {429, base::Errc::Busy, true},
                           {500, base::Errc::Busy, true},
                           {503, base::Errc::Busy, true}}) {
    Bench bench({net::HttpResponse{each.status, {}, ""}});
    const Outcome outcome = post(bench);
    EXPECT_EQ(outcome.status.error().code, each.expected) << each.status;
    EXPECT_EQ(outcome.may_pass(), each.may_pass) << each.status;
  }
}

TEST(HttpPostTest, ItIsToldHowLongToWait) {
  Bench bench({net::HttpResponse{429, {{"Retry-After", "30"}}, ""}});
  EXPECT_EQ(post(bench).asked_wait, std::chrono::seconds(30));
}

TEST(HttpPostTest, OfAnAnswerOnlyAWordIsTold) {
  Bench word({net::HttpResponse{400, {}, "invalid_payload\n"}});
  EXPECT_EQ(post(word).status.error().message, "it answered 400 (invalid_payload)");
  for (const char* body : {"no hook at /services/T0/B0/very-secret-part", "services",
                           "<html>x</html>", "\x1b[2J", "UPPER"}) {
    Bench bench({net::HttpResponse{404, {}, body}});
    EXPECT_EQ(post(bench).status.error().message, "it answered 404") << body;
  }
}

TEST(HttpPostTest, AFailureOfTheNetworkDoesNotNameTheAddress) {
  Bench bench({base::Error{
      base::Errc::Io,
      "Could not resolve host: hooks.example.com (/services/T0/B0/very-secret-part)"}});
  EXPECT_EQ(post(bench).status.error().message, "Could not resolve host: (address) ((address))");
}

TEST(HttpPostTest, AFailureOfTheNetworkIsPassedOn) {
  Bench bench({base::Error{base::Errc::Io, "connection reset"}});
  const Outcome outcome = post(bench);
  EXPECT_EQ(outcome.status.error().code, base::Errc::Io);
  EXPECT_TRUE(outcome.may_pass());
}

}  // namespace
}  // namespace riposte::notify
