#include "respond/case_store.h"

#include "base/digest.h"
#include "finding/journal.h"
#include "finding/schema.h"

// Tested by src/respond/casework_test.cc

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;
using finding::Journal;
using store::Statement;
using store::Transaction;

}  // namespace

base::Result<CaseStore> CaseStore::open(const std::string& path, store::Database::Access access) {
  return CaseStore(TRY(store::Database::open(finding::ledger_spec(path, access))));
}

base::Result<Case> CaseStore::append(const Case& seen, const CaseEntry& entry,
                                     const std::optional<Notice>& notice) {
  Case grown = seen;
  TRY(grown.add(entry));
  const std::string_view id = grown.id;
  Transaction transaction = TRY(database_.begin());
  Statement last = TRY(database_.prepare("SELECT max(sequence) FROM case_entry WHERE case_id = ?"));
  TRY(last.begin({id}));
  TRY(last.next());
  if (last.integer(0) != seen.version)
    return Error{Errc::Conflict, "somebody else changed the case meanwhile: look again"};

  if (!entry.guide.empty()) {
    Statement keep =
        TRY(database_.prepare("INSERT OR IGNORE INTO document (digest, text) VALUES (?, ?)"));
    TRY(keep.run(std::string_view(base::sha256_hex(entry.guide)), std::string_view(entry.guide)));
  }
  Journal journal = TRY(Journal::open(database_));
  TRY(journal.append({entry.time, entry.kind, id, entry.by, body_of(entry)}));
  const std::int64_t sequence = journal.head().sequence;
  Statement index =
      TRY(database_.prepare("INSERT INTO case_entry (case_id, sequence) VALUES (?, ?)"));
  TRY(index.run(id, sequence));
  if (notice) {
    Statement owe = TRY(database_.prepare(
        "INSERT INTO notification (kind, subject, body, created) VALUES (?, ?, ?, ?)"));
    TRY(owe.run(std::string_view(notice->kind), id, std::string_view(notice->body),
                std::int64_t{entry.time.time_since_epoch().count()}));
  }
  TRY(transaction.commit());
  // Beyond this line the entry is durable.
  grown.version = sequence;
  return grown;
}

base::Result<std::optional<Case>> CaseStore::read(std::string_view id) {
  Statement select = TRY(database_.prepare(
      "SELECT journal.sequence, journal.entry FROM case_entry JOIN journal USING (sequence) "
      "WHERE case_id = ? ORDER BY sequence"));
  TRY(select.begin({id}));
  std::optional<Case> found;
  while (TRY(select.next())) {
    const CaseEntry entry =
        TRY(case_entry_of(select.text(1), [this](auto digest) { return document(digest); }));
    if (!found) found.emplace().id = id;
    TRY(found->add(entry));
    found->version = select.integer(0);
  }
  return found;
}

base::Result<Case> CaseStore::find(std::string_view id) {
  Statement select = TRY(database_.prepare(
      "SELECT DISTINCT case_id FROM case_entry WHERE substr(case_id, 1, ?) = ? LIMIT 2"));
  TRY(select.begin({static_cast<std::int64_t>(id.size()), id}));
  const bool is_there = !id.empty() && TRY(select.next());
  if (!is_there) return Error{Errc::NotFound, "there is no case " + std::string(id)};
  const std::string whole = select.text(0);
  const bool has_more = TRY(select.next());
  if (has_more) {
    return Error{Errc::Invalid,
                 "several cases begin with " + std::string(id) + "; write more of the id"};
  }
  std::optional<Case> found = TRY(read(whole));
  if (!found) return Error{Errc::Invalid, "case " + whole + " has no entries in the journal"};
  return std::move(*found);
}

base::Result<std::vector<std::string>> CaseStore::list() {
  Statement select = TRY(
      database_.prepare("SELECT case_id FROM case_entry GROUP BY case_id ORDER BY min(sequence)"));
  TRY(select.begin({}));
  std::vector<std::string> ids;
  while (TRY(select.next()))
    ids.push_back(select.text(0));
  return ids;
}

base::Result<std::string> CaseStore::document(std::string_view digest) {
  Statement select = TRY(database_.prepare("SELECT text FROM document WHERE digest = ?"));
  TRY(select.begin({digest}));
  const bool is_there = TRY(select.next());
  if (!is_there) {
    return Error{Errc::Invalid, "document " + std::string(digest) +
                                    " is not in the ledger: check it with audit verify"};
  }
  return select.text(0);
}

}  // namespace riposte::respond
