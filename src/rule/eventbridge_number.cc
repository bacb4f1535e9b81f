#include "rule/eventbridge_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"

namespace riposte::rule {
namespace {

// A decimal number taken apart: 0.digits times ten to the power of exponent, where the digits are
// those of `whole` and then those of `fraction`, no zero at either end.
struct Decimal {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent = 0;

  std::size_t size() const { return whole.size() + fraction.size(); }
};

// No double's shortest text has more digits (max_digits10).
constexpr std::size_t kShortestDigits = 17;
// A decimal of so many digits is the shortest of its double (digits10).
constexpr std::size_t kExactDigits = 15;
constexpr std::int64_t kExponentMax =
    100'000;  // far beyond any double; larger ones need not be told apart

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the zeros off the front, and tells how many.
std::int64_t strip_front(std::string_view& digits) {
  const std::size_t count = std::min(digits.find_first_not_of('0'), digits.size());
  digits.remove_prefix(count);
  return static_cast<std::int64_t>(count);
}

void strip_back(std::string_view& digits) {
  while (digits.ends_with('0'))
    digits.remove_suffix(1);
}

// `text` is a JSON number or what to_chars writes.
Decimal take_apart(std::string_view text) {
  Decimal decimal;
  if (text.starts_with('-')) {
    decimal.negative = true;
    text.remove_prefix(1);
  }
  const auto run = [&text] {
    std::size_t size = 0;
    while (size < text.size() && is_digit(text[size]))
      ++size;
    const std::string_view digits = text.substr(0, size);
    text.remove_prefix(size);
    return digits;
  };
  decimal.whole = run();
  strip_front(decimal.whole);
  decimal.exponent = static_cast<std::int64_t>(decimal.whole.size());
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    decimal.fraction = run();
    strip_back(decimal.fraction);
  }
  if (decimal.fraction.empty()) strip_back(decimal.whole);
  if (decimal.whole.empty()) decimal.exponent -= strip_front(decimal.fraction);
  if (decimal.size() == 0) return {};
  if (!text.empty()) {
    text.remove_prefix(1);  // e or E
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int64_t power = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), power);
    const bool in_range = error == std::errc() && power >= -kExponentMax && power <= kExponentMax;
    if (!in_range) power = text.starts_with('-') ? -kExponentMax : kExponentMax;
    decimal.exponent += power;
  }
  return decimal;
}

bool same(const Decimal& a, const Decimal& b) {
  if (a.negative != b.negative || a.exponent != b.exponent || a.size() != b.size() ||
      a.size() > kShortestDigits) {
    return false;
  }
  const auto digits_of = [](const Decimal& decimal) {
    std::array<char, kShortestDigits> digits{};
    decimal.whole.copy(digits.data(), decimal.whole.size());
    decimal.fraction.copy(digits.data() + decimal.whole.size(), decimal.fraction.size());
    return digits;
  };
  return digits_of(a) == digits_of(b);
}

}  // namespace

std::optional<double> nearest_number(std::string_view text) {
  if (text.empty() || !(is_digit(text.front()) || text.front() == '-')) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number == 0 ? 0.0 : number;
}

bool holds_number(double number, std::string_view text) {
  const auto is_exponent = [](char c) { return c == 'e' || c == 'E'; };
  if (text.size() <= kExactDigits && std::none_of(text.begin(), text.end(), is_exponent))
    return true;
  char shortest[32];
  const auto written =
      std::to_chars(shortest, shortest + sizeof shortest, number, std::chars_format::scientific);
  const std::string_view back(shortest, static_cast<std::size_t>(written.ptr - shortest));
  return same(take_apart(text), take_apart(back));
}

std::optional<double> comparable_number(std::string_view text) {
  const std::optional<double> number = nearest_number(text);
  return number && holds_number(*number, text) ? number : std::nullopt;
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
