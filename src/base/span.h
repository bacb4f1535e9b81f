#pragma once

// Spans of time as people write them in rules and on the command line.

#include <optional>
#include <string_view>

#include "base/time.h"

namespace riposte::base {

// A number of up to nine digits, not zero, and s, m, h or d: "90m".
std::optional<Millis> parse_span(std::string_view text);

}  // namespace riposte::base
