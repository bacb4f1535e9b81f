#pragma once

// Which of many ranges does this number lie in?
//
// The bounds of all ranges cut the line into points and the gaps between them; a range is a run of
// these, stored in the few nodes of a binary tree over them that cover it (a segment tree).
//
//     bounds    10    20         points and gaps   (..10) 10 (10..20) 20 (20..)
//     >= 10     [-------->                                ^-----------------^
//     < 20      <-------)                             ^-----------^
//
// Cost: a binary search and one walk to the root of the tree: the logarithm of the number of
// ranges, plus the answers.
//
// Threads: immutable once built.

#include <cstdint>
#include <utility>
#include <vector>

#include "match/postings.h"
#include "rule/condition.h"

namespace riposte::match {

class NumberIndex {
 public:
  void add(const rule::NumberIn& range, Mark mark) { added_.emplace_back(range, mark); }
  void build();

  void find(double number, std::vector<Mark>& marks) const;

  bool empty() const { return postings_.keys() == 0; }
  std::size_t bytes() const { return bounds_.capacity() * sizeof(double) + postings_.bytes(); }

 private:
  std::size_t pieces() const { return 2 * bounds_.size() + 1; }
  // The piece of the line that is the bound, which is one of bounds_; the gap before it is one
  // less.
  std::size_t piece_of(double bound) const;

  std::vector<std::pair<rule::NumberIn, Mark>> added_;  // until build()

  std::vector<double> bounds_;  // sorted, each once
  Postings postings_;           // by node: 1 is the root, n has the children 2n and 2n + 1
};

}  // namespace riposte::match
