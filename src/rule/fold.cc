#include "rule/fold.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <utf8proc.h>

#include "base/text.h"
#include "json/utf8.h"

namespace riposte::rule {
namespace {

bool is_ascii(char byte) { return static_cast<unsigned char>(byte) < 0x80; }

// Bytes of ASCII at the beginning, eight at a time.
std::size_t ascii_prefix(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  while (at < text.size() && is_ascii(text[at]))
    ++at;
  return at;
}

// Takes one code point, or one byte that belongs to none, off `text`.
void append_folded_code_point(std::string& out, std::string_view& text) {
  const std::string_view before = text;
  const char32_t code_point = json::take_code_point(text);
  if (code_point == 0xFFFD && before.size() - text.size() == 1) {
    out += before.front();
    return;
  }
  json::append_utf8(
      out, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point))));
}

}  // namespace

std::string fold(std::string_view text) {
  std::string result;
  append_folded(result, text);
  return result;
}

void append_folded(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::string_view ascii = text.substr(0, ascii_prefix(text));
    const std::size_t begin = out.size();
    out.append(ascii);
    // A loop that compilers turn into one over whole vectors.
    std::transform(out.data() + begin, out.data() + out.size(), out.data() + begin,
                   [](char c) { return base::lower(c); });
    text.remove_prefix(ascii.size());
    while (!text.empty() && !is_ascii(text.front()))
      append_folded_code_point(out, text);
  }
}

std::string_view folded(std::string_view text, std::string& buffer) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  if (buffer.size() < text.size() + sizeof(std::uint64_t)) buffer.resize(2 * text.size() + 64);
  // Eight bytes at a time; what the last word writes too much is not part of the result.
  for (std::size_t at = 0; at < text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, std::min(sizeof word, text.size() - at));
    if ((word & kOnes * 0x80) != 0) {
      buffer.clear();
      append_folded(buffer, text);
      return buffer;
    }
    // The high bit of each byte tells: from 'A' on, but not from '[' on.
    const std::uint64_t is_upper =
        (word + kOnes * (0x80 - 'A')) & ~(word + kOnes * (0x80 - '[')) & kOnes * 0x80;
    word |= is_upper >> 2;
    std::memcpy(buffer.data() + at, &word, sizeof word);
  }
  return std::string_view(buffer).substr(0, text.size());
}

}  // namespace riposte::rule
