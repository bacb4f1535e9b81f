#include "rule/eventbridge_number.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

#include "base/text.h"

namespace riposte::rule {
namespace {

// A decimal number taken apart: 0.digits times ten to the power of exponent, digits without zeros
// at either end.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;

  bool operator==(const Decimal&) const = default;
};

constexpr std::int64_t kExponentMax =
    100'000;  // far beyond any double; larger ones need not be told apart

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// `text` is a JSON number or what to_chars writes.
Decimal take_apart(std::string_view text) {
  Decimal decimal;
  if (text.starts_with('-')) {
    decimal.negative = true;
    text.remove_prefix(1);
  }
  bool behind_point = false;
  while (!text.empty() && (is_digit(text.front()) || text.front() == '.')) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '.') {
      behind_point = true;
      continue;
    }
    const bool leading_zero = decimal.digits.empty() && c == '0';
    if (!leading_zero) decimal.digits += c;
    if (behind_point && leading_zero) --decimal.exponent;
    if (!behind_point && !leading_zero) ++decimal.exponent;
  }
  if (!text.empty()) {
    text.remove_prefix(1);  // e or E
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int64_t power = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), power);
    const bool in_range = error == std::errc() && power >= -kExponentMax && power <= kExponentMax;
    if (!in_range) power = text.starts_with('-') ? -kExponentMax : kExponentMax;
    decimal.exponent += power;
  }
  while (!decimal.digits.empty() && decimal.digits.back() == '0')
    decimal.digits.pop_back();
  if (decimal.digits.empty()) return {};
  return decimal;
}

}  // namespace

std::optional<double> comparable_number(std::string_view text) {
  if (text.empty() || !(is_digit(text.front()) || text.front() == '-')) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;

  char shortest[32];
  const auto written =
      std::to_chars(shortest, shortest + sizeof shortest, number, std::chars_format::scientific);
  const std::string_view back(shortest, static_cast<std::size_t>(written.ptr - shortest));
  if (take_apart(text) != take_apart(back)) return std::nullopt;
  return number == 0 ? 0.0 : number;  // -0 is 0
}

bool same_number(std::string_view a, std::string_view b) {
  const std::optional<double> x = comparable_number(a);
  const std::optional<double> y = comparable_number(b);
  if (x && y) return *x == *y;
  return a == b;
}

namespace {

constexpr std::size_t kQuadTextMax = 15;

// Rewrites "010.0.0.1" as "10.0.0.1", which base::parse_address takes.
std::string without_leading_zeros(std::string_view quads) {
  std::string result;
  for (std::string_view part : base::split(quads, '.')) {
    while (part.size() > 1 && part.starts_with('0'))
      part.remove_prefix(1);
    if (!result.empty()) result += '.';
    result += part;
  }
  return result;
}

constexpr std::size_t kMappedBytes = 12;  // ::ffff: before an IPv4 address

bool is_mapped(const base::Address& address) {
  for (std::size_t i = 0; i < kMappedBytes; ++i) {
    if (address.bytes[i] != (i < 10 ? 0x00 : 0xff)) return false;
  }
  return true;
}

}  // namespace

std::optional<base::Address> pattern_address(std::string_view text) {
  if (text.find(':') == std::string_view::npos) {
    if (text.size() > kQuadTextMax) return std::nullopt;
    if (text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
    return base::parse_address(without_leading_zeros(text));
  }
  if (text.find('.') != std::string_view::npos) return std::nullopt;
  std::optional<base::Address> address = base::parse_address(text);
  if (address && is_mapped(*address)) address->is_v4 = true;
  return address;
}

}  // namespace riposte::rule
