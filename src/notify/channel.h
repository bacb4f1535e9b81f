#pragma once

// Somewhere that people or their tools read: one class for each kind, made by open_channel().
//
// A channel tries once; when to try again is the Courier's to say. It gives the message the form
// that the other end takes, within its limits, and lets nothing of the text act there.
//
//     Busy, Io, Denied, NotFound, Conflict   another try may help: it is down, or set up wrongly
//     Invalid, Limit                         this message will never be taken
//     Cancelled                              somebody asked to stop
//
// Invariants
//   1. No error names a secret, nor an address that is one.
//   2. A send ends within kSendTimeMax.
//
// Threads: confined to the owner.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "aws/client.h"
#include "base/clock.h"
#include "net/mail.h"
#include "net/transport.h"
#include "notify/channel_config.h"
#include "notify/message.h"

namespace riposte::notify {

inline constexpr std::chrono::seconds kSendTimeMax{30};

struct Outcome {
  base::Status status = base::Done{};
  std::optional<base::Millis> asked_wait{};  // the other end does not want to hear from us so long
  std::string remark{};                      // what went wrong all the same: a refused recipient

  bool is_sent() const { return status.ok(); }
  bool may_pass() const;
};

class Channel {
 public:
  virtual ~Channel() = default;

  // The message's key goes along, so that the other end can tell a second try from a second
  // message.
  virtual Outcome send(const Message& message, const std::stop_token& stop) = 0;

  // It keeps what is open, so each message that closes a subject must come to it by itself.
  virtual bool keeps_open() const { return false; }
};

using CallAws = std::function<base::Result<aws::Answer>(
    std::string_view service, std::string_view operation, const aws::Value& input,
    const aws::CallOptions& options)>;

// What channels work with. Borrowed; all must outlive them.
struct Tools {
  net::Transport& transport;
  net::Mailer& mailer;
  base::Clock& clock;
  CallAws call_aws;
  ResolveSecret resolve;
};

// What every kind of channel is made of.
class ToolChannel : public Channel {
 public:
  ToolChannel(ChannelConfig config, const Tools& tools)
      : config_(std::move(config)), tools_(tools) {}

 protected:
  const ChannelConfig config_;
  const Tools tools_;
};

// Invalid: what flaws_of() says.
base::Result<std::unique_ptr<Channel>> open_channel(const ChannelConfig& config,
                                                    const Tools& tools);

}  // namespace riposte::notify
