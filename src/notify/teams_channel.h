#pragma once

// Microsoft Teams, by a workflow that waits for a webhook: a message with one Adaptive Card.
//
// Whatever comes from outside stands in text runs of RichTextBlocks, which know no Markdown; a
// mention would need an entity, and there is none.
//
// Threads: as Channel.

#include "notify/channel.h"

namespace riposte::notify {

// Teams takes messages of 28 KB.
inline constexpr std::size_t kTeamsBytesMax = 25'000;

// The body of the request.
std::string teams_body(const Message& message);

class TeamsChannel final : public ToolChannel {
 public:
  using ToolChannel::ToolChannel;

  Outcome send(const Message& message, const std::stop_token& stop) override;
};

}  // namespace riposte::notify
