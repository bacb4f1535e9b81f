#pragma once

// How bytes, numbers and times are spelled on the wire.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace riposte::aws {

// RFC 4648, with padding.
std::string encode_base64(std::string_view bytes);

// The shortest text that reads back as the same number; NaN, Infinity and -Infinity by name.
std::string real_text(double number);
// The same the other way; the whole of `text`.
std::optional<double> parse_real(std::string_view text);

// CRC-32 (ISO 3309), as S3 wants it for its checksum header.
std::uint32_t crc32(std::string_view bytes);

enum class TimeFormat : std::uint8_t {
  Default,  // the protocol's
  Seconds,  // since 1970, with a fraction where there is one
  Iso8601,  // 2015-01-25T08:00:00Z, with milliseconds where there are any
  Rfc822,   // Sun, 25 Jan 2015 08:00:00 GMT
};

// Default reads as Seconds.
std::string time_text(base::EventTime time, TimeFormat format);

// Any of the three forms, whatever was promised: services are not exact about it. Fractions are cut
// to milliseconds.
std::optional<base::EventTime> parse_time_text(std::string_view text);

// Nothing where `seconds` is not finite or lies beyond the years that have four digits.
std::optional<base::EventTime> time_from_seconds(double seconds);

}  // namespace riposte::aws
