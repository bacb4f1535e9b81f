#pragma once

// One spelling for one value, so that a digest over it means something: members sorted by the bytes
// of their keys, no white space, of the escapes only those that JSON demands, short where there is
// a short one. That is RFC 8785 (JCS) but for numbers, which stay as written: neither 1.50 nor a
// number of twenty digits changes.
//
// Whoever has no such library finds the same spelling in Python:
// json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).
//
// Threads: functions without state.

#include <string>
#include <string_view>

#include "base/result.h"
#include "json/document.h"

namespace riposte::json {

std::string canonical(const Node& node);

// The same of a text; what Parser refuses is refused, keys that stand twice among it.
base::Result<std::string> canonical(std::string_view text);

}  // namespace riposte::json
