#pragma once

// Slack, by an incoming webhook: a header, facts as two columns, lines, commands, in Block Kit.
//
// Whatever comes from outside stands in plain_text objects, where neither mentions nor markup mean
// anything; only our own labels are markup. `&`, `<` and `>` are escaped in both, as Slack asks.
//
// Threads: as Channel.

#include "notify/channel.h"

namespace riposte::notify {

// Slack's: blocks of a message, characters of a text, of a header, of a field, fields of a section.
inline constexpr std::size_t kSlackBlocksMax = 50;
inline constexpr std::size_t kSlackTextMax = 3'000;
inline constexpr std::size_t kSlackHeaderMax = 150;
inline constexpr std::size_t kSlackFieldMax = 2'000;
inline constexpr std::size_t kSlackFieldsMax = 10;
// Of all blocks together; Slack documents none, and refuses messages above some 10,000.
inline constexpr std::size_t kSlackMessageMax = 9'000;

// The body of the request.
std::string slack_body(const Message& message);

class SlackChannel final : public ToolChannel {
 public:
  using ToolChannel::ToolChannel;

  Outcome send(const Message& message, const std::stop_token& stop) override;
};

}  // namespace riposte::notify
