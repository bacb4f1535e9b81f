#include "finding/journal.h"

#include <algorithm>

#include "base/digest.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "json/writer.h"

namespace riposte::finding {

std::string entry_text(const JournalHead& head, const JournalEntry& entry) {
  const base::Result<json::OwnedDocument> body = json::OwnedDocument::parse(entry.body);
  CHECK(body.ok() && body.value().root().is(json::Kind::Object),
        "the body of an entry is an object that we wrote");
  json::Writer writer;
  writer.object([&] {
    writer.field("schema", "riposte.journal/1");
    writer.field("sequence", head.sequence + 1);
    writer.field("previous", head.digest);
    writer.field("time", base::format_time(entry.time));
    writer.field("kind", entry.kind);
    writer.field("subject", entry.subject);
    writer.field("by", entry.by);
    writer.key("body").value(body.value().root());
  });
  return json::canonical(writer.text()).value();
}

JournalHead head_after(const JournalHead& head, std::string_view entry_text) {
  return {head.sequence + 1, base::sha256_hex(entry_text)};
}

base::Result<Journal> Journal::open(store::Database& database) {
  store::Statement select =
      TRY(database.prepare("SELECT sequence, digest, latest FROM journal_head"));
  TRY(select.begin({}));
  const bool has_head = TRY(select.next());
  JournalHead head;
  base::EventTime latest{};
  if (has_head) {
    head = {select.integer(0), select.text(1)};
    latest = base::EventTime(base::Millis(select.integer(2)));
  }
  store::Statement insert =
      TRY(database.prepare("INSERT INTO journal (sequence, entry, digest) VALUES (?, ?, ?)"));
  store::Statement move_head = TRY(database.prepare(
      "INSERT OR REPLACE INTO journal_head (one, sequence, digest, latest) VALUES (1, ?, ?, ?)"));
  return Journal(std::move(head), latest, std::move(insert), std::move(move_head));
}

base::Status Journal::append(const JournalEntry& entry) {
  const std::string text = entry_text(head_, entry);
  JournalHead after = head_after(head_, text);
  TRY(insert_.run(after.sequence, std::string_view(text), std::string_view(after.digest)));
  latest_ = std::max(latest_, entry.time);
  TRY(move_head_.run(after.sequence, std::string_view(after.digest),
                     std::int64_t{latest_.time_since_epoch().count()}));
  head_ = std::move(after);
  return base::Done{};
}

std::optional<std::string> ChainCheck::add(std::int64_t sequence, const json::Node& entry,
                                           std::string_view text, std::string_view digest) {
  const JournalHead before = head_;
  const std::string found = base::sha256_hex(text);
  head_ = {sequence, std::string(digest)};
  if (sequence != before.sequence + 1) {
    return "entries " + std::to_string(before.sequence + 1) + " to " +
           std::to_string(sequence - 1) + " are missing";
  }
  if (found != digest) return "the entry is not the one that was written: its digest differs";
  if (json::canonical(entry) != text) return "the entry is not spelled as entries are";
  const json::Node* number = entry.find("sequence");
  if (number == nullptr || number->text != std::to_string(sequence))
    return "the entry was moved from another place";
  if (entry.string_at("previous") != before.digest)
    return "the entry does not follow the one before it";
  return std::nullopt;
}

}  // namespace riposte::finding
