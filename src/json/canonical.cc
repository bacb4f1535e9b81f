#include "json/canonical.h"

#include <algorithm>
#include <vector>

#include "json/scanner.h"

namespace riposte::json {
namespace {

void append_text(std::string& out, std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte >= 0x20) {
      out += c;
    } else if (const std::string_view::size_type place = std::string_view("\b\t\n\f\r").find(c);
               place != std::string_view::npos) {
      out += '\\';
      out += "btnfr"[place];
    } else {
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  out += '"';
}

void append(std::string& out, const Node& node);

void append_members(std::string& out, const Node& object) {
  std::vector<const Node*> members;
  for (const Node& member : children(object))
    members.push_back(&member);
  std::sort(members.begin(), members.end(),
            [](const Node* a, const Node* b) { return a->key < b->key; });
  out += '{';
  for (const Node* member : members) {
    if (member != members.front()) out += ',';
    append_text(out, member->key);
    out += ':';
    append(out, *member);
  }
  out += '}';
}

void append_elements(std::string& out, const Node& array) {
  bool is_first = true;
  out += '[';
  for (const Node& element : children(array)) {
    if (!is_first) out += ',';
    is_first = false;
    append(out, element);
  }
  out += ']';
}

// As deep as the text is, which its parser limits (kDepthMax).
void append(std::string& out, const Node& node) {
  if (node.is(Kind::Object)) return append_members(out, node);
  if (node.is(Kind::Array)) return append_elements(out, node);
  if (node.is_string()) return append_text(out, node.text);
  out += node.text;
}

}  // namespace

std::string canonical(const Node& node) {
  std::string out;
  append(out, node);
  return out;
}

base::Result<std::string> canonical(std::string_view text) {
  const OwnedDocument document = TRY(OwnedDocument::parse(text));
  return canonical(document.root());
}

}  // namespace riposte::json
