#pragma once

// Reads the events that a correlation's results are about once more, to say who did what to what.
//
// Results are few and hits are many, so a scan keeps of a hit where its event stands and builds
// nothing. Where it stands is a piece of its file, which is read alone; a file that is compressed
// is read once, up to the last event that is asked for, without matching anything.
//
// What fails: a file that has changed since, or is gone, gives a finding that names its event and
// place and nothing else; it is counted.
//
// Threads: functions without state.

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "finding/finding.h"
#include "stream/log_file.h"

namespace riposte::engine {

// A piece of a file.
struct Extent {
  std::uint64_t begin = 0;
  std::uint32_t size = 0;

  auto operator<=>(const Extent&) const = default;
};

struct SubjectPlace {
  std::string_view path;
  std::uint64_t record = 0;
  std::string_view text;         // of the event where its file cannot be read again; else empty
  std::optional<Extent> extent;  // of that text in the file, where it stands there as it reads
  event::Format format = event::Format::Unknown;
  std::string_view id;  // finding::event_id_of

  auto operator<=>(const SubjectPlace&) const = default;
};

// Findings of no rule, one for each place. `places` are sorted.
std::vector<finding::Finding> read_subjects(const std::vector<SubjectPlace>& places,
                                            const stream::LogFile::Limits& limits,
                                            const stream::MakeObjects& objects,
                                            std::uint64_t& lost_count);

}  // namespace riposte::engine
