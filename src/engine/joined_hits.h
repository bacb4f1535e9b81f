#pragma once

// Hits of rules that correlations join, kept until a scan has read everything, then correlated.
//
//     worker --> JoinedHits --+
//     worker --> JoinedHits --+--> in the order of time --> Correlator --> findings
//                                                               subjects <-- SubjectReader
//
// Files come in any order and no file says how late it is, so nothing could be judged before the
// last one is read. What is kept of an event is small: when it was, its id, where it stands, and by
// number the values that correlations ask for. Who did what to what is told of few events only, and
// read again from their files (subject_reader.h). Beyond a limit hits are not kept, and counted.
//
// Cost: nothing is built of an event. About 75 bytes an event and 8 a hit; a choice of values that
// was not seen before some 100 more, and an event of standard input, which cannot be read again,
// its text.
//
// Threads: confined to its worker; correlate() takes those whose threads are done.

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "correlate/correlator.h"
#include "finding/finding.h"
#include "stream/log_file.h"

namespace riposte::engine {

class JoinedHits {
 public:
  // Bytes that all workers of a scan may keep together.
  static constexpr std::size_t kJoinedBytesMax = std::size_t{4} << 30;

  // Borrows the plan; `bytes_max` is this worker's share.
  JoinedHits(const correlate::Plan& plan, std::size_t bytes_max)
      : plan_(plan), fields_(plan), bytes_max_(bytes_max) {}

  // Of the events that follow; `can_be_read_again` when it is a file.
  void begin(const std::string& path, bool can_be_read_again);
  // In which the texts of the events stand that follow, where they were not unwrapped.
  void begin(const stream::LogFile::Window& window) { window_ = window; }

  // Keeps the hits whose rules some correlation joins. False: what correlations ask of the event
  // stands in it twice, and nothing was kept.
  bool add(const std::vector<rule::Hit>& hits, const event::RawEvent& event);

  struct Counts {
    std::uint64_t without_time = 0;  // hits of events that do not say when they were
    std::uint64_t not_kept = 0;      // hits beyond the limit
    std::uint64_t late = 0;          // hits that came later than the lateness
    std::uint64_t windows_lost = 0;  // keys that the Correlator had to forget
    std::uint64_t results = 0;
    std::uint64_t subjects_lost = 0;  // findings whose event could not be read again
  };

  struct Spec {
    const correlate::Plan& plan;
    const std::vector<rule::RulePointer>& rules;
    const std::vector<const JoinedHits*>& parts;
    const event::Lineage& lineage;  // of everything that was read
    // Nothing: all is sorted first, and no hit is late. Otherwise hits are taken as a stream would
    // have brought them: files in the order of their newest events, and what lies in each as it
    // lies.
    std::optional<base::Millis> lateness;
    correlate::Limits windows;       // but for their lateness
    stream::LogFile::Limits limits;  // of files that are read again
    stream::MakeObjects objects;
  };

  // What the correlations of the plan make of all hits, sorted by finding::earlier().
  static std::vector<finding::Finding> correlate(const Spec& spec, Counts& counts);

 private:
  // Each different text once, by number.
  class Texts {
   public:
    // The number of the text, and whether it is a new one.
    std::pair<std::uint32_t, bool> put(std::string_view text);
    const std::string& at(std::uint32_t number) const { return texts_[number]; }

   private:
    std::unordered_map<std::string_view, std::uint32_t> numbers_;  // borrows from texts_
    std::deque<std::string> texts_;
  };

  struct KeptEvent {
    base::EventTime time;
    std::uint64_t record = 0;
    std::uint64_t id_begin = 0;  // of ids_; it ends where the next one begins
    std::uint64_t first_hit = 0;
    std::uint64_t begin = 0;  // of its text in the file
    std::uint32_t size = 0;   // of it; 0 where it does not stand there as it reads
    event::Format format = event::Format::Unknown;
    std::uint32_t path = 0;  // of texts_
    std::uint32_t text = 0;  // of texts_, where it cannot be read again; 0 is the first path
  };
  struct KeptHit {
    rule::RuleIndex rule = 0;
    std::uint32_t fields = 0;  // of texts_
  };
  struct Order;

  static void sort_by_time(std::vector<Order>& events);
  static void sort_as_delivered(std::vector<Order>& events);
  std::uint32_t put(std::string_view text);
  void keep_place(std::string_view text, KeptEvent& kept);
  std::string_view id_of(const KeptEvent& event) const;
  std::span<const KeptHit> hits_of(const KeptEvent& event) const;

  const correlate::Plan& plan_;
  correlate::EventFields fields_;
  const std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::vector<KeptEvent> events_;
  std::vector<KeptHit> hits_;
  std::string ids_;  // packed
  Texts texts_;
  std::uint32_t path_ = 0;  // of texts_
  bool can_be_read_again_ = true;
  stream::LogFile::Window window_;
  std::string buffer_;
  std::vector<KeptHit> fresh_hits_;
  Counts counts_;
};

}  // namespace riposte::engine
