#include "correlate/amount.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "correlate/bytes.h"

namespace riposte::correlate {
namespace {

constexpr std::int64_t kBillion = 1'000'000'000;
constexpr double kLargest = 1e18;
constexpr std::size_t kWholeDigitsMax = 18;  // of a number below kLargest
constexpr std::size_t kFractionDigits = 9;

bool is_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The digits as a number; of a fraction so many places, the next one rounding.
std::int64_t whole_of(std::string_view digits) {
  std::int64_t whole = 0;
  for (const char digit : digits)
    whole = 10 * whole + (digit - '0');
  return whole;
}

std::int64_t billionths_of(std::string_view digits) {
  std::string places(digits.substr(0, kFractionDigits));
  places.resize(kFractionDigits, '0');
  const bool rounds_up = digits.size() > kFractionDigits && digits[kFractionDigits] >= '5';
  return whole_of(places) + (rounds_up ? 1 : 0);
}

}  // namespace

Amount::Amount(Wide billionths)
    : low_(static_cast<std::uint64_t>(billionths)),
      high_(static_cast<std::int64_t>(billionths >> 64)) {}

Amount::Wide Amount::wide() const { return (static_cast<Wide>(high_) << 64) + low_; }

std::optional<Amount> Amount::parse(std::string_view text) {
  const std::optional<double> number = base::parse_number(text);
  if (!number) return std::nullopt;
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (whole.size() <= kWholeDigitsMax && is_digits(whole) && is_digits(fraction)) {
    const Wide billionths = static_cast<Wide>(whole_of(whole)) * kBillion + billionths_of(fraction);
    return Amount(is_negative ? -billionths : billionths);
  }
  const double clamped = std::clamp(*number, -kLargest, kLargest);
  return Amount(static_cast<Wide>(std::round(static_cast<long double>(clamped) * kBillion)));
}

Amount& Amount::operator+=(const Amount& other) { return *this = Amount(wide() + other.wide()); }
Amount& Amount::operator-=(const Amount& other) { return *this = Amount(wide() - other.wide()); }

// Whole numbers and fractions apart, so that what a double can say exactly it says.
double Amount::value() const {
  const Wide all = wide();
  const Wide whole = all / kBillion;
  if (whole * kBillion == all) return static_cast<double>(whole);
  return static_cast<double>(static_cast<long double>(all) / kBillion);
}

std::string Amount::pack() const {
  std::string packed;
  put_number(packed, low_);
  put_number(packed, static_cast<std::uint64_t>(high_));
  return packed;
}

Amount Amount::unpack(std::string_view packed) {
  Amount amount;
  if (packed.size() != kPackedSize) return amount;
  ByteReader reader(packed);
  amount.low_ = reader.number();
  amount.high_ = static_cast<std::int64_t>(reader.number());
  return amount;
}

}  // namespace riposte::correlate
