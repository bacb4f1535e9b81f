#pragma once

// Rules over log files: the line from receive to triage, on several threads, without a ledger.
//
//     FileList --> worker --> read > enrich > match > triage --+
//             \--> worker --> read > enrich > match > triage --+--> merged, sorted findings
//                       |                        \--> joined hits > correlate --^
//                       \--> issuances of sessions > lineage -----------^-------^
//
// Files are independent of each other, workers take them one by one and window by window, and
// findings are sorted at the end: the result does not depend on the order of files or the number of
// threads, nor the memory on the size of the files.
//
// Threads: scan() makes its workers, names them, and joins them before it returns.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "correlate/correlator.h"
#include "enrich/knowledge.h"
#include "event/quarantine.h"
#include "finding/finding.h"
#include "finding/triager.h"
#include "match/matcher.h"
#include "stream/log_file.h"

namespace riposte::engine {

struct ScanSpec {
  std::vector<std::string> paths;
  unsigned jobs = 1;
  rule::Level level =
      rule::Level::Informational;        // findings below it are counted as hits and not kept
  std::optional<base::EventTime> since;  // events before it are not matched
  std::optional<base::EventTime> until;  // events at or after it are not matched
  // How late events may come for correlations, which then take files in the order of their newest
  // events, as a stream would have brought them. Nothing: everything is sorted by time first, and
  // no event is late.
  std::optional<base::Millis> lateness;
  correlate::Limits windows;  // but for their lateness
  stream::LogFile::Limits limits;
  stream::MakeObjects objects;  // what paths of objects stand for; nothing: they are no paths
  std::shared_ptr<const enrich::Knowledge> knowledge;  // of addresses and domains; may be null
  finding::Triager::Records records = finding::Triager::Records::Dropped;  // of single events
};

struct ScanStats {
  std::uint64_t files = 0;
  std::uint64_t files_failed = 0;
  std::uint64_t bytes = 0;  // uncompressed
  std::uint64_t events = 0;
  std::uint64_t outside_time = 0;
  std::uint64_t skipped = 0;
  std::uint64_t quarantined = 0;
  std::uint64_t hits = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t hits_not_correlated = 0;  // without a time, or beyond what is kept of hits
  std::uint64_t hits_late = 0;            // which correlations therefore did not take
  std::uint64_t windows_lost = 0;         // that correlations had to forget
  std::uint64_t issuances = 0;            // of sessions, kept to follow chains of them
  std::uint64_t issuances_forgotten = 0;  // beyond what is kept
  std::uint64_t chains_refused = 0;       // of findings: circles, and chains without an end
  std::uint64_t subjects_lost = 0;        // findings whose event was gone when it was read again
};

struct FileFailure {
  std::string path;
  std::string reason;

  auto operator<=>(const FileFailure&) const = default;
};

struct ScanResult {
  std::vector<finding::Finding> findings;
  ScanStats stats;
  std::vector<FileFailure> failures;            // sorted
  std::vector<event::Quarantined> quarantined;  // sorted, the first event::Quarantine::kKeptMax
};

// Called every now and then from a thread of its own, and once at the end.
using OnProgress = std::function<void(std::size_t files_done, std::size_t files)>;

ScanResult scan(const ScanSpec& spec, const match::Matcher& matcher, const OnProgress& on_progress);

}  // namespace riposte::engine
