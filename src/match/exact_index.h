#pragma once

// Which of many texts is this one? A hash table with open addressing, at most half full.
//
//     "stoplogging" -> hash -> [tag, key] -> the bytes of the key -> its marks
//
// Cost: one hash of the text and about one probe, however many keys there are. A text that is
// longer than every key, or of a length that no key has, is not even hashed. Nothing an event says
// can make a chain of probes longer: chains depend on the keys alone.
//
// Threads: immutable once built.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "match/postings.h"

namespace riposte::match {

class ExactIndex {
 public:
  void add(std::string_view key, Mark mark) { added_.emplace_back(key, mark); }
  void build();

  void find(std::string_view text, std::vector<Mark>& marks) const;

  bool empty() const { return slots_.empty(); }
  std::size_t longest() const { return longest_; }  // key, in bytes
  std::size_t bytes() const;

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t key_plus_one = 0;  // 0: nobody lives here
  };

  std::string_view key(std::size_t index) const {
    return std::string_view(texts_).substr(begins_[index], begins_[index + 1] - begins_[index]);
  }

  std::vector<std::pair<std::string, Mark>> added_;  // until build()

  std::vector<Slot> slots_;
  std::string texts_;  // of all keys, one behind the other
  std::vector<std::uint32_t> begins_;
  Postings postings_;
  std::size_t longest_ = 0;
  std::uint64_t lengths_ = 0;  // bit n: some key has n bytes; the last bit: that many or more
};

}  // namespace riposte::match
