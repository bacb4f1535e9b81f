#include "json/raw_value.h"

#include <algorithm>

#include "json/structure.h"
#include "json/writer.h"

// Tested by src/json/structure_test.cc

namespace riposte::json {

std::string_view RawValue::text(std::string& buffer) const {
  const std::string_view as_written = text();
  if (!is(Kind::String) || as_written.find('\\') == std::string_view::npos) return as_written;
  buffer.clear();
  append_unescaped(as_written, buffer);
  return buffer;
}

namespace {

// Whether a string may be written otherwise than a Writer would.
bool may_differ(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c == '\\' || static_cast<unsigned char>(c) >= 0x7f; });
}

}  // namespace

std::string_view RawValue::compact_text(std::string& buffer) const {
  const std::uint32_t end = behind();
  buffer.clear();
  std::string unescaped;
  for (std::uint32_t token = token_; token < end; ++token) {
    const std::string_view written = written_between(*layout_, token, token + 1);
    if (written.front() != '"' || !may_differ(written)) {
      buffer += written;
      continue;
    }
    unescaped.clear();
    append_unescaped(written.substr(1, written.size() - 2), unescaped);
    buffer += quoted(unescaped);
  }
  return buffer;
}

RawValue RawValue::find(std::string_view name) const {
  if (!is(Kind::Object)) return {};
  const std::uint64_t bit = key_bit(name);
  for (const RawMember member : members(*this)) {
    if (key_bit(member.key) == bit && member.key == name) return member.value;
  }
  std::string unescaped;
  for (const RawMember member : members(*this)) {
    if (member.key.find('\\') == std::string_view::npos) continue;
    unescaped.clear();
    append_unescaped(member.key, unescaped);
    if (unescaped == name) return member.value;
  }
  return {};
}

RawValue RawValue::at(std::string_view dotted_path) const {
  RawValue value = *this;
  while (value) {
    const std::size_t dot = dotted_path.find('.');
    value = value.find(dotted_path.substr(0, dot));
    if (dot == std::string_view::npos) break;
    dotted_path.remove_prefix(dot + 1);
  }
  return value;
}

std::string_view RawValue::string_at(std::string_view dotted_path) const {
  const RawValue value = at(dotted_path);
  return value && value.is(Kind::String) ? value.text() : std::string_view();
}

}  // namespace riposte::json
