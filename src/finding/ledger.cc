#include "finding/ledger.h"

#include <algorithm>

#include "base/digest.h"
#include "finding/schema.h"
#include "finding/writers.h"
#include "json/writer.h"

namespace riposte::finding {
namespace {

using base::Errc;
using base::Error;
using store::Statement;

constexpr std::string_view kColumns =
    "SELECT id, document, record, seen, first_seen, last_seen, closed_at, closed_by, reason "
    "FROM finding ";

std::int64_t millis(base::EventTime time) { return time.time_since_epoch().count(); }
base::EventTime time_of(std::int64_t millis_since_1970) {
  return base::EventTime(base::Millis(millis_since_1970));
}

StoredFinding stored_finding(const Statement& row) {
  StoredFinding finding;
  finding.id = row.text(0);
  finding.document = row.text(1);
  finding.record = row.text(2);
  finding.seen = static_cast<std::uint64_t>(row.integer(3));
  finding.first_seen = time_of(row.integer(4));
  finding.last_seen = time_of(row.integer(5));
  if (!row.is_null(6)) finding.closed = {row.text(7), row.text(8), time_of(row.integer(6))};
  return finding;
}

std::string body_of(const std::vector<std::pair<std::string_view, std::string_view>>& fields) {
  json::Writer writer;
  writer.object([&] {
    for (const auto& [name, value] : fields)
      writer.text_or_null(name, value);
  });
  return std::move(writer).take();
}

}  // namespace

base::Result<Ledger> Ledger::open(const std::string& path, store::Database::Access access) {
  return Ledger(TRY(store::Database::open(ledger_spec(path, access))));
}

// The statements of one commit, each prepared once.
struct Ledger::Commit {
  static base::Result<Commit> begin(store::Database& database, base::EventTime now) {
    Statement find = TRY(database.prepare("SELECT count, closed_at FROM finding WHERE id = ?"));
    Statement insert = TRY(database.prepare(
        "INSERT INTO finding (document, record, count, last_seen, seen, first_seen, id) "
        "VALUES (?, ?, ?, ?, 1, ?, ?)"));
    Statement grow = TRY(database.prepare(
        "UPDATE finding SET document = ?, record = coalesce(?, record), count = ?, last_seen = ?, "
        "seen = seen + 1, closed_at = NULL, closed_by = NULL, reason = NULL WHERE id = ?"));
    Statement repeat =
        TRY(database.prepare("UPDATE finding SET last_seen = max(last_seen, ?), seen = seen + 1 "
                             "WHERE id = ?"));
    Statement owe = TRY(database.prepare(
        "INSERT INTO notification (kind, subject, body, created) VALUES (?, ?, ?, ?)"));
    Journal journal = TRY(Journal::open(database));
    return Commit{std::move(find),
                  std::move(insert),
                  std::move(grow),
                  std::move(repeat),
                  std::move(owe),
                  std::move(journal),
                  now,
                  {}};
  }

  base::Status add(const Finding& finding) {
    const std::string_view id = finding.id;
    TRY(find.begin({id}));
    const bool is_known = TRY(find.next());
    const auto count = static_cast<std::int64_t>(finding.count);
    if (is_known && count <= find.integer(0)) {
      ++committed.repeated;
      return repeat.run(millis(now), id);
    }
    const bool was_closed = is_known && !find.is_null(1);
    const std::string document = to_ndjson(finding);
    store::Value record = nullptr;
    if (!finding.record.empty()) record = std::string_view(finding.record);
    if (is_known) {
      ++committed.grown;
      TRY(grow.run(std::string_view(document), record, count, millis(now), id));
    } else {
      ++committed.added;
      TRY(insert.run(std::string_view(document), record, count, millis(now), millis(now), id));
    }
    TRY(journal.append(
        {now, "finding.recorded", id, "riposte",
         body_of({{"document", base::sha256_hex(document)},
                  {"record",
                   finding.record.empty() ? std::string() : base::sha256_hex(finding.record)}})}));
    TRY(owe.run("finding.recorded", id,
                std::string_view(body_of({{"level", rule::name_of(finding.rule->level)},
                                          {"rule", finding.rule->name},
                                          {"title", finding.rule->title}})),
                millis(now)));
    if (!was_closed) return base::Done{};
    ++committed.reopened;
    return journal.append(
        {now, "finding.reopened", id, "riposte", body_of({{"reason", "more events were found"}})});
  }

  Statement find, insert, grow, repeat, owe;
  Journal journal;
  base::EventTime now;
  Committed committed;
};

base::Result<Ledger::Committed> Ledger::commit(const std::vector<Finding>& findings,
                                               const std::vector<Position>& positions,
                                               base::EventTime now) {
  store::Transaction transaction = TRY(database_.begin());
  Commit commit = TRY(Commit::begin(database_, now));
  for (const Finding& finding : findings)
    TRY(commit.add(finding));
  Statement keep = TRY(
      database_.prepare("INSERT OR REPLACE INTO position (source, position, at) VALUES (?, ?, ?)"));
  for (const Position& each : positions)
    TRY(keep.run(std::string_view(each.source), std::string_view(each.position), millis(now)));
  TRY(transaction.commit());
  // Beyond this line the batch is durable.
  return commit.committed;
}

base::Result<std::optional<std::string>> Ledger::position_of(std::string_view source) {
  Statement select = TRY(database_.prepare("SELECT position FROM position WHERE source = ?"));
  TRY(select.begin({source}));
  const bool is_known = TRY(select.next());
  return is_known ? std::optional(select.text(0)) : std::nullopt;
}

base::Status Ledger::list(Shown shown, rule::Level least,
                          const std::function<void(const StoredFinding&)>& take) {
  std::string sql(kColumns);
  sql += shown == Shown::Open     ? "WHERE closed_at IS NULL "
         : shown == Shown::Closed ? "WHERE closed_at IS NOT NULL "
                                  : "WHERE 1 ";
  sql += "AND json_extract(document, '$.rule.level') IN (";
  for (auto level = static_cast<std::size_t>(least); level < rule::kLevelNames.size(); ++level)
    sql.append("'").append(rule::kLevelNames[level]).append("',");
  sql.back() = ')';
  sql +=
      " ORDER BY json_extract(document, '$.first_time'), "
      "json_extract(document, '$.rule.name'), id";
  Statement select = TRY(database_.prepare(sql));
  TRY(select.begin({}));
  while (TRY(select.next()))
    take(stored_finding(select));
  return base::Done{};
}

base::Result<StoredFinding> Ledger::find(std::string_view id) {
  // A range, which the key is sought by; U+10FFFF is behind every character of an id.
  Statement select = TRY(database_.prepare(
      std::string(kColumns) + "WHERE id >= ? AND id < ? || char(1114111) ORDER BY id LIMIT 2"));
  TRY(select.begin({id, id}));
  const bool is_known = !id.empty() && TRY(select.next());
  if (!is_known) return Error{Errc::NotFound, "there is no finding " + std::string(id)};
  StoredFinding finding = stored_finding(select);
  const bool has_more = TRY(select.next());
  if (has_more && finding.id != id) {
    return Error{Errc::Invalid,
                 "several findings begin with " + std::string(id) + "; write more of the id"};
  }
  return finding;
}

base::Status Ledger::close(std::string_view id, std::string_view by, std::string_view reason,
                           base::EventTime now) {
  store::Transaction transaction = TRY(database_.begin());
  const StoredFinding finding = TRY(find(id));
  if (finding.closed) {
    return Error{Errc::Invalid, "finding " + finding.id + " was closed by " + finding.closed->by +
                                    " at " + base::format_time(finding.closed->at)};
  }
  Statement update = TRY(database_.prepare(
      "UPDATE finding SET closed_at = ?, closed_by = ?, reason = ? WHERE id = ?"));
  TRY(update.run(millis(now), by, reason, std::string_view(finding.id)));
  Journal journal = TRY(Journal::open(database_));
  TRY(journal.append({now, "finding.closed", finding.id, by, body_of({{"reason", reason}})}));
  return transaction.commit();
}

}  // namespace riposte::finding
