#include "notify/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notify/samples_test.h"

namespace riposte::notify {
namespace {

using testing::Contains;
using testing::IsEmpty;
using Kind = ChannelConfig::Kind;

TEST(ChannelTest, EachKindOpens) {
  Bench bench;
  for (const Kind kind :
       {Kind::Sns, Kind::Slack, Kind::Teams, Kind::Email, Kind::Webhook, Kind::PagerDuty}) {
    const auto channel = open_channel(sample_config(kind), bench.tools());
    ASSERT_TRUE(channel.ok()) << channel.error().message;
    EXPECT_TRUE((*channel)->send(sample_message(), {}).is_sent()) << name_of(kind);
    EXPECT_EQ(parse_channel_kind(name_of(kind)), kind);
  }
}

TEST(ChannelTest, WhatIsMissingIsToldBeforeAnythingIsSent) {
  ChannelConfig config;
  config.name = "a";
  config.kind = Kind::Email;
  Bench bench;
  EXPECT_EQ(open_channel(config, bench.tools()).error().message,
            "channel \"a\": the server is no host name with a port; the sender is no mail address; "
            "a recipient is missing, or no mail address");
}

TEST(ChannelTest, ATopicAndAPhoneAreOneTooMany) {
  ChannelConfig config = sample_config(Kind::Sns);
  EXPECT_THAT(flaws_of(config), IsEmpty());
  config.phone = "+491701234567";
  EXPECT_THAT(flaws_of(config), Contains("it needs a topic or a phone number"));
  config.topic.clear();
  EXPECT_THAT(flaws_of(config), IsEmpty());
  config.phone = "0170 1234567";
  EXPECT_THAT(flaws_of(config), Contains("the phone number is not a plus and digits"));
}

}  // namespace
}  // namespace riposte::notify
