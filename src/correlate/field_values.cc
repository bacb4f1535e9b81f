#include "correlate/field_values.h"

#include <algorithm>

#include "base/text.h"

namespace riposte::correlate {
namespace {

using json::Kind;
using json::Node;
using Rest = rule::FieldPath::const_iterator;

constexpr std::string_view kFacts = "riposte";

void add_value(const Node& node, std::vector<std::string>& values) {
  if (node.is(Kind::Array)) {
    for (const Node& element : json::children(node))
      add_value(element, values);
    return;
  }
  if (node.is(Kind::Null) || values.size() == kValuesMax) return;
  std::string text = node.is(Kind::Object) ? json::compact(node) : std::string(node.text);
  if (std::find(values.begin(), values.end(), text) == values.end())
    values.push_back(std::move(text));
}

// Follows one key of the event, which may hold dots and then counts as several keys of the path.
bool follow(std::string_view key, Rest& at, Rest end) {
  for (std::string_view segment : base::split(key, '.')) {
    if (at == end || *at != segment) return false;
    ++at;
  }
  return true;
}

void add_values(const Node& node, Rest at, Rest end, std::vector<std::string>& values) {
  if (at == end) {
    add_value(node, values);
  } else if (node.is(Kind::Array)) {
    for (const Node& element : json::children(node))
      add_values(element, at, end, values);
  } else if (node.is(Kind::Object)) {
    for (const Node& member : json::children(node)) {
      Rest next = at;
      if (follow(member.key, next, end)) add_values(member, next, end, values);
    }
  }
}

}  // namespace

std::vector<std::string> values_at(const std::vector<rule::FieldPath>& paths,
                                   const event::Event& event) {
  std::vector<std::string> values;
  for (const rule::FieldPath& path : paths) {
    const bool is_fact = !path.empty() && path.front() == kFacts;
    const Node* root = is_fact ? event.facts : event.record;
    if (root != nullptr && !path.empty())
      add_values(*root, path.begin() + (is_fact ? 1 : 0), path.end(), values);
    if (!values.empty()) break;
  }
  return values;
}

}  // namespace riposte::correlate
