#pragma once

// All field paths that any rule asks for, as two trees of keys: one below the record (Sigma), one
// below the EventBridge envelope. Paths that begin alike share their beginning; what is not in the
// tree need not be looked at.
//
//     record ── eventName                       envelope ── source
//            └─ userIdentity ── type                     └─ detail ── eventName
//                            └─ arn
//
// Below the record a segment "*" stands for any key.
//
// Threads: immutable once all paths are added.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rule/condition.h"

namespace riposte::match {

using FieldId = std::uint32_t;

class FieldTable {
 public:
  static constexpr FieldId kNone = UINT32_MAX;

  FieldTable();

  static FieldId root(rule::Dialect dialect) { return static_cast<FieldId>(dialect); }

  FieldId add(rule::Dialect dialect, const rule::FieldPath& path);

  // kNone where no rule asks.
  FieldId child(FieldId field, std::string_view key) const;
  FieldId any_child(FieldId field) const { return nodes_[field].any_child; }
  bool has_children(FieldId field) const {
    return !nodes_[field].children.empty() || nodes_[field].any_child != kNone;
  }

  std::size_t size() const { return nodes_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  struct Node {
    std::unordered_map<std::string, FieldId, Hash, std::equal_to<>> children;
    FieldId any_child = kNone;
  };

  std::vector<Node> nodes_;
};

}  // namespace riposte::match
