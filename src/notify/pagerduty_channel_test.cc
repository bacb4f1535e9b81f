#include "notify/pagerduty_channel.h"

#include <gtest/gtest.h>

#include "json/scanner.h"
#include "net/url.h"
#include "notify/fit.h"
#include "notify/samples_test.h"

namespace riposte::notify {
namespace {

std::string text_at(const std::string& body, std::string_view path) {
  return std::string(json::OwnedDocument::parse(body).value().root().string_at(path));
}

TEST(PagerDutyChannelTest, AMessageTriggersTheAlertOfItsSubject) {
  EXPECT_EQ(
      pagerduty_body(sample_message(), "r1"),
      R"_({"routing_key":"r1","event_action":"trigger","dedup_key":"riposte-act-1","client":"riposte",)_"
      R"_("client_url":"https://riposte.example.com/actions/act-1","payload":{)_"
      R"_("summary":"[riposte] HIGH Approval wanted: Start the trail again","severity":"error",)_"
      R"_("source":"riposte","class":"action.asked","timestamp":"2026-01-31T18:37:58.000Z",)_"
      R"_("custom_details":{"Who":"alice (IAMUser, AKIAEXAMPLE)","Where":"111122223333, eu-west-1",)_"
      R"_("lines":["start: cloudtrail.StartLogging {\"Name\":\"org-trail\"}"],)_"
      R"_("commands":["riposte action approve act-1 --digest d1"]}}})_");
}

TEST(PagerDutyChannelTest, WhatClosesASubjectResolvesItsAlert) {
  Message message = sample_message();
  message.kind = "action.undone";
  message.closes = true;
  const std::string body = pagerduty_body(message, "r1");
  EXPECT_EQ(text_at(body, "event_action"), "resolve");
  EXPECT_EQ(text_at(body, "dedup_key"), "riposte-act-1");
}

TEST(PagerDutyChannelTest, LevelsAreSeverities) {
  const char* kExpected[] = {"info", "info", "warning", "error", "critical"};
  for (std::size_t i = 0; i < 5; ++i) {
    Message message = sample_message();
    message.level = static_cast<rule::Level>(i);
    EXPECT_EQ(text_at(pagerduty_body(message, "r1"), "payload.severity"), kExpected[i]);
  }
}

TEST(PagerDutyChannelTest, LimitsHoldWhateverTheText) {
  std::mt19937 random(5);
  for (int i = 0; i < 100; ++i) {
    Message message = hostile_message(random);
    message.subject = hostile_text(random, random() % 40);
    const std::string body = pagerduty_body(message, "r1");
    ASSERT_LE(body.size(), kPagerDutyBytesMax);
    ASSERT_LE(units_of(text_at(body, "payload.summary")), kPagerDutySummaryMax);
    ASSERT_LE(text_at(body, "dedup_key").size(), kPagerDutyKeyMax);
  }
}

TEST(PagerDutyChannelTest, GoesToPagerDutyUnlessToldOtherwise) {
  Bench bench({net::HttpResponse{202, {}, ""}});
  ChannelConfig config = sample_config(ChannelConfig::Kind::PagerDuty);
  config.url = {};
  EXPECT_TRUE(PagerDutyChannel(config, bench.tools()).send(sample_message(), {}).is_sent());
  EXPECT_EQ(net::url_of(bench.transport.requests[0]), "https://events.pagerduty.com/v2/enqueue");
  config.url = {SecretReference::Place::Environment, "url"};
  EXPECT_TRUE(PagerDutyChannel(config, bench.tools()).send(sample_message(), {}).is_sent());
  EXPECT_EQ(net::url_of(bench.transport.requests[1]), kAddress);
}

}  // namespace
}  // namespace riposte::notify
