#include "notify/webhook_channel.h"

#include <gtest/gtest.h>

#include "notify/message_text.h"
#include "notify/samples_test.h"

namespace riposte::notify {
namespace {

TEST(WebhookChannelTest, TheSignatureIsOverTimeAndBody) {
  // hmac.new(b"k", b'1769884678.{"a":1}', "sha256").hexdigest() of Python
  EXPECT_EQ(webhook_signature("k", "1769884678", R"({"a":1})"),
            "v1=8246a19cb109aec3b023cc74d2fa111a7052f9c0a11365b89ed0c22b9a895b08");
}

TEST(WebhookChannelTest, SignsWhatItSends) {
  Bench bench;
  WebhookChannel channel(sample_config(ChannelConfig::Kind::Webhook), bench.tools());
  const Message message = sample_message();
  ASSERT_TRUE(channel.send(message, {}).is_sent());
  const net::HttpRequest& request = bench.transport.requests.at(0);
  EXPECT_EQ(request.body, to_json(message));
  EXPECT_EQ(*net::find_header(request.headers, "Riposte-Timestamp"), "1769884678");
  EXPECT_EQ(*net::find_header(request.headers, "Riposte-Signature"),
            webhook_signature("k", "1769884678", request.body));
  EXPECT_EQ(*net::find_header(request.headers, "Idempotency-Key"), message.key);
}

TEST(WebhookChannelTest, ASecondTryIsSignedAnewWithTheSameKey) {
  Bench bench;
  WebhookChannel channel(sample_config(ChannelConfig::Kind::Webhook), bench.tools());
  channel.send(sample_message(), {});
  bench.clock.advance(std::chrono::minutes(10));
  channel.send(sample_message(), {});
  const auto& [first, second] = std::tie(bench.transport.requests[0], bench.transport.requests[1]);
  EXPECT_NE(*net::find_header(first.headers, "Riposte-Signature"),
            *net::find_header(second.headers, "Riposte-Signature"));
  EXPECT_EQ(*net::find_header(first.headers, "Idempotency-Key"),
            *net::find_header(second.headers, "Idempotency-Key"));
}

TEST(WebhookChannelTest, NothingIsSentWithoutAKeyToSign) {
  Bench bench;
  ChannelConfig config = sample_config(ChannelConfig::Kind::Webhook);
  config.secret.name = "gone";
  const Outcome outcome = WebhookChannel(config, bench.tools()).send(sample_message(), {});
  EXPECT_EQ(outcome.status.error().message, "the variable gone holds no secret");
  EXPECT_TRUE(bench.transport.requests.empty());
}

}  // namespace
}  // namespace riposte::notify
