#include "base/time.h"

#include <array>
#include <charconv>

#include <fmt/compile.h>
#include <fmt/format.h>

namespace riposte::base {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

// Takes exactly `digits` digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<EventTime> parse_epoch(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  long long value = 0;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
  if (error != std::errc() || end != whole.data() + whole.size() || value < 0) return std::nullopt;
  if (whole.size() >= 12 && whole.size() <= 14) return EventTime(Millis(value));
  if (whole.size() >= 9 && whole.size() <= 11) return EventTime(std::chrono::seconds(value));
  return std::nullopt;
}

// Milliseconds of a fraction such as "287" or "28701", taken off the front.
int take_fraction(std::string_view& text) {
  int millis = 0;
  int scale = 100;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    millis += (text.front() - '0') * scale;
    scale /= 10;
    text.remove_prefix(1);
  }
  return millis;
}

// Minutes east of UTC of "Z", "+01:00" or "+0100"; all of `text` must be used.
std::optional<int> parse_offset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z" || text == " UTC") return 0;
  const char sign = text.front();
  if (sign != '+' && sign != '-') return std::nullopt;
  text.remove_prefix(1);
  const std::optional<int> hours = take_number(text, 2);
  take(text, ':');
  const std::optional<int> minutes = take_number(text, 2);
  if (!hours || !minutes || !text.empty()) return std::nullopt;
  return (sign == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

}  // namespace

std::optional<EventTime> parse_time(std::string_view text) {
  std::string_view rest = text;
  const std::optional<int> year = take_number(rest, 4);
  if (!year || !take(rest, '-')) return parse_epoch(text);
  const std::optional<int> month = take_number(rest, 2);
  if (!month || !take(rest, '-')) return std::nullopt;
  const std::optional<int> day = take_number(rest, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  EventTime time = sys_days(date);
  if (rest.empty()) return time;

  if (!take(rest, 'T') && !take(rest, 't') && !take(rest, ' ')) return std::nullopt;
  const std::optional<int> hour = take_number(rest, 2);
  if (!hour || !take(rest, ':')) return std::nullopt;
  const std::optional<int> minute = take_number(rest, 2);
  if (!minute) return std::nullopt;
  std::optional<int> second = 0;
  if (take(rest, ':')) second = take_number(rest, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const int millis = take(rest, '.') ? take_fraction(rest) : 0;
  const std::optional<int> offset = parse_offset(rest);
  if (!offset) return std::nullopt;
  return time + std::chrono::hours(*hour) + std::chrono::minutes(*minute - *offset) +
         std::chrono::seconds(*second) + Millis(millis);
}

CivilTime civil(EventTime time) {
  const sys_days day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time - day).count();
  // ISO 8601: the week belongs to the year that holds its Thursday.
  const auto weekday = std::chrono::weekday(day).iso_encoding();
  const sys_days thursday = day + days(4 - static_cast<int>(weekday));
  const std::chrono::year thursday_year = std::chrono::year_month_day(thursday).year();
  const auto day_of_year = (thursday - sys_days(thursday_year / std::chrono::January / 1)).count();
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<int>(static_cast<unsigned>(date.month())),
          .day = static_cast<int>(static_cast<unsigned>(date.day())),
          .hour = static_cast<int>(seconds / 3600),
          .minute = static_cast<int>(seconds / 60 % 60),
          .second = static_cast<int>(seconds % 60),
          .iso_week = static_cast<int>(day_of_year / 7 + 1)};
}

std::string format_time(EventTime time) {
  const CivilTime c = civil(time);
  const auto millis =
      (time.time_since_epoch() % std::chrono::seconds(1) + std::chrono::seconds(1)) %
      std::chrono::seconds(1);
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z"), c.year, c.month,
                     c.day, c.hour, c.minute, c.second,
                     std::chrono::duration_cast<Millis>(millis).count());
}

}  // namespace riposte::base
