#pragma once

// Percent-encoding backwards (RFC 3986), and the hexadecimal digits it is made of.
//
// Threads: functions without state.

#include <optional>
#include <string>
#include <string_view>

namespace riposte::base {

// 0 to 15, in either case; -1 for what is no digit.
int hex_digit(char c);

// The byte that two digits at `at` say.
std::optional<char> hex_byte(std::string_view text, std::size_t at);

// "%41" becomes "A"; a percent sign without two hexadecimal digits stays.
std::string percent_decode(std::string_view text);

// The same where a plus stands for a space, as in forms.
std::string form_decode(std::string_view text);

}  // namespace riposte::base
