#pragma once

// The hits that one window holds, packed into one piece of memory: a million keys of one hit each
// are a million of these.
//
//     | time | slot | text | event |  time | slot | ...        oldest first
//       8      2      1+n    1+n      bytes
//
// Cost: appending and forgetting the oldest are cheap; everything else walks over the row.
//
// Threads: confined to the window that owns it.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "correlate/bytes.h"

namespace riposte::correlate {

// One hit in a window.
struct Entry {
  base::EventTime time;
  std::uint16_t slot = 0;  // which of the joined rules hit
  std::string_view text;   // the value that counts, where the type takes one
  std::string_view event;  // packed_id() of the event
};

class Row {
 public:
  void append(const Entry& entry);
  // Forgets entries from the front that are older.
  void forget_before(base::EventTime time);
  // Forgets entries for which `should_go` holds.
  template <typename Predicate>
  void forget_if(const Predicate& should_go);
  // The same where at most one of them is to go; whether one went.
  template <typename Predicate>
  bool forget_one(const Predicate& should_go);
  void forget_oldest();
  void clear();

  template <typename Visit>
  void each(const Visit& visit) const;
  Entry front() const;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Memory beyond the object itself, in bytes.
  std::size_t bytes() const { return bytes_.capacity(); }

  // All entries as they lie, for a snapshot.
  std::string_view packed() const { return std::string_view(bytes_).substr(begin_); }
  // The row whose packed() this is; false where it cannot be.
  bool restore(std::string_view packed);

 private:
  static Entry read(ByteReader& reader) {
    Entry entry;
    entry.time = reader.time();
    entry.slot = reader.pair();
    entry.text = reader.text();
    entry.event = reader.text();
    return entry;
  }

  std::string bytes_;
  std::uint32_t begin_ = 0;  // what lies before is forgotten
  std::uint32_t size_ = 0;
};

template <typename Visit>
void Row::each(const Visit& visit) const {
  ByteReader reader(packed());
  while (!reader.at_end())
    visit(read(reader));
}

template <typename Predicate>
bool Row::forget_one(const Predicate& should_go) {
  ByteReader reader(packed());
  for (std::size_t begin = begin_; !reader.at_end();) {
    const Entry entry = read(reader);
    const char* behind = entry.event.data() + entry.event.size();
    const auto end = static_cast<std::size_t>(behind - bytes_.data());
    if (should_go(entry)) {
      bytes_.erase(begin, end - begin);
      --size_;
      return true;
    }
    begin = end;
  }
  return false;
}

template <typename Predicate>
void Row::forget_if(const Predicate& should_go) {
  Row kept;
  bool some_go = false;
  each([&](const Entry& entry) { some_go = some_go || should_go(entry); });
  if (!some_go) return;
  each([&](const Entry& entry) {
    if (!should_go(entry)) kept.append(entry);
  });
  *this = std::move(kept);
}

}  // namespace riposte::correlate
