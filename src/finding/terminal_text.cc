#include "finding/terminal_text.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "json/utf8.h"

namespace riposte::finding {
namespace {

constexpr std::string_view kEllipsis = "...";

struct Range {
  char32_t first, last;
};

// Format characters and separators: they have no glyph, and some reorder the text around them. The
// variation selectors and joiners that emoji need are among them; a log reads well enough without.
constexpr Range kHidden[] = {
    {0x00AD, 0x00AD},   {0x034F, 0x034F},    {0x061C, 0x061C},   {0x115F, 0x1160},
    {0x17B4, 0x17B5},   {0x180B, 0x180F},    {0x200B, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F},   {0x3164, 0x3164},    {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},    {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
    {0xE0000, 0xE0FFF}, {0xF0000, 0x10FFFF},
};

constexpr Range kCombining[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},
    {0x064B, 0x065F}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},
    {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE20, 0xFE2F},
};

constexpr Range kWide[] = {
    {0x1100, 0x115E},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD},
};

template <std::size_t N>
bool in(const Range (&ranges)[N], char32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](Range range) { return c >= range.first && c <= range.last; });
}

bool is_plain(char32_t c) {
  if (c < 0x20) return false;
  if (c < 0x7F) return true;
  return c >= 0xA0 && !in(kHidden, c);
}

std::size_t width_of(char32_t c) {
  if (c < 0x300) return 1;
  if (in(kCombining, c)) return 0;
  return in(kWide, c) ? 2 : 1;
}

void append_escape(std::string& out, char32_t c) {
  constexpr char kDigits[] = "0123456789abcdef";
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 6;
  out += c < 0x100 ? "\\x" : "\\u";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
    out += kDigits[c >> shift & 15];
}

// Bytes of the longest prefix that is at most `columns` wide.
std::size_t prefix_within(std::string_view text, std::size_t columns) {
  std::string_view rest = text;
  std::size_t used = 0;
  while (!rest.empty()) {
    std::string_view next = rest;
    used += width_of(json::take_code_point(next));
    if (used > columns) break;
    rest = next;
  }
  return text.size() - rest.size();
}

// Bytes to drop from the front for the rest to be at most `columns` wide.
std::size_t excess_before(std::string_view text, std::size_t columns) {
  std::string_view rest = text;
  std::size_t width = columns_of(text);
  while (width > columns)
    width -= width_of(json::take_code_point(rest));
  return text.size() - rest.size();
}

}  // namespace

std::string visible(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const char32_t c = json::take_code_point(text);
    if (is_plain(c)) {
      json::append_utf8(out, c);
    } else {
      append_escape(out, c);
    }
  }
  return out;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty())
    columns += width_of(json::take_code_point(text));
  return columns;
}

std::string shorten(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  if (columns <= kEllipsis.size()) return std::string(text.substr(0, prefix_within(text, columns)));
  const std::size_t kept = columns - kEllipsis.size();
  const std::string_view head = text.substr(0, prefix_within(text, kept - kept / 2));
  const std::string_view tail = text.substr(excess_before(text, kept / 2));
  return std::string(head) + std::string(kEllipsis) + std::string(tail);
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  const auto break_line = [&] {
    if (!line.empty()) lines.push_back(std::move(line));
    line.clear();
  };
  for (std::string_view word : base::split(text, ' ')) {
    if (word.empty()) continue;
    if (columns_of(line) + (line.empty() ? 0 : 1) + columns_of(word) > columns) break_line();
    while (columns_of(word) > columns) {
      // One code point at least, or a column too narrow for it would never end.
      std::string_view rest = word;
      json::take_code_point(rest);
      const std::size_t piece = std::max(prefix_within(word, columns), word.size() - rest.size());
      lines.emplace_back(word.substr(0, piece));
      word.remove_prefix(piece);
    }
    if (!line.empty() && !word.empty()) line += ' ';
    line += word;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

}  // namespace riposte::finding
