#pragma once

// What is kept of findings: the stage commit.
//
//     batch of findings, source positions --> one transaction --> findings, positions, journal
//
// A finding is kept once, by its id. Found again it is counted and dated; found again with more
// events (a correlation that grew) its newer form replaces the older one, and a person's verdict on
// it is open again. Everything that changes what the ledger says is an entry of the journal, with
// digests of what was recorded, so that audit() finds what was changed behind its back.
//
// Invariants
//   1. Beyond a commit() that returned a count, the batch is durable; before it, nothing of the
//      batch is there. A crash in between is one or the other.
//   2. Every finding's document and record have their digest in the journal, and no entry is ever
//      rewritten.
//
// The clock is the caller's: every function that writes takes the time.
//
// When it fails: as store::Database says; nothing of the call happened then.
//
// Threads: confined to its owner; several ledgers may have one file open (store/database.h).

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "finding/finding.h"
#include "finding/journal.h"
#include "store/database.h"

namespace riposte::finding {

// A finding as it is kept.
struct StoredFinding {
  std::string id;
  std::string document;    // riposte.finding/1
  std::string record;      // the event's record as it was delivered; empty where none was kept
  std::uint64_t seen = 0;  // in how many commits
  base::EventTime first_seen;
  base::EventTime last_seen;
  struct Closing {
    std::string by;
    std::string reason;
    base::EventTime at;
  };
  std::optional<Closing> closed;
};

class Ledger {
 public:
  static base::Result<Ledger> open(const std::string& path, store::Database::Access access);

  // How far a source has been read: names and positions are the source's own.
  struct Position {
    std::string source;
    std::string position;
  };
  struct Committed {
    std::uint64_t added = 0;
    std::uint64_t repeated = 0;  // seen before, as they are
    std::uint64_t grown = 0;     // seen before, with fewer events
    std::uint64_t reopened = 0;  // of those that grew
  };
  base::Result<Committed> commit(const std::vector<Finding>& findings,
                                 const std::vector<Position>& positions, base::EventTime now);

  base::Result<std::optional<std::string>> position_of(std::string_view source);

  enum class Shown { Open, Closed, All };

  // By the time of their events, earliest first, those of `least` level and above.
  base::Status list(Shown shown, rule::Level least,
                    const std::function<void(const StoredFinding&)>& take);

  // By id, or the beginning of one that no other has. NotFound; Invalid where several begin so.
  base::Result<StoredFinding> find(std::string_view id);

  // Invalid where it is closed already.
  base::Status close(std::string_view id, std::string_view by, std::string_view reason,
                     base::EventTime now);

  // Every complaint about journal and findings, and how many there are of both.
  struct Audit {
    JournalHead head;
    std::uint64_t findings = 0;
    std::vector<std::string> complaints;
  };
  // `noted`: a head that was noted elsewhere, which must be in the chain.
  base::Result<Audit> audit(const std::optional<JournalHead>& noted);

  // A file of a bundle that others make of what the journal tells, for who reads it by eye.
  struct Attachment {
    std::string name;
    std::vector<std::string> lines;  // JSON, an object each
  };
  // Writes journal, findings and records into `folder`, which must be empty or not be there, with a
  // manifest of digests (docs/formats/ledger.md). Gives the bundle's head.
  base::Result<JournalHead> export_to(const std::string& folder,
                                      const std::vector<Attachment>& attachments = {});

  base::Status back_up(const std::string& path) { return database_.back_up(path); }

 private:
  explicit Ledger(store::Database database) : database_(std::move(database)) {}

  struct Commit;

  store::Database database_;
};

// Names every other file of a bundle, with its digest: who signs it signs all of them.
inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr std::string_view kCasesFile = "cases.ndjson";  // an attachment
inline constexpr std::size_t kManifestBytesMax = 1 << 20;
inline constexpr std::size_t kBundleLineBytesMax = 64 << 20;

// Checks a bundle that export_to() wrote, with nothing but its folder.
base::Result<Ledger::Audit> audit_bundle(const std::string& folder,
                                         const std::optional<JournalHead>& noted);

}  // namespace riposte::finding
