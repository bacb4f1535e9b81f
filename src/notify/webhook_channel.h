#pragma once

// Any other machine: riposte.notification/1, signed.
//
//     Riposte-Signature: v1=hex(HMAC-SHA256(key, timestamp + "." + body))
//     Riposte-Timestamp: seconds since 1970, of this try
//     Idempotency-Key:   the message's
//
// A receiver computes the same, compares in constant time, and refuses what is older than
// kReplayWindow; what it has seen before by its key it answers with success and leaves alone.
//
// Threads: as Channel.

#include "notify/channel.h"

namespace riposte::notify {

inline constexpr std::chrono::minutes kReplayWindow{5};

// The value of Riposte-Signature.
std::string webhook_signature(std::string_view key, std::string_view timestamp,
                              std::string_view body);

class WebhookChannel final : public ToolChannel {
 public:
  using ToolChannel::ToolChannel;

  Outcome send(const Message& message, const std::stop_token& stop) override;
  // Any other JSON, signed in the same way.
  Outcome post(std::string body, const std::string& idempotency, const std::stop_token& stop);
  bool keeps_open() const override { return true; }
};

}  // namespace riposte::notify
