#include "aws/encoding.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"

namespace riposte::aws {
namespace {

using base::EventTime;
using base::Millis;
using std::chrono::sys_days;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed",
                                                       "Thu", "Fri", "Sat"};
constexpr double kSecondsMin = -62'167'219'200.0;  // the year 0
constexpr double kSecondsEnd = 253'402'300'800.0;  // the year 10000

// "Sun, 25 Jan 2015 08:00:00.123 GMT"; the weekday is not held against the date.
std::optional<EventTime> parse_rfc822(std::string_view text) {
  const std::vector<std::string_view> words = base::split(text, ' ');
  if (words.size() != 6 || words[5] != "GMT" || !words[0].ends_with(',')) return std::nullopt;
  for (std::size_t month = 0; month < kMonths.size(); ++month) {
    if (words[2] != kMonths[month]) continue;
    const std::string day =
        words[1].size() == 1 ? "0" + std::string(words[1]) : std::string(words[1]);
    return base::parse_time(fmt::format("{}-{:02}-{}T{}Z", words[3], month + 1, day, words[4]));
  }
  return std::nullopt;
}

std::string rfc822_text(EventTime time) {
  const base::CivilTime civil = base::civil(time);
  const std::chrono::weekday weekday(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kWeekdays[weekday.c_encoding()],
                     civil.day, kMonths[static_cast<std::size_t>(civil.month) - 1], civil.year,
                     civil.hour, civil.minute, civil.second);
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      text += k <= count ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::string real_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return fmt::format("{}", number);
}

std::optional<double> parse_real(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return base::parse_number(text);
}

std::uint32_t crc32(std::string_view bytes) {
  static constexpr std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit)
        value = (value & 1) != 0 ? value >> 1 ^ 0xEDB88320u : value >> 1;
      table[i] = value;
    }
    return table;
  }();
  std::uint32_t crc = ~0u;
  for (char c : bytes)
    crc = crc >> 8 ^ kTable[(crc ^ static_cast<unsigned char>(c)) & 0xff];
  return ~crc;
}

std::string time_text(EventTime time, TimeFormat format) {
  switch (format) {
    case TimeFormat::Default:
    case TimeFormat::Seconds: {
      const std::int64_t millis = time.time_since_epoch().count();
      if (millis % 1000 == 0) return fmt::format("{}", millis / 1000);
      return fmt::format("{}{}.{:03}", millis < 0 ? "-" : "", std::abs(millis) / 1000,
                         std::abs(millis) % 1000);
    }
    case TimeFormat::Iso8601: {
      std::string text = base::format_time(time);
      if (text.ends_with(".000Z")) text.erase(text.size() - 5, 4);
      return text;
    }
    case TimeFormat::Rfc822:
      return rfc822_text(time);
  }
  return {};
}

std::optional<EventTime> parse_time_text(std::string_view text) {
  text = base::trim(text);
  if (const std::optional<double> seconds = base::parse_number(text)) {
    return time_from_seconds(*seconds);
  }
  if (text.find(',') != std::string_view::npos) return parse_rfc822(text);
  return base::parse_time(text);
}

std::optional<EventTime> time_from_seconds(double seconds) {
  if (!(seconds >= kSecondsMin && seconds < kSecondsEnd)) return std::nullopt;
  // A double knows microseconds; what is finer is its own noise, and must not be cut into.
  return std::chrono::floor<Millis>(std::chrono::sys_time<std::chrono::microseconds>(
      std::chrono::microseconds(std::llround(seconds * 1e6))));
}

}  // namespace riposte::aws
