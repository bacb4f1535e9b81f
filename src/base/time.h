#pragma once

// Event time: what the log says, in milliseconds since 1970-01-01T00:00:00Z. Never the wall clock.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace riposte::base {

using Millis = std::chrono::milliseconds;
using EventTime = std::chrono::sys_time<Millis>;

// Reads RFC 3339 ("2026-01-31T18:37:58.287Z", any offset, any number of fraction digits of which
// three are kept), the same with a space for the T, a bare date, and epoch seconds or milliseconds
// as a number (ten or thirteen digits).
std::optional<EventTime> parse_time(std::string_view text);

// "2026-01-31T18:37:58.287Z"
std::string format_time(EventTime time);

// The civil calendar's parts of a time, in UTC.
struct CivilTime {
  int year, month, day, hour, minute, second, iso_week;
};
CivilTime civil(EventTime time);

}  // namespace riposte::base
