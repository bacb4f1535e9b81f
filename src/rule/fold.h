#pragma once

// Case folding: two texts that differ only in case fold to the same bytes. Every code point is
// mapped to its simple lower case (Unicode, through utf8proc); invalid bytes stay as they are.

#include <string>
#include <string_view>

namespace riposte::rule {

std::string fold(std::string_view text);

// Appends to `out` instead, for callers that keep a buffer.
void append_folded(std::string& out, std::string_view text);

// Writes into `buffer`, which only grows, and gives the part of it that is the result: for callers
// that fold text after text, nearly all of it ASCII.
std::string_view folded(std::string_view text, std::string& buffer);

}  // namespace riposte::rule
