#include "json/spans.h"

#include "json/document.h"

namespace riposte::json {
namespace {

// The offset behind the string that begins at `begin`, or npos.
std::size_t end_of_string(std::string_view text, std::size_t begin) {
  std::size_t at = begin + 1;
  while (at < text.size()) {
    if (text[at] == '"') return at + 1;
    at += text[at] == '\\' ? 2 : 1;
  }
  return std::string_view::npos;
}

std::size_t end_of_container(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return at + 1;
        break;
      case '"':
        at = end_of_string(text, at);
        if (at == std::string_view::npos) return at;
        --at;
        break;
      default:
        break;
    }
  }
  return std::string_view::npos;
}

std::size_t end_of_value(std::string_view text) {
  if (text[0] == '{' || text[0] == '[') return end_of_container(text);
  if (text[0] == '"') return end_of_string(text, 0);
  const std::size_t end = text.find_first_of(",]} \t\r\n:");
  return end == std::string_view::npos ? text.size() : end;
}

}  // namespace

std::string_view skip_space(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && is_space(text[at]))
    ++at;
  return text.substr(at);
}

std::optional<std::string_view> take_value(std::string_view& rest) {
  rest = skip_space(rest);
  if (rest.empty()) return std::nullopt;
  const std::size_t end = end_of_value(rest);
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const std::string_view value = rest.substr(0, end);
  rest.remove_prefix(end);
  return value;
}

std::optional<std::string_view> Elements::next() {
  rest_ = skip_space(rest_);
  if (rest_.starts_with(',')) rest_ = skip_space(rest_.substr(1));
  if (rest_.starts_with(']')) {
    rest_.remove_prefix(1);
    complete_ = true;
    return std::nullopt;
  }
  return take_value(rest_);
}

std::optional<std::string_view> leading_array(std::string_view text, std::string_view key) {
  text = skip_space(text);
  if (!text.starts_with('{')) return std::nullopt;
  text = skip_space(text.substr(1));
  if (text.size() < key.size() + 2 || text[0] != '"' || text.substr(1, key.size()) != key ||
      text[key.size() + 1] != '"') {
    return std::nullopt;
  }
  text = skip_space(text.substr(key.size() + 2));
  if (!text.starts_with(':')) return std::nullopt;
  text = skip_space(text.substr(1));
  if (!text.starts_with('[')) return std::nullopt;
  return text;
}

}  // namespace riposte::json
