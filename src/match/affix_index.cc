#include "match/affix_index.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace riposte::match {
namespace {

using Side = AffixIndex::Side;

char byte_at(std::string_view text, std::size_t index, Side side) {
  return side == Side::Front ? text[index] : text[text.size() - 1 - index];
}

// The first eight bytes as a number that sorts as they do; zeros stand for bytes that are not
// there.
std::uint64_t head_of(std::string_view text, Side side) {
  std::uint64_t head = 0;
  if (std::endian::native == std::endian::little && text.size() >= sizeof head) {
    const char* begin = side == Side::Front ? text.data() : text.data() + text.size() - sizeof head;
    std::memcpy(&head, begin, sizeof head);
    return side == Side::Front ? __builtin_bswap64(head) : head;
  }
  for (std::size_t i = 0; i < sizeof head; ++i) {
    const char byte = i < text.size() ? byte_at(text, i, side) : '\0';
    head = head << 8 | static_cast<unsigned char>(byte);
  }
  return head;
}

// How many of the sorted `heads` are not above `head`. Without branches that depend on the data:
// values come in no order that a processor could learn.
std::size_t count_not_above(const std::vector<std::uint64_t>& heads, std::uint64_t head) {
  const std::uint64_t* begin = heads.data();
  std::size_t left = heads.size();
  while (left > 1) {
    const std::size_t half = left / 2;
    begin += begin[half - 1] <= head ? half : 0;
    left -= half;
  }
  return static_cast<std::size_t>(begin - heads.data()) + (*begin <= head ? 1 : 0);
}

}  // namespace

void AffixIndex::add(std::string_view affix, Mark mark) {
  std::string& text = added_.emplace_back(affix, mark).first;
  if (side_ == Side::Back) std::reverse(text.begin(), text.end());
}

void AffixIndex::build() {
  std::sort(added_.begin(), added_.end());
  std::vector<std::uint32_t> open;  // the keys that begin the one before, shortest first
  for (std::size_t i = 0; i < added_.size(); ++i) {
    const auto& [text, mark] = added_[i];
    if (i == 0 || text != added_[i - 1].first) {
      const auto begins_text = [&](std::uint32_t key) {
        return text.starts_with(
            std::string_view(texts_).substr(keys_[key].begin, keys_[key].length));
      };
      while (!open.empty() && !begins_text(open.back()))
        open.pop_back();
      const std::uint32_t parent = open.empty() ? kNone : open.back();
      open.push_back(static_cast<std::uint32_t>(keys_.size()));
      keys_.push_back({static_cast<std::uint32_t>(texts_.size()),
                       static_cast<std::uint32_t>(text.size()), parent});
      heads_.push_back(head_of(text, Side::Front));
      texts_ += text;
      postings_.begin_key();
    }
    postings_.add(mark);
  }
  added_ = {};
}

std::size_t AffixIndex::shared(const Key& key, std::string_view text) const {
  const std::size_t end = std::min<std::size_t>(key.length, text.size());
  std::size_t i = 0;
  while (i < end && texts_[key.begin + i] == byte_at(text, i, side_))
    ++i;
  return i;
}

std::uint32_t AffixIndex::last_not_above(std::string_view text) const {
  const std::uint64_t head = head_of(text, side_);
  std::size_t end = count_not_above(heads_, head);
  // Keys with the same eight bytes are told apart by the rest of theirs.
  if (end > 0 && heads_[end - 1] == head) {
    const auto first = std::lower_bound(heads_.begin(), heads_.end(), head) - heads_.begin();
    const auto above = [&](std::string_view, const Key& key) {
      const std::size_t same = shared(key, text);
      if (same == key.length) return false;
      if (same == text.size()) return true;
      return static_cast<unsigned char>(texts_[key.begin + same]) >
             static_cast<unsigned char>(byte_at(text, same, side_));
    };
    const auto begin = keys_.begin();
    end = static_cast<std::size_t>(
        std::upper_bound(begin + first, begin + static_cast<std::ptrdiff_t>(end), text, above) -
        begin);
  }
  return end == 0 ? kNone : static_cast<std::uint32_t>(end - 1);
}

void AffixIndex::find(std::string_view text, std::vector<Mark>& marks) const {
  if (empty() || text.empty()) return;
  std::uint32_t key = last_not_above(text);
  if (key == kNone) return;
  const std::size_t same = shared(keys_[key], text);
  for (; key != kNone; key = keys_[key].parent) {
    if (keys_[key].length <= same) postings_.append(key, marks);
  }
}

std::size_t AffixIndex::bytes() const {
  return heads_.capacity() * sizeof(std::uint64_t) + keys_.capacity() * sizeof(Key) +
         texts_.capacity() + postings_.bytes();
}

}  // namespace riposte::match
