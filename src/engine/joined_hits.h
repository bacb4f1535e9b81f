#pragma once

// Hits of rules that correlations join, kept until a scan has read everything, then correlated.
//
//     worker --> JoinedHits --+
//     worker --> JoinedHits --+--> in the order of time --> Correlator --> findings
//
// Files come in any order and no file says how late it is, so nothing could be judged before the
// last one is read. What is kept of a hit is small: what repeats (values, actors, resources, paths)
// is kept once. Beyond a limit hits are not kept, and counted.
//
// Cost: about 110 bytes a hit, and a kilobyte for each different choice of actor, call and
// resources, which are built for every hit.
//
// Threads: confined to its worker; correlate() takes those whose threads are done.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "correlate/correlator.h"
#include "finding/finding.h"

namespace riposte::engine {

class JoinedHits {
 public:
  // Bytes that all workers of a scan may keep together.
  static constexpr std::size_t kJoinedBytesMax = std::size_t{4} << 30;

  // Borrows the plan; `bytes_max` is this worker's share.
  JoinedHits(const correlate::Plan& plan, std::size_t bytes_max)
      : plan_(plan), bytes_max_(bytes_max) {}

  // Keeps the hit if some correlation joins its rule.
  void add(rule::RuleIndex rule, const event::Event& event);

  struct Counts {
    std::uint64_t without_time = 0;  // hits of events that do not say when they were
    std::uint64_t not_kept = 0;      // hits beyond the limit
    std::uint64_t windows_lost = 0;  // keys that the Correlator had to forget
    std::uint64_t results = 0;
  };

  // What the correlations of the plan make of all hits, sorted by finding::earlier(). `lineage` is
  // that of everything that was read.
  static std::vector<finding::Finding> correlate(const correlate::Plan& plan,
                                                 const std::vector<rule::RulePointer>& rules,
                                                 const std::vector<const JoinedHits*>& parts,
                                                 const event::Lineage& lineage, Counts& counts);

 private:
  // Each different text once, by number.
  class Texts {
   public:
    // The number of the text, and whether it is a new one.
    std::pair<std::uint32_t, bool> put(std::string text);
    const std::string& at(std::uint32_t number) const { return *texts_[number]; }

   private:
    std::unordered_map<std::string, std::uint32_t> numbers_;
    std::vector<const std::string*> texts_;
  };

  struct Kept {
    base::EventTime time;
    std::string event;  // packed
    rule::RuleIndex rule = 0;
    std::uint32_t fields = 0;  // of texts_
    std::uint32_t path = 0;    // of texts_
    std::uint32_t subject = 0;
    std::uint64_t record = 0;
  };

  struct Order;

  static std::map<std::string_view, const Order*> subjects_of(
      const std::vector<correlate::Result>& results, const std::vector<Order>& hits);
  std::uint32_t subject_of(const event::Event& event);

  const correlate::Plan& plan_;
  const std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::vector<Kept> hits_;
  Texts texts_;
  Texts subject_keys_;
  std::vector<finding::Finding> subjects_;  // findings of no rule: who did what to what, and where
  Counts counts_;
};

}  // namespace riposte::engine
