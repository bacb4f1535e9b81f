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
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "json/raw_value.h"
#include "rule/condition.h"

namespace riposte::match {

using FieldId = std::uint32_t;

class FieldTable {
 public:
  static constexpr FieldId kNone = UINT32_MAX;
  static constexpr std::size_t kReadable = 16;

  FieldTable();

  static FieldId root(rule::Dialect dialect) { return static_cast<FieldId>(dialect); }

  FieldId add(rule::Dialect dialect, const rule::FieldPath& path);

  // The keys asked for below one field, for who looks up many: kNone where no rule asks.
  class Children;
  Children children(FieldId field) const;

  FieldId child(FieldId field, std::string_view key) const;

  // Whether a walk along this table comes to where the last key of `path` would stand.
  bool passes(rule::Dialect dialect, const rule::FieldPath& path) const;
  FieldId any_child(FieldId field) const { return nodes_[field].any_child; }
  bool has_children(FieldId field) const {
    return nodes_[field].count != 0 || nodes_[field].any_child != kNone;
  }

  // Whether a key below the record is asked for that contains a backslash.
  bool has_backslashes() const { return has_backslashes_; }

  std::size_t size() const { return nodes_.size(); }

 private:
  // The first 16 bytes of a key, zeros behind it.
  struct Head {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    bool operator==(const Head&) const = default;
  };
  struct Slot {
    Head head;
    std::uint32_t size = 0;
    FieldId field = kNone;
  };
  struct Node {
    std::vector<Slot> slots;   // open addressing, linear probing, at most half full; a power of two
    std::uint64_t filter = 0;  // json::key_bit() of every key
    std::uint32_t count = 0;
    FieldId any_child = kNone;
    std::string key;
  };

  static Head head_of(std::string_view key);
  static std::uint64_t hash_of(const Head& head, std::size_t size);
  static void insert(std::vector<Slot>& slots, const Slot& slot);

  std::vector<Node> nodes_;
  bool has_backslashes_ = false;
};

// Without a branch: keys of all lengths come mixed.
inline FieldTable::Head FieldTable::head_of(std::string_view key) {
  const auto load = [&key](std::size_t at) {
    std::uint64_t word = 0;
    std::memcpy(&word, key.data() + at, sizeof word);
    const std::size_t size = key.size() > at ? key.size() - at : 0;
    const std::uint64_t kept = (std::uint64_t{1} << (size & 7) * 8) - 1;
    return size >= 8 ? word : word & kept;
  };
  return {load(0), load(8)};
}

inline std::uint64_t FieldTable::hash_of(const Head& head, std::size_t size) {
  return ((head.first ^ (head.second << 1) ^ size) * 0x9E3779B97F4A7C15u) >> 40;
}

class FieldTable::Children {
 public:
  Children(const std::vector<Node>& nodes, FieldId field)
      : nodes_(nodes.data()),
        slots_(nodes_[field].slots.data()),
        mask_(nodes_[field].slots.size() - 1),
        filter_(nodes_[field].filter) {}

  // kReadable bytes from where the key begins can be read: it lies in a JSON text.
  FieldId find(std::string_view key) const {
    if ((filter_ & json::key_bit(key)) == 0) return kNone;
    const Head head = head_of(key);
    for (std::size_t at = hash_of(head, key.size()) & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.field == kNone) return kNone;
      if (slot.head == head && slot.size == key.size() &&
          (key.size() <= 16 || nodes_[slot.field].key == key)) {
        return slot.field;
      }
    }
  }

 private:
  const Node* nodes_;
  const Slot* slots_;
  std::size_t mask_;
  std::uint64_t filter_;
};

inline FieldTable::Children FieldTable::children(FieldId field) const { return {nodes_, field}; }

inline FieldId FieldTable::child(FieldId field, std::string_view key) const {
  std::string readable(key);
  readable.append(kReadable, '\0');
  return children(field).find(std::string_view(readable).substr(0, key.size()));
}

}  // namespace riposte::match
