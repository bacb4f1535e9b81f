#pragma once

// Hits over event time, more hits: how often, in which order, for whom. The stage correlate.
//
//     add() --> waiting, by time --> in order --> windows by key --> results --> take_results()
//                    ^ watermark                       |   ^
//                                                      +---+  results are hits of correlations over
//                                                             correlations
//
// Hits may come in any order within the lateness. They wait until the watermark has passed them and
// are then taken in the order of their time; those of one time in an order of their own, never in
// that of arrival. Nothing is ever taken back, and the results do not depend on the order in which
// hits came (docs/decisions/0011).
//
// A window that is satisfied becomes one result at once. For a timespan it takes whatever hits its
// key, which changes the result and makes no other; then the key begins anew. A correlation that
// can be satisfied by what does not come is judged when its window is over (window.h).
//
// Cost: a hit is copied and unpacked once, and finds its window with one look-up for each
// correlation and key; nothing else is allocated unless it has several keys. Memory is bounded by
// the Limits; what had to be forgotten for them is counted.
//
// Invariants
//   1. Times are taken in order: `now` never goes back.
//   2. The same hits in any order within the lateness give the same results, unless a limit was
//      reached; tests/differential holds a twin against it that keeps everything.
//   3. A copy of a hit (same rule, event and time) counts once.
//
// Threads: confined to its owner.

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "correlate/key_table.h"
#include "correlate/plan.h"
#include "correlate/watermark.h"
#include "rule/hit.h"

namespace riposte::correlate {

struct Limits {
  base::Millis lateness = std::chrono::minutes(15);
  std::size_t keys_per_rule = 2'000'000;
  std::size_t bytes_per_key = 1 << 20;
  std::size_t bytes = std::size_t{1} << 30;  // of all windows together
  std::size_t waiting = 1'000'000;           // hits; beyond, the earliest are not waited with
};

// Keys that one hit has in one correlation: choices of one value of each group-by field.
inline constexpr std::size_t kKeysOfHitMax = 64;

// A rule hit an event. Borrows everything.
struct Hit {
  rule::RuleIndex rule = 0;
  base::EventTime time;
  std::string_view source;  // whose clockwork it shares: a file, a partition
  std::string_view event;   // packed_id() of its id
  std::string_view fields;  // Plan::pack_fields of rule and event
};

struct Result {
  rule::RuleIndex rule = 0;
  // Group-by fields and their values; of riposte.new_value also the field and what is new.
  std::vector<std::pair<std::string, std::optional<std::string>>> key;
  std::string key_bytes;   // the same, for comparing
  base::EventTime opened;  // when it was satisfied
  // Which window it was: a key that begins anew at once can be satisfied twice in a moment. With
  // rule, key and `opened` it is what the result is known by.
  std::uint64_t window = 0;
  base::EventTime first;   // of its events
  base::EventTime last;
  std::uint64_t count = 0;          // of its events
  double value = 0;                 // with which it was satisfied: a count, a sum, kilometres ...
  std::vector<std::string> events;  // ids of the earliest, at most kEvidenceMax, by time
  // The event that satisfied it, or, of a window that is judged when it is over, its first.
  std::string subject;     // packed_id()
  bool is_update = false;  // a result that was told before has grown
};

class Correlator {
 public:
  struct Counts {
    std::uint64_t hits = 0;
    std::uint64_t late = 0;            // came behind the watermark, and were not taken
    std::uint64_t without_key = 0;     // had none of the fields that a correlation groups by
    std::uint64_t keys_evicted = 0;    // forgotten for keys_per_rule or bytes
    std::uint64_t hits_forgotten = 0;  // for bytes_per_key
    std::uint64_t hurried = 0;         // not waited with, for `waiting`

    bool operator==(const Counts&) const = default;
  };

  // Borrows the plan, which must outlive it.
  Correlator(const Plan& plan, const Limits& limits);

  void add(const Hit& hit);
  // No earlier hit will come, whatever the sources have shown.
  void advance(base::EventTime watermark);
  // No hit will come at all: every window is judged as if time had gone on in silence.
  void finish();

  // Results since the last call, in the order in which they came to be.
  std::vector<Result> take_results() { return std::exchange(results_, {}); }

  const Counts& counts() const { return counts_; }
  std::size_t key_count() const;
  std::size_t bytes() const;  // of all windows

  // Everything that is remembered, as bytes (their format: snapshot.cc). A correlator with the same
  // plan and limits that restores them goes on as this one would, and gives the same bytes again.
  // Results that were not taken are not part of it. An error leaves everything as it is.
  std::string snapshot() const;
  base::Status restore(std::string_view bytes);

 private:
  using EventTime = base::EventTime;
  static constexpr std::uint64_t Counts::*kCounts[] = {
      &Counts::hits,         &Counts::late,           &Counts::without_key,
      &Counts::keys_evicted, &Counts::hits_forgotten, &Counts::hurried};

  // Hits of a moment that are unpacked once, however many correlations take them; of larger moments
  // once for each. CloudTrail tells whole seconds, in which a script makes some calls.
  static constexpr std::size_t kUnpackedMax = 64;

  struct Waiting {
    EventTime time;
    rule::RuleIndex rule = 0;
    std::uint32_t event_size = 0;
    std::string bytes;  // the event's packed id, then the packed fields

    std::string_view event() const { return std::string_view(bytes).substr(0, event_size); }
    std::string_view fields() const { return std::string_view(bytes).substr(event_size); }
    bool operator>(const Waiting& other) const { return time > other.time; }
  };

  // A hit on its way into one correlation. Borrows its texts from taken_ or told_.
  struct Use {
    std::size_t rank = 0;
    std::size_t side = 0;
    std::string_view event;
    std::string_view origin;  // the key of the result that hits; two results are two hits
    std::string_view fields;
    std::size_t number = 0;  // of the hit in this moment

    bool operator<(const Use& other) const { return order() < other.order(); }
    bool operator==(const Use& other) const { return order() == other.order(); }

   private:
    std::tuple<std::size_t, std::size_t, std::string_view, std::string_view, std::string_view>
    order() const {
      return {rank, side, event, origin, fields};
    }
  };

  struct Timer {
    EventTime time;
    std::size_t join = 0;
    KeyTable::Slot slot = 0;
    std::uint64_t serial = 0;
    bool operator>(const Timer& other) const {
      return std::tie(time, join, serial) > std::tie(other.time, other.join, other.serial);
    }
  };

  template <typename T>
  using EarliestFirst = std::priority_queue<T, std::vector<T>, std::greater<>>;

  void take_hits(EventTime time);
  void run_timers(EventTime time);
  void begin_moment();
  void wait(std::size_t join, const Use& use);
  void take_pending(std::size_t join, EventTime time);
  void take_use(std::size_t join, EventTime time, const Use& use);
  void take_entry(std::size_t join, std::string_view key, std::span<const std::string_view> counted,
                  Entry hit);
  void run_timer(const Timer& timer);

  void open(std::size_t join, KeyTable::Slot slot, const Entry& hit, double value);
  void grow(KeyState& state, const Entry& hit);
  void close(std::size_t join, KeyTable::Slot slot);
  void tell_moment(std::size_t join, const KeyState& state, const Entry& hit, double value);
  void tell(std::size_t join, Result result, std::string_view event);
  Result result_of(std::size_t join, const KeyState& state) const;
  void set_timer(std::size_t join, KeyTable::Slot slot, EventTime time);

  void forget_idle(std::size_t join, EventTime now);
  void keep_limits(std::size_t join, KeyTable::Slot slot);
  void keep_bytes();
  void evict(std::size_t join);

  const Plan& plan_;
  const Limits limits_;
  Watermark watermark_;
  EventTime passed_ = EventTime::min();  // every time before it is taken
  std::vector<Waiting> waiting_;         // a heap, the earliest on top
  std::vector<KeyTable> tables_;         // by join

  // Of the moment under way.
  std::vector<Waiting> taken_;                    // its hits
  std::deque<std::string> told_;                  // texts of results that hit
  std::vector<std::vector<Use>> pending_;         // by join
  std::vector<std::size_t> touched_;              // joins with pending hits, each once; a heap
  std::vector<Use> uses_;                         // what was pending of the join under way
  std::size_t hit_count_ = 0;                     // of taken_ and told_
  std::array<FieldValues, kUnpackedMax> values_;  // of hit number n at n % kUnpackedMax
  std::string key_;
  std::vector<std::string_view> counted_;

  EarliestFirst<Timer> timers_;
  std::uint64_t serial_ = 0;
  std::size_t unweighed_ = 0;  // hits since the bytes were looked at
  std::vector<Result> results_;
  Counts counts_;
};

}  // namespace riposte::correlate
