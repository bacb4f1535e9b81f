#pragma once

// The windows of one correlation, by key, and in the order in which they were last hit.
//
//     index   hash -> slot          open addressing, at most three quarters full
//     states  slot -> key, window   in blocks that never move
//     links   slot -> who was hit before and after it; apart from the states, so that touching one
//             of a million keys does not fetch two others from memory
//
// Cost: 224 bytes a key of 45 bytes with one hit, and the allocator's share (docs/decisions/0011).
//
// Threads: confined to its Correlator.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "correlate/window.h"

namespace riposte::correlate {

struct KeyState {
  std::string key;
  WindowState window;
  std::uint64_t serial = 0;      // of this window; whoever comes later with another is too late
  bool is_open = false;          // satisfied, and told
  std::uint32_t told_count = 0;  // of the result, when it was told: it fitted into a row
  base::EventTime opened;
  double value = 0;  // with which it was satisfied
};

class KeyTable {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot kNone = UINT32_MAX;

  // The state of a key, which is now the one last hit; a fresh one has serial 0.
  Slot touch(std::string_view key);
  Slot find(std::string_view key) const;
  void erase(Slot slot);

  KeyState& at(Slot slot) { return blocks_[slot / kBlock][slot % kBlock]; }
  const KeyState& at(Slot slot) const { return blocks_[slot / kBlock][slot % kBlock]; }

  Slot oldest() const { return oldest_; }  // kNone where there is no key
  Slot behind(Slot slot) const { return links_[slot].newer; }

  // Says that the state has changed its size.
  void weigh(Slot slot);
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return bytes_; }  // of all states

 private:
  static constexpr Slot kBlock = 256;
  struct Place {
    std::uint32_t tag = 0;  // of the hash
    Slot slot = kNone;
  };
  struct Link {
    Slot older = kNone;
    Slot newer = kNone;
    std::uint32_t bytes = 0;
  };

  std::size_t place_of(std::string_view key, std::size_t hash) const;
  void grow();
  Slot take_slot();
  void unlink(Slot slot);
  void link_newest(Slot slot);

  std::vector<Place> index_;
  std::vector<std::unique_ptr<KeyState[]>> blocks_;
  std::vector<Link> links_;
  std::vector<Slot> free_;
  Slot oldest_ = kNone;
  Slot newest_ = kNone;
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace riposte::correlate
