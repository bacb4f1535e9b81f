#pragma once

// Whether a text is a number as RFC 8259, section 6, spells it.

#include <string_view>

namespace riposte::json {

bool is_number(std::string_view text);

}  // namespace riposte::json
