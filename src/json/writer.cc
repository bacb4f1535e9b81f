#include "json/writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "json/utf8.h"

namespace riposte::json {
namespace {

// Whole numbers below it are the same as doubles.
constexpr double kWholeMax = 1e15;

void append_control(std::string& out, char32_t c) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += "\\u00";
  out += kDigits[c >> 4];
  out += kDigits[c & 15];
}

// ASCII that is written as it is: nearly every character.
bool stands_for_itself(char c) { return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f; }

// Takes the first character of the text, or a byte that belongs to none. Beside what JSON demands,
// DEL and the C1 controls (U+0080 to U+009F) are escaped: U+009B begins an escape sequence on some
// terminals.
void take_escaped(std::string& out, std::string_view& text) {
  const char32_t c = take_code_point(text);
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
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
  const bool is_control = c < 0x20 || (c >= 0x7f && c <= 0x9f);
  is_control ? append_control(out, c) : append_utf8(out, c);
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto behind = std::find_if_not(text.begin(), text.end(), stands_for_itself);
    const auto count = static_cast<std::size_t>(behind - text.begin());
    out.append(text, 0, count);
    text.remove_prefix(count);
    if (!text.empty()) take_escaped(out, text);
  }
  out += '"';
}

template <typename T>
void append_number(std::string& out, T number) {
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, number);
  out.append(buffer, result.ptr);
}

}  // namespace

void Writer::open(char bracket) {
  separate();
  text_ += bracket;
  needs_comma_ = false;
}

void Writer::close(char bracket) {
  text_ += bracket;
  needs_comma_ = true;
}

void Writer::separate() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

Writer& Writer::key(std::string_view name) {
  separate();
  append_quoted(text_, name);
  text_ += ':';
  needs_comma_ = false;
  return *this;
}

void Writer::value(std::string_view text) {
  separate();
  append_quoted(text_, text);
}

void Writer::value(bool flag) {
  separate();
  text_ += flag ? "true" : "false";
}

void Writer::value(std::int64_t number) {
  separate();
  append_number(text_, number);
}

void Writer::value(std::uint64_t number) {
  separate();
  append_number(text_, number);
}

void Writer::value(double number) {
  if (!std::isfinite(number)) return null();
  separate();
  // 1000000, not 1e+06: most that is counted is whole.
  const bool is_whole = number == std::trunc(number) && std::abs(number) < kWholeMax;
  if (is_whole) return append_number(text_, static_cast<std::int64_t>(number));
  append_number(text_, number);
}

void Writer::value(const std::vector<std::string>& texts) {
  array([&] {
    for (const std::string& text : texts)
      value(text);
  });
}

void Writer::null() {
  separate();
  text_ += "null";
}

void Writer::value(const Node& node) {
  switch (node.kind) {
    case Kind::String:
      return value(node.text);
    case Kind::Array:
      return array([&] {
        for (const Node& child : children(node))
          value(child);
      });
    case Kind::Object:
      return object([&] {
        for (const Node& child : children(node))
          key(child.key).value(child);
      });
    default:
      separate();
      text_ += node.text;
  }
}

void Writer::text_or_null(std::string_view name, std::string_view text) {
  key(name);
  if (text.empty()) {
    null();
  } else {
    value(text);
  }
}

std::string quoted(std::string_view text) {
  std::string result;
  append_quoted(result, text);
  return result;
}

}  // namespace riposte::json
