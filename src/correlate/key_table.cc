#include "correlate/key_table.h"

#include <functional>

namespace riposte::correlate {
namespace {

std::size_t hash_of(std::string_view key) { return std::hash<std::string_view>()(key); }

std::uint32_t tag_of(std::size_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

}  // namespace

// Where the key stands, or the free place where it would.
std::size_t KeyTable::place_of(std::string_view key, std::size_t hash) const {
  const std::size_t mask = index_.size() - 1;
  for (std::size_t place = hash & mask;; place = (place + 1) & mask) {
    const Place& here = index_[place];
    if (here.slot == kNone) return place;
    if (here.tag == tag_of(hash) && at(here.slot).key == key) return place;
  }
}

KeyTable::Slot KeyTable::find(std::string_view key) const {
  return index_.empty() ? kNone : index_[place_of(key, hash_of(key))].slot;
}

KeyTable::Slot KeyTable::touch(std::string_view key) {
  if (4 * (size_ + 1) > 3 * index_.size()) grow();
  const std::size_t hash = hash_of(key);
  Place& place = index_[place_of(key, hash)];
  if (place.slot != kNone) {
    if (place.slot == newest_) return place.slot;
    unlink(place.slot);
    link_newest(place.slot);
    return place.slot;
  }
  place = {tag_of(hash), take_slot()};
  at(place.slot).key = key;
  ++size_;
  link_newest(place.slot);
  weigh(place.slot);
  return place.slot;
}

void KeyTable::grow() {
  std::vector<Place> before(index_.empty() ? 16 : 2 * index_.size());
  before.swap(index_);
  const std::size_t mask = index_.size() - 1;
  for (const Place& each : before) {
    if (each.slot == kNone) continue;
    std::size_t place = hash_of(at(each.slot).key) & mask;
    while (index_[place].slot != kNone)
      place = (place + 1) & mask;
    index_[place] = each;
  }
}

KeyTable::Slot KeyTable::take_slot() {
  if (free_.empty()) {
    const auto first = static_cast<Slot>(blocks_.size() * kBlock);
    blocks_.push_back(std::make_unique<KeyState[]>(kBlock));
    links_.resize(first + kBlock);
    for (Slot slot = first + kBlock; slot-- > first;)
      free_.push_back(slot);
  }
  const Slot slot = free_.back();
  free_.pop_back();
  return slot;
}

// Closes the gap: whoever stands behind it and was pushed on by it moves back.
void KeyTable::erase(Slot slot) {
  const std::size_t mask = index_.size() - 1;
  std::size_t gap = place_of(at(slot).key, hash_of(at(slot).key));
  for (std::size_t next = (gap + 1) & mask; index_[next].slot != kNone; next = (next + 1) & mask) {
    const std::size_t home = hash_of(at(index_[next].slot).key) & mask;
    if (((next - home) & mask) < ((next - gap) & mask)) continue;
    index_[gap] = index_[next];
    gap = next;
  }
  index_[gap] = {};
  unlink(slot);
  bytes_ -= links_[slot].bytes;
  links_[slot] = {};
  at(slot) = {};
  free_.push_back(slot);
  --size_;
}

void KeyTable::weigh(Slot slot) {
  const KeyState& state = at(slot);
  const std::size_t bytes = sizeof(KeyState) + state.key.capacity() + state.window.row.bytes();
  bytes_ += bytes - links_[slot].bytes;
  links_[slot].bytes = static_cast<std::uint32_t>(bytes);
}

void KeyTable::unlink(Slot slot) {
  const Link& link = links_[slot];
  (link.older == kNone ? oldest_ : links_[link.older].newer) = link.newer;
  (link.newer == kNone ? newest_ : links_[link.newer].older) = link.older;
}

void KeyTable::link_newest(Slot slot) {
  links_[slot].older = newest_;
  links_[slot].newer = kNone;
  (newest_ == kNone ? oldest_ : links_[newest_].newer) = slot;
  newest_ = slot;
}

}  // namespace riposte::correlate
