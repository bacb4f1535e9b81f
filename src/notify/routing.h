#pragma once

// Which message goes to which channel.
//
// A channel takes what has its least level and is of its kinds ("action" stands for all that begins
// with "action."). A message whose runbook names channels goes to those, whatever its level; where
// none of them is there, it goes to all that would take it, rather than to nobody. That something
// is over is told whatever the level, unless the level of what is over is known. A channel is not
// told of its own failure.
//
// Threads: immutable.

#include <string>
#include <utility>
#include <vector>

#include "notify/channel_config.h"
#include "notify/message.h"

namespace riposte::notify {

class Routing {
 public:
  // The names of all channels that there are.
  explicit Routing(std::vector<std::string> channels) : channels_(std::move(channels)) {}

  bool leads(const Message& message, const ChannelConfig& channel) const;

 private:
  std::vector<std::string> channels_;
};

}  // namespace riposte::notify
