#include "block/block_store.h"

#include <algorithm>

#include "base/digest.h"
#include "finding/schema.h"
#include "json/scanner.h"
#include "json/writer.h"

namespace riposte::block {
namespace {

using base::Errc;
using base::Error;
using finding::Journal;
using store::Statement;
using store::Transaction;

std::int64_t millis(base::EventTime time) { return time.time_since_epoch().count(); }

std::string refusal_json(const BlockRequest& request, std::string_view why) {
  json::Writer writer;
  writer.object([&] {
    writer.field("scope", request.scope);
    writer.field("reason", request.reason);
    writer.field("why", why);
  });
  return std::move(writer).take();
}

std::string removal_json(const Hold& hold, std::string_view why) {
  json::Writer writer;
  writer.object([&] {
    writer.field("key", hold.key);
    writer.field("why", why);
  });
  return std::move(writer).take();
}

std::string hold_json(const std::string& hold) { return "{\"hold\":" + hold + "}"; }

std::string body_of(const EnforcementEntry& entry) {
  json::Writer writer;
  writer.object([&] {
    const auto text = [&writer](std::string_view name, const std::string& value) {
      if (!value.empty()) writer.field(name, value);
    };
    const auto texts = [&writer](std::string_view name, const std::vector<std::string>& values) {
      if (!values.empty()) writer.field(name, values);
    };
    text("aws", entry.aws);
    if (!entry.with.empty()) {
      const base::Result<json::OwnedDocument> with = json::OwnedDocument::parse(entry.with);
      CHECK(with.ok(), "what is sent is JSON that we wrote");
      writer.key("with").value(with->root());
    }
    text("request_id", entry.request_id);
    text("code", entry.code);
    text("message", entry.message);
    if (entry.counts) writer.field("counts", true);
    texts("intended", entry.intended);
    texts("made", entry.made);
    texts("gone", entry.gone);
    texts("going", entry.going);
  });
  return std::move(writer).take();
}

std::optional<std::string> flaw_of(const BlockRequest& request) {
  if (request.reason.empty()) return "it says no reason";
  if (request.reason.size() > kReasonBytesMax || request.key.size() > kReasonBytesMax)
    return "its reason or its key is longer than " + std::to_string(kReasonBytesMax) + " bytes";
  if (request.ttl && *request.ttl <= base::Millis(0)) return "its time is over before it begins";
  return std::nullopt;
}

std::string key_of(const BlockRequest& request, base::EventTime now, std::int64_t sequence) {
  constexpr std::size_t kLength = 32;
  const std::string all = base::to_text(request.network) + "\n" + request.scope + "\n" +
                          request.by + "\n" + base::format_time(now) + "\n" +
                          std::to_string(sequence);
  return base::sha256_hex(all).substr(0, kLength);
}

// Which offence of its network a new hold is: the one that lives, else one more than the last that
// is remembered.
std::uint64_t next_offence(const std::vector<Hold>& former, const Terms& terms,
                           base::EventTime now) {
  std::uint64_t living = 0;
  std::uint64_t last = 0;
  for (const Hold& hold : former) {
    if (hold.lives(now)) living = std::max(living, hold.offence);
    if (hold.until + terms.memory > now) last = std::max(last, hold.offence);
  }
  return living != 0 ? living : last + 1;
}

}  // namespace

base::Result<BlockStore> BlockStore::open(const std::string& path, store::Database::Access access) {
  store::Database database = TRY(store::Database::open(finding::ledger_spec(path, access)));
  return BlockStore(std::move(database));
}

base::Result<std::vector<BlockAnswer>> BlockStore::add(std::span<const BlockRequest> requests,
                                                       const Terms& terms,
                                                       const Exemptions& exemptions,
                                                       base::EventTime now) {
  Transaction transaction = TRY(database_.begin());
  Journal journal = TRY(Journal::open(database_));
  std::vector<BlockAnswer> answers;
  answers.reserve(requests.size());
  for (const BlockRequest& request : requests)
    answers.push_back(TRY(add(request, terms, exemptions, journal, now)));
  TRY(transaction.commit());
  // Beyond this line what is asked for is wanted.
  return answers;
}

base::Result<BlockAnswer> BlockStore::add(const BlockRequest& request, const Terms& terms,
                                          const Exemptions& exemptions, Journal& journal,
                                          base::EventTime now) {
  const std::string network = base::to_text(request.network);
  std::optional<std::string> against = flaw_of(request);
  if (!against) against = exemptions.against(request.network, now);
  if (against) {
    TRY(journal.append(
        {now, "block.refused", network, request.by, refusal_json(request, *against)}));
    return BlockAnswer{.refused = *against};
  }
  const std::string key =
      request.key.empty() ? key_of(request, now, journal.head().sequence) : request.key;
  std::optional<Hold> known = TRY(find(key));
  if (known) {
    const bool is_same = base::to_text(known->network) == network && known->scope == request.scope;
    if (is_same) return BlockAnswer{.hold = std::move(known)};
    return BlockAnswer{.refused = "its key was used for " + base::to_text(known->network) + " in " +
                                  known->scope};
  }
  const std::vector<Hold> former = TRY(holds_of(
      "SELECT hold FROM block_hold WHERE network = ? AND scope = ?", {network, request.scope}));
  Hold hold{.key = key,
            .network = request.network,
            .scope = request.scope,
            .by = request.by,
            .reason = request.reason,
            .level = request.level,
            .offence = next_offence(former, terms, now),
            .added = now};
  hold.until = now + terms.ttl_of(hold.offence, request.ttl);
  const std::string text = to_json(hold);
  Statement insert = TRY(database_.prepare(
      "INSERT INTO block_hold (key, network, scope, until, hold) VALUES (?, ?, ?, ?, ?)"));
  TRY(insert.run(std::string_view(key), std::string_view(network), std::string_view(hold.scope),
                 millis(hold.until), std::string_view(text)));
  TRY(journal.append({now, "block.added", network, request.by, hold_json(text)}));
  return BlockAnswer{.hold = std::move(hold), .is_new = true};
}

base::Status BlockStore::take_back(const Hold& hold, std::string_view by, std::string_view why,
                                   Journal& journal, base::EventTime now) {
  Statement remove = TRY(database_.prepare("DELETE FROM block_hold WHERE key = ?"));
  TRY(remove.run(std::string_view(hold.key)));
  return journal.append(
      {now, "block.removed", base::to_text(hold.network), by, removal_json(hold, why)});
}

base::Result<std::size_t> BlockStore::remove(const base::Network& network, std::string_view scope,
                                             std::string_view by, std::string_view why,
                                             base::EventTime now) {
  Transaction transaction = TRY(database_.begin());
  Journal journal = TRY(Journal::open(database_));
  const std::string text = base::to_text(network);
  const std::vector<Hold> holds =
      TRY(holds_of("SELECT hold FROM block_hold WHERE network = ? AND scope = ? AND until > ?",
                   {std::string_view(text), scope, millis(now)}));
  for (const Hold& hold : holds)
    TRY(take_back(hold, by, why, journal, now));
  TRY(transaction.commit());
  return holds.size();
}

base::Result<bool> BlockStore::take_back(std::string_view key, std::string_view by,
                                         std::string_view why, base::EventTime now) {
  Transaction transaction = TRY(database_.begin());
  Journal journal = TRY(Journal::open(database_));
  const std::optional<Hold> hold = TRY(find(key));
  if (hold) TRY(take_back(*hold, by, why, journal, now));
  TRY(transaction.commit());
  return hold.has_value();
}

base::Result<std::vector<Hold>> BlockStore::holds_of(std::string_view sql,
                                                     std::initializer_list<store::Value> values) {
  Statement select = TRY(database_.prepare(sql));
  TRY(select.begin(values));
  std::vector<Hold> holds;
  while (TRY(select.next())) {
    const json::OwnedDocument document = TRY(json::OwnedDocument::parse(select.text(0)));
    holds.push_back(TRY(read_hold(document.root())));
  }
  return holds;
}

base::Result<std::vector<Block>> BlockStore::live(base::EventTime now) {
  return blocks_of(TRY(holds_of("SELECT hold FROM block_hold WHERE until > ?", {millis(now)})));
}

base::Result<std::optional<Hold>> BlockStore::find(std::string_view key) {
  std::vector<Hold> holds = TRY(holds_of("SELECT hold FROM block_hold WHERE key = ?", {key}));
  return holds.empty() ? std::optional<Hold>() : std::optional(std::move(holds.front()));
}

base::Result<BlockStore::Items> BlockStore::items(std::string_view enforcement) {
  Statement select =
      TRY(database_.prepare("SELECT item, state FROM block_item WHERE enforcement = ?"));
  TRY(select.begin({enforcement}));
  Items items;
  while (TRY(select.next()))
    items[select.text(0)] = select.text(1) == "made" ? ItemState::Made : ItemState::Intended;
  return items;
}

base::Status BlockStore::note(std::string_view enforcement, const EnforcementEntry& entry,
                              WhenFrozen when_frozen) {
  Transaction transaction = TRY(database_.begin());
  Statement freeze = TRY(database_.prepare("SELECT by FROM freeze"));
  TRY(freeze.begin({}));
  const bool is_frozen = TRY(freeze.next());
  if (is_frozen && when_frozen == WhenFrozen::Refuse)
    return Error{Errc::Denied, "everything is frozen by " + freeze.text(0)};
  Statement keep = TRY(
      database_.prepare("INSERT INTO block_item (enforcement, item, state) VALUES (?, ?, ?) "
                        "ON CONFLICT (enforcement, item) DO UPDATE SET state = excluded.state"));
  for (const std::string& item : entry.intended)
    TRY(keep.run(enforcement, std::string_view(item), std::string_view("intended")));
  for (const std::string& item : entry.made)
    TRY(keep.run(enforcement, std::string_view(item), std::string_view("made")));
  Statement forget =
      TRY(database_.prepare("DELETE FROM block_item WHERE enforcement = ? AND item = ?"));
  for (const std::string& item : entry.gone)
    TRY(forget.run(enforcement, std::string_view(item)));
  Journal journal = TRY(Journal::open(database_));
  TRY(journal.append({entry.time, entry.kind, enforcement, entry.by, body_of(entry)}));
  if (entry.counts) {
    Statement count = TRY(
        database_.prepare("INSERT INTO block_call (sequence, enforcement, at) VALUES (?, ?, ?)"));
    TRY(count.run(journal.head().sequence, enforcement, millis(entry.time)));
  }
  if (!entry.request_id.empty()) {
    Statement request =
        TRY(database_.prepare("INSERT OR REPLACE INTO request (id, action) VALUES (?, ?)"));
    TRY(request.run(std::string_view(entry.request_id), enforcement));
  }
  return transaction.commit();
}

base::Result<std::uint64_t> BlockStore::calls_since(std::string_view enforcement,
                                                    base::EventTime since) {
  Statement count =
      TRY(database_.prepare("SELECT count(*) FROM block_call WHERE enforcement = ? AND at > ?"));
  TRY(count.begin({enforcement, millis(since)}));
  TRY(count.next());
  return static_cast<std::uint64_t>(count.integer(0));
}

base::Result<std::vector<std::string>> BlockStore::untold(std::string_view enforcement,
                                                          const std::vector<std::string>& all) {
  Transaction transaction = TRY(database_.begin());
  Statement select = TRY(database_.prepare("SELECT what FROM block_told WHERE enforcement = ?"));
  TRY(select.begin({enforcement}));
  std::set<std::string, std::less<>> told;
  while (TRY(select.next()))
    told.insert(select.text(0));
  std::vector<std::string> untold;
  Statement keep =
      TRY(database_.prepare("INSERT OR IGNORE INTO block_told (enforcement, what) VALUES (?, ?)"));
  for (const std::string& what : all) {
    if (told.erase(what) != 0) continue;
    untold.push_back(what);
    TRY(keep.run(enforcement, std::string_view(what)));
  }
  Statement forget =
      TRY(database_.prepare("DELETE FROM block_told WHERE enforcement = ? AND what = ?"));
  for (const std::string& what : told)
    TRY(forget.run(enforcement, std::string_view(what)));
  TRY(transaction.commit());
  return untold;
}

base::Result<base::EventTime> BlockStore::latest() {
  return TRY(Journal::open(database_)).latest();
}

}  // namespace riposte::block
