#pragma once

// Which of many texts does this one begin with (or end with)?
//
//     keys, sorted      parent: the longest other key that begins this one
//     arn               -
//     arn:aws           arn
//     arn:aws:iam       arn:aws
//     root              -
//
// Every key that begins the text is not greater than it, and begins the greatest such key, too. So
// one binary search finds one key, and all answers are that key or among its parents. For endings
// everything is read from back to front.
//
// Cost: the logarithm of the number of keys, most of it spent on eight bytes of each; then the
// bytes that the text shares with one key.
//
// Threads: immutable once built.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "match/postings.h"

namespace riposte::match {

class AffixIndex {
 public:
  enum class Side : bool { Front, Back };

  explicit AffixIndex(Side side) : side_(side) {}

  void add(std::string_view affix, Mark mark);  // of at least one byte
  void build();

  void find(std::string_view text, std::vector<Mark>& marks) const;

  bool empty() const { return heads_.empty(); }
  std::size_t bytes() const;

 private:
  struct Key {
    std::uint32_t begin;  // in texts_
    std::uint32_t length;
    std::uint32_t parent;  // kNone: no other key begins this one
  };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // Bytes that `text`, read from side_, shares with the key.
  std::size_t shared(const Key& key, std::string_view text) const;
  // The greatest key that is not greater than `text`; kNone where all are greater.
  std::uint32_t last_not_above(std::string_view text) const;

  Side side_;
  std::vector<std::pair<std::string, Mark>> added_;  // until build(); turned round for Side::Back

  std::vector<std::uint64_t> heads_;  // by key: its first eight bytes as a big-endian number
  std::vector<Key> keys_;
  std::string texts_;
  Postings postings_;
};

}  // namespace riposte::match
