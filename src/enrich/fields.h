#pragma once

// Looking into requests and policies, whose names are compared without case and whose lists may be
// a single value.

#include <string_view>

#include "base/text.h"
#include "json/document.h"

namespace riposte::enrich {

// The member of that name, or null.
inline const json::Node* find_folded(const json::Node& object, std::string_view name) {
  if (!object.is(json::Kind::Object)) return nullptr;
  for (const json::Node& member : json::children(object)) {
    if (base::equals_ignore_case(member.key, name)) return &member;
  }
  return nullptr;
}

// Every text of a list, or the one that stands in its place; numbers and booleans as written. A
// null node has none.
template <typename Body>
void for_each_text(const json::Node* node, Body body) {
  if (node == nullptr) return;
  if (!node->is(json::Kind::Array)) {
    if (!node->is_container()) body(node->text);
    return;
  }
  for (const json::Node& element : json::children(*node)) {
    if (!element.is_container()) body(element.text);
  }
}

template <typename Predicate>
bool any_text(const json::Node* node, Predicate predicate) {
  bool found = false;
  for_each_text(node, [&](std::string_view text) { found = found || predicate(text); });
  return found;
}

}  // namespace riposte::enrich
