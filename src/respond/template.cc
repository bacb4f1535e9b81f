#include "respond/template.h"

#include <algorithm>

#include "base/text.h"
#include "json/writer.h"

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;

constexpr std::string_view kOpening = "${";
constexpr std::string_view kEscaped = "$${";
constexpr std::string_view kFallback = ":-";

Error malformed(std::string_view written, std::string_view why) {
  return {Errc::Invalid, "${" + std::string(written) + "}: " + std::string(why)};
}

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == ':' || c == '/' || c == '@' || c == '$';
}

// Takes "[3]" or "[*]" off the front.
base::Result<Reference::Part> take_index(std::string_view& rest, std::string_view written) {
  const std::size_t end = rest.find(']');
  if (end == std::string_view::npos) return malformed(written, "a bracket is not closed");
  const std::string_view inside = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  Reference::Part part;
  if (inside == "*") {
    part.kind = Reference::Part::Kind::Every;
    return part;
  }
  constexpr std::size_t kDigits = 6;  // no list of an event is longer
  const bool is_number = !inside.empty() && inside.size() <= kDigits &&
                         inside.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_number) return malformed(written, "in brackets stands a number or *");
  part.kind = Reference::Part::Kind::Index;
  part.index = static_cast<std::size_t>(*base::parse_number(inside));
  return part;
}

base::Result<Reference> parse_reference(std::string_view written) {
  Reference reference;
  reference.written = written;
  const std::size_t mark = written.find(kFallback);
  std::string_view rest = written.substr(0, mark);
  if (mark != std::string_view::npos) {
    reference.has_fallback = true;
    reference.fallback = written.substr(mark + kFallback.size());
    if (reference.fallback.empty())
      return malformed(written, "an empty default would leave a parameter empty");
  }
  while (true) {
    const std::size_t length = static_cast<std::size_t>(
        std::find_if_not(rest.begin(), rest.end(), is_key_character) - rest.begin());
    if (length == 0) return malformed(written, "a path is names with dots between them");
    Reference::Part part;
    part.key = rest.substr(0, length);
    reference.parts.push_back(std::move(part));
    rest.remove_prefix(length);
    while (rest.starts_with('['))
      reference.parts.push_back(TRY(take_index(rest, written)));
    if (rest.empty()) break;
    if (!rest.starts_with('.')) return malformed(written, "a path is names with dots between them");
    rest.remove_prefix(1);
  }
  reference.root = reference.parts.front().key;
  reference.parts.erase(reference.parts.begin());
  return reference;
}

bool is_late(const Reference& reference) {
  return reference.root == "precheck" || reference.root == "answer" || reference.root == "answers";
}

// Where a reference begins, and how many of its parts led there.
struct Beginning {
  const json::Node* node = nullptr;
  std::size_t parts = 0;
};

Beginning beginning_of(const Reference& reference, const Scope& scope) {
  if (scope.names != nullptr) return {scope.names->find(reference.root)};
  if (reference.root == "finding") return {scope.finding};
  if (reference.root == "event") return {scope.event};
  if (reference.root == "item") return {scope.item};
  if (reference.root == "answer") return {scope.answer};
  if (reference.root == "precheck" && scope.prechecks != nullptr) {
    const bool is_counted =
        !reference.parts.empty() && reference.parts.front().kind != Reference::Part::Kind::Key;
    if (is_counted) return {scope.prechecks};
    if (scope.prechecks->size > 1) return {&*json::children(*scope.prechecks).begin()};
  }
  if (reference.root == "answers" && scope.answers != nullptr) {
    Beginning best;  // the longest name: "key[1]" rather than "key"
    for (const json::Node& answer : json::children(*scope.answers)) {
      const std::size_t parts = parts_naming(reference, answer.key);
      if (parts > best.parts) best = {&answer, parts};
    }
    return best;
  }
  return {};
}

bool is_empty(const json::Node& node) {
  if (node.is(json::Kind::Null)) return true;
  if (node.is_string()) return node.text.empty();
  return node.is_container() && node.size == 1;
}

// Everything that the path leads to; more than one only behind [*]. False where an element has
// nothing there.
bool collect(const json::Node& node, const std::vector<Reference::Part>& parts, std::size_t i,
             std::vector<const json::Node*>& found) {
  if (i == parts.size()) {
    if (is_empty(node)) return false;
    found.push_back(&node);
    return true;
  }
  const Reference::Part& part = parts[i];
  if (part.kind == Reference::Part::Kind::Key) {
    const json::Node* member = node.find(part.key);
    return member != nullptr && collect(*member, parts, i + 1, found);
  }
  if (!node.is(json::Kind::Array) || node.size == 1) return false;
  std::size_t index = 0;
  for (const json::Node& element : json::children(node)) {
    if (part.kind == Reference::Part::Kind::Index && index++ != part.index) continue;
    if (!collect(element, parts, i + 1, found)) return false;
    if (part.kind == Reference::Part::Kind::Index) return true;
  }
  return part.kind == Reference::Part::Kind::Every;
}

class Resolver {
 public:
  Resolver(const Scope& scope, std::vector<std::string>& missing)
      : scope_(scope), missing_(missing) {}

  void add(const json::Value& value) {
    if (value.is_object()) return add_all(value.members(), '{', '}');
    if (value.is_array()) return add_all(value.items(), '[', ']');
    if (value.is_string()) return add_template(value.text());
    out_ += json::to_json(value);
  }

  std::string take() && { return std::move(out_); }

 private:
  template <typename Items>
  void add_all(const Items& items, char opening, char closing) {
    out_ += opening;
    bool is_first = true;
    for (const auto& item : items) {
      if (!is_first) out_ += ',';
      is_first = false;
      if constexpr (requires { item.key; }) {
        out_ += json::quoted(item.key) + ":";
        add(item.value);
      } else {
        add(item);
      }
    }
    out_ += closing;
  }

  void add_template(const std::string& text) {
    const base::Result<std::vector<TemplatePart>> parts = parse_template(text);
    CHECK(parts.ok(), "a runbook's templates were checked when it was read");
    if (!scope_.scalars_only && parts->size() == 1 && parts->front().text.empty() &&
        !parts->front().reference.empty() &&
        !(scope_.late && is_late(parts->front().reference.front()))) {
      return add_value(parts->front().reference.front());
    }
    std::string filled;
    for (const TemplatePart& part : *parts) {
      filled += data(part.text);
      for (const Reference& reference : part.reference)
        filled += scope_.late && is_late(reference) ? "${" + reference.written + "}"
                                                    : data(text_of(reference));
    }
    out_ += json::quoted(filled);
  }

  // Nothing where it is missing, which is told unless there is a default.
  std::vector<const json::Node*> look_up(const Reference& reference) {
    const auto [root, parts] = beginning_of(reference, scope_);
    std::vector<const json::Node*> found;
    const bool all = root != nullptr && collect(*root, reference.parts, parts, found);
    if (all) return found;
    if (!reference.has_fallback) {
      missing_.push_back(root == nullptr && reference.root == "event"
                             ? "${" + reference.written + "}: no record was kept of the event"
                             : "${" + reference.written + "} is missing or empty");
    }
    return {};
  }

  void add_value(const Reference& reference) {
    const std::vector<const json::Node*> found = look_up(reference);
    if (found.empty()) {
      out_ += json::quoted(data(reference.fallback));
      return;
    }
    const bool is_list =
        std::any_of(reference.parts.begin(), reference.parts.end(),
                    [](const auto& part) { return part.kind == Reference::Part::Kind::Every; });
    if (is_list) out_ += '[';
    for (const json::Node* node : found) {
      if (node != found.front()) out_ += ',';
      add_node(*node);
    }
    if (is_list) out_ += ']';
  }

  std::string text_of(const Reference& reference) {
    const std::vector<const json::Node*> found = look_up(reference);
    if (found.empty()) return reference.fallback;
    if (found.size() == 1 && !found.front()->is_container())
      return std::string(found.front()->text);
    missing_.push_back("${" + reference.written + "} is no single value to put into a text");
    return {};
  }

  void add_node(const json::Node& node) {
    if (node.is(json::Kind::Object)) {
      bool is_first = true;
      out_ += '{';
      for (const json::Node& member : json::children(node)) {
        if (!is_first) out_ += ',';
        is_first = false;
        out_ += json::quoted(member.key) + ":";
        add_node(member);
      }
      out_ += '}';
    } else if (node.is(json::Kind::Array)) {
      bool is_first = true;
      out_ += '[';
      for (const json::Node& element : json::children(node)) {
        if (!is_first) out_ += ',';
        is_first = false;
        add_node(element);
      }
      out_ += ']';
    } else if (node.is_string()) {
      out_ += json::quoted(data(node.text));
    } else {
      out_ += node.text;
    }
  }

  // Data beside late templates must not read as one.
  std::string data(std::string_view text) const {
    return scope_.late ? escaped(text) : std::string(text);
  }

  const Scope& scope_;
  std::vector<std::string>& missing_;
  std::string out_;
};

void add_roots(const json::Value& value, const Complain& complain,
               std::vector<std::string>& roots) {
  for (const json::Value& item : value.items())
    add_roots(item, complain, roots);
  for (const json::Value::Member& member : value.members())
    add_roots(member.value, complain, roots);
  if (!value.is_string()) return;
  const base::Result<std::vector<TemplatePart>> parts = parse_template(value.text());
  if (!parts.ok()) return complain(value.place(), parts.error().message);
  for (const TemplatePart& part : *parts) {
    for (const Reference& reference : part.reference)
      roots.push_back(reference.root);
  }
}

}  // namespace

std::size_t parts_naming(const Reference& reference, std::string_view step) {
  const base::Result<Reference> name = parse_reference("answers." + std::string(step));
  if (!name.ok() || name->parts.size() > reference.parts.size()) return 0;
  const auto is_same = [](const Reference::Part& a, const Reference::Part& b) {
    return a.kind == b.kind && a.key == b.key && a.index == b.index;
  };
  return std::equal(name->parts.begin(), name->parts.end(), reference.parts.begin(), is_same)
             ? name->parts.size()
             : 0;
}

base::Result<std::vector<TemplatePart>> parse_template(std::string_view text) {
  std::vector<TemplatePart> parts(1);
  while (!text.empty()) {
    if (!parts.back().reference.empty()) parts.emplace_back();
    if (text.starts_with(kEscaped)) {
      parts.back().text += kOpening;
      text.remove_prefix(kEscaped.size());
    } else if (text.starts_with(kOpening)) {
      const std::size_t end = text.find('}');
      if (end == std::string_view::npos)
        return Error{Errc::Invalid, "${ is not closed by }; write $${ for these characters"};
      parts.back().reference.push_back(
          TRY(parse_reference(text.substr(kOpening.size(), end - kOpening.size()))));
      text.remove_prefix(end + 1);
    } else {
      parts.back().text += text.front();
      text.remove_prefix(1);
    }
  }
  return parts;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with(kOpening)) out += '$';
    out += text[i];
  }
  return out;
}

std::vector<std::string> roots_of(const json::Value& value, const Complain& complain) {
  std::vector<std::string> roots;
  add_roots(value, complain, roots);
  return roots;
}

std::string resolve(const json::Value& value, const Scope& scope,
                    std::vector<std::string>& missing) {
  Resolver resolver(scope, missing);
  resolver.add(value);
  return std::move(resolver).take();
}

std::vector<const json::Node*> resolve_list(std::string_view text, const Scope& scope,
                                            std::vector<std::string>& missing) {
  const base::Result<std::vector<TemplatePart>> parts = parse_template(text);
  CHECK(parts.ok() && parts->front().reference.size() == 1, "the reader checks a for_each");
  const Reference& reference = parts->front().reference.front();
  const json::Node* root = beginning_of(reference, scope).node;
  std::vector<const json::Node*> found;
  const bool is_there = root != nullptr && collect(*root, reference.parts, 0, found) &&
                        found.size() == 1 && found.front()->is(json::Kind::Array);
  std::vector<const json::Node*> items;
  if (!is_there) {
    missing.push_back("${" + reference.written + "} is no list, or an empty one");
    return items;
  }
  for (const json::Node& element : json::children(*found.front()))
    items.push_back(&element);
  return items;
}

}  // namespace riposte::respond
