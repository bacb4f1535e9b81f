#pragma once

// Brings what is owed to one channel.
//
//     Outbox --each_owed--> messages --Routing--> letters --Pace--> Channel
//       ^                   (more than digest_above: one digest)      |
//       |<-- acknowledge -- sent                                      |
//       |<-- bury, owe ---- never taken, or kTriesMax times not  <----|
//                           otherwise: again, after a wait       <----'
//
// At least once: a notice is acknowledged after it was sent, so a crash in between sends it again,
// with the same key. A letter keeps its key and what is in it over its tries; after a restart a
// digest may hold more.
//
// A flood is told in digests: whatever has piled up behind the pace, counted. A channel that keeps
// what is open (Channel::keeps_open) gets what closes a subject by itself all the same.
//
// Invariants
//   1. Every notice is sent, is in a digest that is sent, is buried and told of, or is not for
//      this channel; it is acknowledged after that and not before.
//   2. Nothing overtakes within a kind of letter: they go in the order in which they are owed.
//   3. It shares nothing with other couriers but what its Outbox does.
//
// When it fails: an Outbox that fails is asked again; nothing is sent twice for it but what was
// sent and could not be acknowledged before the end of the process.
//
// Threads: confined. Each channel has a courier on a thread of its own.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "notify/channel.h"
#include "notify/message_writer.h"
#include "notify/outbox.h"
#include "notify/pace.h"
#include "notify/routing.h"

namespace riposte::notify {

inline constexpr std::size_t kOwedMax = 2'000;  // notices that are taken up at once
inline constexpr base::Millis kLookAgain = std::chrono::seconds(1);

class Courier {
 public:
  // Borrowed; all must outlive it.
  struct Parts {
    const ChannelConfig& config;
    const Routing& routing;
    const MessageWriter& writer;
    Channel& channel;
    Outbox& outbox;
    base::Clock& clock;
    std::function<double()> random;  // in [0, 1)
    // Tells the operator: a failed try, a refused recipient, dead letters. Holds no secret.
    std::function<void(const std::string& what)> note;
  };

  struct Counts {
    std::uint64_t sent = 0;      // letters; a digest is one
    std::uint64_t digested = 0;  // notices within digests that were sent
    std::uint64_t failed = 0;    // tries
    std::uint64_t buried = 0;    // notices
  };

  explicit Courier(Parts parts);

  // Sends what may be sent now. Gives the time from which there is something to do, or nothing
  // where all that was owed is settled. Errors are the Outbox's.
  base::Result<std::optional<base::SteadyTime>> deliver(const std::stop_token& stop);

  // Delivers until it is stopped, and looks for more every kLookAgain.
  void run(const std::stop_token& stop);

  const Counts& counts() const { return counts_; }

 private:
  // One message, and the notices that it tells.
  struct Letter {
    Message message;
    std::vector<std::int64_t> sequences;  // rising, never empty
    bool is_about_channels = false;       // nobody is told when it is buried
    int failures = 0;
    std::optional<std::string> buried_for;  // nobody takes it
  };

  enum class Sending { Settled, Again, Stopped };

  // Whether there was anything.
  base::Result<bool> take_up();
  base::Status acknowledge();
  base::Status bury(const Letter& letter);
  Sending send(Letter& letter, const std::stop_token& stop);

  Parts parts_;
  Pace pace_;
  std::deque<Letter> letters_;
  std::int64_t seen_ = 0;          // the last notice that was taken up
  std::int64_t acknowledged_ = 0;  // the last one that was told to be settled
  base::SteadyTime not_before_;
  Counts counts_;
};

}  // namespace riposte::notify
