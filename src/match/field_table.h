#pragma once

// All field paths that some rules ask for, as two trees of keys: one below the record (Sigma), one
// below the EventBridge envelope. Paths that begin alike share their beginning; what is not in the
// tree need not be looked at.
//
//     record ── eventName                       envelope ── source
//            └─ userIdentity ── type                     └─ detail ── eventName
//                            └─ arn
//
// Below the record a segment "*" stands for any key.
//
// Cost: one look-up tells for a key whether anybody asks, whatever the number of rules; keys up to
// 16 bytes are compared as two words.
//
// Threads: immutable once all paths are added.

#include <cstdint>
#include <string>
#include <string_view>
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

  // The keys asked for below one field, for who looks up many: kNone where no rule asks.
  class Children;
  Children children(FieldId field) const;

  FieldId child(FieldId field, std::string_view key) const;
  FieldId any_child(FieldId field) const { return nodes_[field].any_child; }
  bool has_children(FieldId field) const {
    return nodes_[field].count != 0 || nodes_[field].any_child != kNone;
  }

  // Whether a key below the record is asked for that contains a backslash.
  bool has_backslashes() const { return has_backslashes_; }

  std::size_t size() const { return nodes_.size(); }

 private:
  // The first and the last bytes of a key, eight of each or as many as there are.
  struct Ends {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool operator==(const Ends&) const = default;
  };
  struct Slot {
    Ends ends;
    std::uint32_t size = 0;
    FieldId field = kNone;
  };
  struct Node {
    std::vector<Slot> slots;  // open addressing, linear probing, at most half full; a power of two
    std::uint32_t count = 0;
    FieldId any_child = kNone;
    std::string key;
  };

  static Ends ends_of(std::string_view key);
  static std::uint64_t hash_of(const Ends& ends, std::size_t size);
  static void insert(std::vector<Slot>& slots, const Slot& slot);

  std::vector<Node> nodes_;
  bool has_backslashes_ = false;
};

inline FieldTable::Ends FieldTable::ends_of(std::string_view key) {
  const auto load = [](const char* from, auto word) {
    __builtin_memcpy(&word, from, sizeof word);
    return static_cast<std::uint64_t>(word);
  };
  const char* begin = key.data();
  const char* end = begin + key.size();
  if (key.size() >= 8) return {load(begin, std::uint64_t{}), load(end - 8, std::uint64_t{})};
  if (key.size() >= 4) return {load(begin, std::uint32_t{}), load(end - 4, std::uint32_t{})};
  if (key.empty()) return {};
  const auto byte = [](char c) { return std::uint64_t{static_cast<unsigned char>(c)}; };
  return {byte(begin[0]) | byte(begin[key.size() / 2]) << 8, byte(end[-1])};
}

inline std::uint64_t FieldTable::hash_of(const Ends& ends, std::size_t size) {
  const std::uint64_t mixed = (ends.first * 31 ^ (ends.last + size)) * 0x9E3779B97F4A7C15u;
  return mixed >> 40;
}

class FieldTable::Children {
 public:
  Children(const std::vector<Node>& nodes, FieldId field)
      : nodes_(nodes.data()),
        slots_(nodes_[field].slots.data()),
        mask_(nodes_[field].slots.size() - 1),
        is_empty_(nodes_[field].count == 0) {}

  FieldId find(std::string_view key) const {
    if (is_empty_) return kNone;
    const Ends ends = ends_of(key);
    for (std::size_t at = hash_of(ends, key.size()) & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.field == kNone) return kNone;
      if (slot.ends == ends && slot.size == key.size() &&
          (key.size() <= 16 || nodes_[slot.field].key == key)) {
        return slot.field;
      }
    }
  }

 private:
  const Node* nodes_;
  const Slot* slots_;
  std::size_t mask_;
  bool is_empty_;
};

inline FieldTable::Children FieldTable::children(FieldId field) const { return {nodes_, field}; }

inline FieldId FieldTable::child(FieldId field, std::string_view key) const {
  return children(field).find(key);
}

}  // namespace riposte::match
