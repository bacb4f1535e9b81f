#include "match/exact_index.h"

#include <algorithm>
#include <bit>

#include "match/text_hash.h"

namespace riposte::match {
namespace {

std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

std::uint64_t length_bit(std::size_t length) {
  return std::uint64_t{1} << std::min<std::size_t>(length, 63);
}

}  // namespace

void ExactIndex::build() {
  std::sort(added_.begin(), added_.end());
  for (std::size_t i = 0; i < added_.size(); ++i) {
    const auto& [text, mark] = added_[i];
    if (i == 0 || text != added_[i - 1].first) {
      begins_.push_back(static_cast<std::uint32_t>(texts_.size()));
      texts_ += text;
      longest_ = std::max(longest_, text.size());
      lengths_ |= length_bit(text.size());
      postings_.begin_key();
    }
    postings_.add(mark);
  }
  added_ = {};
  if (begins_.empty()) return;

  const std::size_t keys = begins_.size();
  begins_.push_back(static_cast<std::uint32_t>(texts_.size()));
  slots_.resize(std::bit_ceil(2 * keys));
  for (std::size_t i = 0; i < keys; ++i) {
    const std::uint64_t hash = hash_of(key(i));
    std::size_t at = hash & (slots_.size() - 1);
    while (slots_[at].key_plus_one != 0)
      at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {tag_of(hash), static_cast<std::uint32_t>(i + 1)};
  }
}

void ExactIndex::find(std::string_view text, std::vector<Mark>& marks) const {
  if (text.size() > longest_ || (lengths_ & length_bit(text.size())) == 0) return;
  const std::uint64_t hash = hash_of(text);
  for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
    const Slot& slot = slots_[at];
    if (slot.key_plus_one == 0) return;
    if (slot.tag == tag_of(hash) && key(slot.key_plus_one - 1) == text)
      return postings_.append(slot.key_plus_one - 1, marks);
  }
}

std::size_t ExactIndex::bytes() const {
  return slots_.capacity() * sizeof(Slot) + texts_.capacity() +
         begins_.capacity() * sizeof(std::uint32_t) + postings_.bytes();
}

}  // namespace riposte::match
