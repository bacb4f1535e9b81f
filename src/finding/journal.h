#pragma once

// What was decided and done, in the order it was, as a chain: each entry holds the digest of the
// one before, so that none can be changed, removed, inserted or moved without breaking every later
// one.
//
//     {"sequence":1,"previous":"000..","kind":"finding.recorded", ..}
//                        ^ sha256
//     {"sequence":2,"previous":"5e1..","kind":"finding.closed",   ..}
//                        ^ sha256
//     head: 2, "b07.."      what a cut tail is seen by
//
// An entry is canonical JSON (json/canonical.h), its digest SHA-256 over that text:
// docs/formats/ledger.md. Whoever can write the whole file can write a whole new chain; against
// that a head must be noted elsewhere, and given to the check.
//
// An action is two entries: what is intended, before anything is called, and what came of it. An
// intent without a result is an outcome nobody knows, and is read back, never repeated.
//
// Threads: confined; a Journal borrows its Database.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "json/document.h"
#include "store/database.h"

namespace riposte::finding {

struct JournalHead {
  std::int64_t sequence = 0;
  std::string digest = std::string(64, '0');  // of nothing
};

struct JournalEntry {
  base::EventTime time;
  std::string_view kind;     // "finding.closed"
  std::string_view subject;  // what it is about: a finding's id, a plan's digest
  std::string_view by;       // who: "riposte", a person
  std::string_view body;     // a JSON object
};

// The text of an entry behind `head`, and the head it gives.
std::string entry_text(const JournalHead& head, const JournalEntry& entry);
JournalHead head_after(const JournalHead& head, std::string_view entry_text);

// Appends, within one transaction.
class Journal {
 public:
  static base::Result<Journal> open(store::Database& database);

  // CHECKs that the body is a JSON object.
  base::Status append(const JournalEntry& entry);

  const JournalHead& head() const { return head_; }

  // The latest time of any entry, whatever the clock said since.
  base::EventTime latest() const { return latest_; }

 private:
  Journal(JournalHead head, base::EventTime latest, store::Statement insert,
          store::Statement move_head)
      : head_(std::move(head)),
        latest_(latest),
        insert_(std::move(insert)),
        move_head_(std::move(move_head)) {}

  JournalHead head_;
  base::EventTime latest_;
  store::Statement insert_;
  store::Statement move_head_;
};

// Follows a chain, entry by entry.
class ChainCheck {
 public:
  // What is wrong with the next entry, or nothing. After a complaint it goes on from the entry as
  // it stands, so that one change is one complaint.
  std::optional<std::string> add(std::int64_t sequence, const json::Node& entry,
                                 std::string_view text, std::string_view digest);

  const JournalHead& head() const { return head_; }

 private:
  JournalHead head_;
};

}  // namespace riposte::finding
