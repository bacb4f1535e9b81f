#include "json/writer.h"

#include <charconv>
#include <cmath>

#include "json/utf8.h"

namespace riposte::json {
namespace {

void append_control(std::string& out, unsigned char c) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += "\\u00";
  out += kDigits[c >> 4];
  out += kDigits[c & 15];
}

// Whether append_escaped() would append this byte and no other.
bool stands_for_itself(char c) { return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f; }

// Appends the byte at `i` of valid UTF-8 and, with it, what must stay together. Beside what JSON
// demands, DEL and the C1 controls (U+0080 to U+009F) are escaped: U+009B begins an escape sequence
// on some terminals.
void append_escaped(std::string& out, std::string_view text, std::size_t& i) {
  const auto byte = static_cast<unsigned char>(text[i]);
  switch (text[i]) {
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
  if (byte < 0x20 || byte == 0x7f) return append_control(out, byte);
  if (byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
    return append_control(out, static_cast<unsigned char>(text[++i]));
  }
  out += text[i];
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = valid_utf8_prefix(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    for (std::size_t i = 0; i < length; ++i) {
      const std::size_t begin = i;
      while (i < length && stands_for_itself(text[i]))
        ++i;
      out.append(text, begin, i - begin);
      if (i < length) append_escaped(out, text, i);
    }
    text.remove_prefix(length);
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
  append_number(text_, number);
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
