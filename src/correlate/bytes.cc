#include "correlate/bytes.h"

#include <bit>

namespace riposte::correlate {
namespace {

constexpr char kUuidMark = '\x01';
constexpr char kTextMark = '\x02';
constexpr std::size_t kUuidSize = 36;
constexpr std::string_view kDigits = "0123456789abcdef";

// The value of a digit as UUIDs are written, or 16.
constexpr unsigned digit_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  return c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10 : 16;
}

constexpr bool is_dash_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

bool is_uuid(std::string_view text) {
  if (text.size() != kUuidSize) return false;
  for (std::size_t i = 0; i < kUuidSize; ++i) {
    if (is_dash_place(i) ? text[i] != '-' : digit_of(text[i]) == 16) return false;
  }
  return true;
}

}  // namespace

void put_number(std::string& out, std::uint64_t number) {
  char bytes[8];
  for (int i = 0; i < 8; ++i)
    bytes[i] = static_cast<char>(number >> (8 * i));
  out.append(bytes, sizeof bytes);
}

void put_count(std::string& out, std::uint64_t count) {
  for (; count >= 0x80; count >>= 7)
    out += static_cast<char>(count | 0x80);
  out += static_cast<char>(count);
}

void put_text(std::string& out, std::string_view text) {
  put_count(out, text.size());
  out += text;
}

void put_pair(std::string& out, std::uint16_t pair) {
  out += static_cast<char>(pair & 0xFF);
  out += static_cast<char>(pair >> 8);
}

void put_real(std::string& out, double real) {
  put_number(out, std::bit_cast<std::uint64_t>(real));
}

std::string_view ByteReader::take(std::size_t size) {
  if (!ok_ || size > rest_.size()) {
    ok_ = false;
    rest_ = {};
    return {};
  }
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::uint64_t ByteReader::number() {
  std::uint64_t number = 0;
  int shift = 0;
  for (char byte : take(8)) {
    number |= std::uint64_t{static_cast<unsigned char>(byte)} << shift;
    shift += 8;
  }
  return number;
}

std::uint64_t ByteReader::count() {
  std::uint64_t count = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::string_view byte = take(1);
    if (byte.empty()) return 0;
    const auto bits = static_cast<unsigned char>(byte.front());
    count |= std::uint64_t{bits & 0x7Fu} << shift;
    if (bits < 0x80) return count;
  }
  ok_ = false;
  return 0;
}

char ByteReader::byte() {
  const std::string_view byte = take(1);
  return byte.empty() ? '\0' : byte.front();
}

std::uint16_t ByteReader::pair() {
  const std::string_view bytes = take(2);
  if (bytes.empty()) return 0;
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) |
                                    static_cast<unsigned char>(bytes[1]) << 8);
}

std::string_view ByteReader::text() {
  const std::uint64_t size = count();
  return take(size);
}

double ByteReader::real() { return std::bit_cast<double>(number()); }

std::string packed_id(std::string_view id) {
  if (!is_uuid(id)) return kTextMark + std::string(id);
  std::string packed(1, kUuidMark);
  for (std::size_t i = 0; i < kUuidSize; i += 2) {
    if (is_dash_place(i)) ++i;
    packed += static_cast<char>(digit_of(id[i]) << 4 | digit_of(id[i + 1]));
  }
  return packed;
}

std::string unpacked_id(std::string_view packed) {
  if (packed.empty() || packed.front() != kUuidMark)
    return std::string(packed.substr(packed.empty() ? 0 : 1));
  std::string id;
  for (char byte : packed.substr(1)) {
    if (is_dash_place(id.size())) id += '-';
    id += kDigits[static_cast<unsigned char>(byte) >> 4];
    id += kDigits[static_cast<unsigned char>(byte) & 0xF];
  }
  return id;
}

}  // namespace riposte::correlate
