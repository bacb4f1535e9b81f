#pragma once

// A rule fired on an event.

#include <cstdint>

namespace riposte::rule {

using RuleIndex = std::uint32_t;  // position in RuleSet::rules()

struct Hit {
  RuleIndex rule = 0;
};

}  // namespace riposte::rule
