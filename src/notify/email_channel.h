#pragma once

// Mail as plain text, over a relay (net/mail.h). Mails about one subject are one thread; the id of
// a mail is the message's key, by which a reader's program knows a second copy.
//
// Threads: as Channel.

#include "notify/channel.h"

namespace riposte::notify {

class EmailChannel final : public ToolChannel {
 public:
  using ToolChannel::ToolChannel;

  Outcome send(const Message& message, const std::stop_token& stop) override;
};

}  // namespace riposte::notify
