#pragma once

// Amazon SNS: a topic, with a text for each protocol that people read, or one phone.
//
// Threads: as Channel.

#include "notify/channel.h"

namespace riposte::notify {

// SNS's: characters of a subject, which are ASCII here, bytes of one SMS, bytes of a message.
inline constexpr std::size_t kSnsSubjectMax = 99;
inline constexpr std::size_t kSnsSmsMax = 140;
inline constexpr std::size_t kSnsBytesMax = 256 << 10;
inline constexpr std::size_t kSnsTextMax = 60'000;  // so that all forms fit, escaped

// What a phone shows: one line, in characters that every encoding has.
std::string sms_text(const Message& message);

// The input of sns:Publish.
aws::Value publish_input(const ChannelConfig& config, const Message& message);

class SnsChannel final : public ToolChannel {
 public:
  using ToolChannel::ToolChannel;

  Outcome send(const Message& message, const std::stop_token& stop) override;
};

}  // namespace riposte::notify
