#pragma once

// UTF-8 (RFC 3629) where simdjson does not check it for us: text that we write, and code points
// that we fold.

#include <cstddef>
#include <string>
#include <string_view>

namespace riposte::json {

// Bytes of the longest valid prefix.
std::size_t valid_utf8_prefix(std::string_view text);

// Takes the first code point off `text`, which is not empty; an invalid byte comes back as U+FFFD.
char32_t take_code_point(std::string_view& text);

void append_utf8(std::string& out, char32_t code_point);

}  // namespace riposte::json
