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

TEST(ChannelTest, AChannelIsReadAsAFileSaysIt) {
  const auto mail = read_channel({.name = "soc",
                                  .kind = "email",
                                  .level = "high",
                                  .kinds = {"action"},
                                  .settings = {{"host", "mail.example.com"},
                                               {"from", "riposte@example.com"},
                                               {"to", "soc@example.com, oncall@example.com"},
                                               {"user", "riposte"},
                                               {"per_minute", "5"}},
                                  .secrets = {{"password", {SecretReference::Place::File, "p"}}}});
  ASSERT_TRUE(mail.ok()) << mail.error().message;
  EXPECT_EQ(mail->server, "mail.example.com:587");
  EXPECT_THAT(mail->to, testing::ElementsAre("soc@example.com", "oncall@example.com"));
  EXPECT_EQ(mail->secret.name, "p");
  EXPECT_EQ(mail->per_minute, 5U);
  EXPECT_EQ(mail->level, rule::Level::High);
}

TEST(ChannelTest, AllThatIsWrongInAFileIsToldAtOnce) {
  const auto channel =
      read_channel({.name = "soc",
                    .kind = "webhook",
                    .level = "loud",
                    .settings = {{"colour", "red"}, {"loopback", "yes"}, {"per_minute", "1.5"}},
                    .secrets = {{"password", {SecretReference::Place::File, "p"}}}});
  EXPECT_EQ(
      channel.error().message,
      "channel \"soc\": there is no level \"loud\"; per_minute is no number; loopback is neither "
      "true nor false; there is no key colour; there is no secret password; it needs to know where "
      "its address is kept; it needs to know where the key that signs is kept");
}

}  // namespace
}  // namespace riposte::notify
