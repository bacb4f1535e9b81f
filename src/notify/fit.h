#pragma once

// Texts made to fit what a channel takes. Nothing is cut within a character, and what was cut ends
// in "...". They take valid UTF-8.
//
// Threads: functions without state.

#include <cstddef>
#include <string>
#include <string_view>

namespace riposte::notify {

// At most `max` bytes.
std::string fit_bytes(std::string_view text, std::size_t max);

// At most `max` UTF-16 code units, which is how Slack and others count characters.
std::string fit_units(std::string_view text, std::size_t max);
std::size_t units_of(std::string_view text);

// At most `max` printable ASCII characters; others become '?', line ends and tabs spaces.
std::string fit_ascii(std::string_view text, std::size_t max);

}  // namespace riposte::notify
