#pragma once

// What is owed, and to whom it was told: the ledger's side of notifications, as couriers see it.
//
// Each channel has a position of its own in the one row of notices, so that a slow one holds back
// no other. A notice is owed to a channel until it is acknowledged, over crashes and restarts.
//
// Threads: each courier has its own Outbox, as each has its own connection to the ledger.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "notify/message.h"

namespace riposte::notify {

// Notices that a channel never took.
struct DeadLetters {
  std::string channel;
  std::vector<std::int64_t> sequences;
  std::string reason;
  base::EventTime time;
};

class Outbox {
 public:
  virtual ~Outbox() = default;

  // Those behind the channel's position, by their sequence, until `take` says false. A channel that
  // was never seen begins where its Outbox says: at the end, or at the beginning.
  virtual base::Status each_owed(std::string_view channel,
                                 const std::function<bool(const Notice&)>& take) = 0;

  // All up to this one were told, or are not for this channel.
  virtual base::Status acknowledge(std::string_view channel, std::int64_t sequence) = 0;

  // Keeps them with their reason, for a person. The same again changes nothing.
  virtual base::Status bury(const DeadLetters& letters) = 0;

  // Owes one notice more, to all channels.
  virtual base::Status owe(std::string_view kind, std::string_view subject, std::string_view body,
                           base::EventTime now) = 0;
};

}  // namespace riposte::notify
