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

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/time.h"

namespace riposte::correlate {

inline void put_number(std::string& out, std::uint64_t number) {
  static_assert(std::endian::native == std::endian::little);
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof bytes);
}
inline void put_count(std::string& out, std::uint64_t count) {
  for (; count >= 0x80; count >>= 7)
    out += static_cast<char>(count | 0x80);
  out += static_cast<char>(count);
}
inline void put_text(std::string& out, std::string_view text) {
  put_count(out, text.size());
  out += text;
}
inline void put_pair(std::string& out, std::uint16_t pair) {
  const char bytes[] = {static_cast<char>(pair & 0xFF), static_cast<char>(pair >> 8)};
  out.append(bytes, sizeof bytes);
}
inline void put_real(std::string& out, double real) {
  put_number(out, std::bit_cast<std::uint64_t>(real));
}
inline void put_time(std::string& out, base::EventTime time) {
  put_number(out, static_cast<std::uint64_t>(time.time_since_epoch().count()));
}

// Reads what was put, in the same order. Beyond the end, or at bytes that nobody put, ok() becomes
// false and stays so; what is read from then on is zero and empty. In the header because windows
// walk over their rows with it: a correlation spends its time here.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() {
    const std::string_view bytes = take(sizeof(std::uint64_t));
    std::uint64_t number = 0;
    if (!bytes.empty()) std::memcpy(&number, bytes.data(), sizeof number);
    return number;
  }
  std::uint64_t count() {
    if (!rest_.empty() && static_cast<unsigned char>(rest_.front()) < 0x80) {
      const auto count = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      return count;
    }
    return long_count();
  }
  char byte() {
    const std::string_view byte = take(1);
    return byte.empty() ? '\0' : byte.front();
  }
  std::uint16_t pair() {
    const std::string_view bytes = take(2);
    if (bytes.empty()) return 0;
    return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) |
                                      static_cast<unsigned char>(bytes[1]) << 8);
  }
  std::string_view text() {  // borrows the bytes
    const std::uint64_t size = count();
    return take(size);
  }
  std::string_view bytes(std::size_t size) { return take(size); }
  double real() { return std::bit_cast<double>(number()); }
  base::EventTime time() {
    return base::EventTime(base::Millis(static_cast<std::int64_t>(number())));
  }

  bool at_end() const { return rest_.empty(); }
  bool ok() const { return ok_; }

 private:
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::uint64_t long_count();

  std::string_view rest_;
  bool ok_ = true;
};

// An event's id, packed: a UUID as 16 bytes behind a mark, anything else as it is. Windows keep
// many of them.
std::string packed_id(std::string_view id);
std::string unpacked_id(std::string_view packed);

}  // namespace riposte::correlate
