#include "correlate/bytes.h"

#include <array>

namespace riposte::correlate {
namespace {

constexpr char kUuidMark = '\x01';
constexpr char kTextMark = '\x02';
constexpr std::size_t kUuidSize = 36;
constexpr std::string_view kDigits = "0123456789abcdef";

// By character: the value of a digit as UUIDs are written, or 16.
constexpr auto kDigitOf = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(16);
  for (std::uint8_t i = 0; i < kDigits.size(); ++i)
    digits[static_cast<unsigned char>(kDigits[i])] = i;
  return digits;
}();

constexpr unsigned digit_of(char c) { return kDigitOf[static_cast<unsigned char>(c)]; }

constexpr bool is_dash_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

bool is_uuid(std::string_view text) {
  if (text.size() != kUuidSize) return false;
  for (std::size_t i = 0; i < kUuidSize; ++i) {
    if (is_dash_place(i) ? text[i] != '-' : digit_of(text[i]) == 16) return false;
  }
  return true;
}

}  // namespace

std::uint64_t ByteReader::long_count() {
  std::uint64_t count = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::string_view byte = take(1);
    if (byte.empty()) return 0;
    const auto bits = static_cast<unsigned char>(byte.front());
    count |= std::uint64_t{bits & 0x7Fu} << shift;
    if (bits < 0x80) return count;
  }
  ok_ = false;
  rest_ = {};
  return 0;
}

std::string packed_id(std::string_view id) {
  if (!is_uuid(id)) return kTextMark + std::string(id);
  char packed[1 + 16] = {kUuidMark};
  char* byte = packed;
  for (std::size_t i = 0; i < kUuidSize; i += 2) {
    if (is_dash_place(i)) ++i;
    *++byte = static_cast<char>(digit_of(id[i]) << 4 | digit_of(id[i + 1]));
  }
  return {packed, sizeof packed};
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
