#pragma once

// Mail as plain text, over a relay (net/mail.h). Mails about one subject are one thread; the id of
// a mail is the message's key, by which a reader's program knows a second copy.
//
// Threads: as Channel.

#include "notify/channel.h"

namespace riposte::notify {

class EmailChannel final : public Channel {
 public:
  EmailChannel(ChannelConfig config, const Tools& tools)
      : config_(std::move(config)), tools_(tools) {}

  Outcome send(const Message& message, const std::stop_token& stop) override;

 private:
  const ChannelConfig config_;
  const Tools tools_;
};

}  // namespace riposte::notify
