#include "match/field_table.h"

namespace riposte::match {

FieldTable::FieldTable() : nodes_(2) {}

FieldId FieldTable::add(rule::Dialect dialect, const rule::FieldPath& path) {
  FieldId field = root(dialect);
  for (const std::string& key : path) {
    const bool is_any = dialect == rule::Dialect::Sigma && key == "*";
    FieldId next = is_any ? nodes_[field].any_child : child(field, key);
    if (next == kNone) {
      next = static_cast<FieldId>(nodes_.size());
      nodes_.emplace_back();
      nodes_.back().key = key;
      has_backslashes_ = has_backslashes_ || key.find('\\') != std::string::npos;
      Node& parent = nodes_[field];
      if (is_any) {
        parent.any_child = next;
      } else {
        if (++parent.count * 2 > parent.slots.size()) {
          std::vector<Slot> slots(parent.slots.empty() ? 4 : parent.slots.size() * 2);
          for (const Slot& slot : parent.slots) {
            if (slot.field != kNone) insert(slots, slot);
          }
          parent.slots = std::move(slots);
        }
        std::string readable = key;
        readable.append(kReadable, '\0');
        const Head head = head_of(std::string_view(readable).substr(0, key.size()));
        parent.filter |= json::key_bit(key);
        insert(parent.slots, {head, static_cast<std::uint32_t>(key.size()), next});
      }
    }
    field = next;
  }
  return field;
}

bool FieldTable::passes(rule::Dialect dialect, const rule::FieldPath& path) const {
  FieldId field = root(dialect);
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    field = child(field, path[i]);
    if (field == kNone) return false;
  }
  return !path.empty() && has_children(field);
}

void FieldTable::insert(std::vector<Slot>& slots, const Slot& slot) {
  const std::size_t mask = slots.size() - 1;
  std::size_t at = hash_of(slot.head, slot.size) & mask;
  while (slots[at].field != kNone)
    at = (at + 1) & mask;
  slots[at] = slot;
}

}  // namespace riposte::match
