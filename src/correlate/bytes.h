#pragma once

// Values as bytes and back: what windows keep of a hit, what keys are made of, and snapshots.
//
//     number    eight bytes, the least first          count   seven bits a byte, the least first
//     text      a count of bytes, then the bytes      pair    two bytes, the least first
//
// A text has its length in front, so that no two rows of texts look alike: ("ab", "c") is not
// ("a", "bc").
//
// Threads: functions without state; a ByteReader is confined to its owner.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace riposte::correlate {

void put_number(std::string& out, std::uint64_t number);
void put_count(std::string& out, std::uint64_t count);
void put_text(std::string& out, std::string_view text);
void put_pair(std::string& out, std::uint16_t pair);
void put_real(std::string& out, double real);
inline void put_time(std::string& out, base::EventTime time) {
  put_number(out, static_cast<std::uint64_t>(time.time_since_epoch().count()));
}

// Reads what was put, in the same order. Beyond the end, or at bytes that nobody put, ok() becomes
// false and stays so; what is read from then on is zero and empty.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number();
  std::uint64_t count();
  char byte();
  std::uint16_t pair();
  std::string_view text();  // borrows the bytes
  double real();
  base::EventTime time() {
    return base::EventTime(base::Millis(static_cast<std::int64_t>(number())));
  }

  bool at_end() const { return rest_.empty(); }
  bool ok() const { return ok_; }

 private:
  std::string_view take(std::size_t size);

  std::string_view rest_;
  bool ok_ = true;
};

// An event's id, packed: a UUID as 16 bytes behind a mark, anything else as it is. Windows keep
// many of them.
std::string packed_id(std::string_view id);
std::string unpacked_id(std::string_view packed);

}  // namespace riposte::correlate
