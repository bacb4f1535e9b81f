#include "match/field_table.h"

namespace riposte::match {

FieldTable::FieldTable() : nodes_(2) {}

FieldId FieldTable::add(rule::Dialect dialect, const rule::FieldPath& path) {
  FieldId field = root(dialect);
  for (const std::string& key : path) {
    const auto next = static_cast<FieldId>(nodes_.size());
    const bool any = dialect == rule::Dialect::Sigma && key == "*";
    FieldId& child = any ? nodes_[field].any_child
                         : nodes_[field].children.try_emplace(key, kNone).first->second;
    const bool is_new = child == kNone;
    if (is_new) child = next;
    field = child;
    if (is_new) nodes_.emplace_back();
  }
  return field;
}

FieldId FieldTable::child(FieldId field, std::string_view key) const {
  const Node& node = nodes_[field];
  const auto found = node.children.find(key);
  return found == node.children.end() ? kNone : found->second;
}

}  // namespace riposte::match
