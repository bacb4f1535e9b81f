#pragma once

// The two kinds of text that EventBridge patterns compare by what they mean: JSON numbers and IP
// addresses.
//
// Numbers compare as doubles, but only those that a double keeps whole: 1, 1.0 and 1e0 are one
// number, while 9007199254740993 (which a double would round) and 1e400 are known by their text
// alone. So no two different account ids are ever taken for one.
//
// Threads: immutable.

#include <optional>
#include <string_view>

#include "base/network.h"

namespace riposte::rule {

// The value of a JSON number, or nothing where a double cannot hold it exactly as written (in
// decimal: 0.1 is held).
std::optional<double> comparable_number(std::string_view text);

// Both halves of it, for who rarely needs the second: the nearest double (-0 is 0; nothing where
// there is none), and whether it holds the number as written.
std::optional<double> nearest_number(std::string_view text);
bool holds_number(double number, std::string_view text);

// Whether two JSON numbers are one: by value where both compare, else by text.
bool same_number(std::string_view a, std::string_view b);

// An address as event-ruler reads it: dotted quads, leading zeros allowed and decimal
// ("010.0.0.1"), and IPv6 without a dotted tail. An IPv4-mapped IPv6 address is the IPv4 address.
std::optional<base::Address> pattern_address(std::string_view text);

}  // namespace riposte::rule
