#include "notify/webhook_channel.h"

#include "base/digest.h"
#include "notify/http_post.h"
#include "notify/message_text.h"

namespace riposte::notify {

std::string webhook_signature(std::string_view key, std::string_view timestamp,
                              std::string_view body) {
  std::string text(timestamp);
  text.append(".").append(body);
  return "v1=" + base::hex(base::hmac_sha256(key, text));
}

Outcome WebhookChannel::send(const Message& message, const std::stop_token& stop) {
  return post(to_json(message), message.key, stop);
}

Outcome WebhookChannel::post(std::string body, const std::string& idempotency,
                             const std::stop_token& stop) {
  const base::Result<base::Secret> url = tools_.resolve(config_.url);
  if (!url.ok()) return {url.error()};
  const base::Result<base::Secret> key = tools_.resolve(config_.secret);
  if (!key.ok()) return {key.error()};
  if (key->empty()) return {base::Error{base::Errc::Denied, "the key that signs is empty"}};

  const auto seconds = std::chrono::floor<std::chrono::seconds>(tools_.clock.wall());
  const std::string timestamp = std::to_string(seconds.time_since_epoch().count());
  std::string signature = webhook_signature(key->reveal(), timestamp, body);
  return post_json(config_, tools_,
                   {url->reveal(),
                    std::move(body),
                    {{"Riposte-Timestamp", timestamp},
                     {"Riposte-Signature", std::move(signature)},
                     {"Idempotency-Key", idempotency}}},
                   stop);
}

}  // namespace riposte::notify
