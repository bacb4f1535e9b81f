#include "match/number_index.h"

#include <algorithm>

namespace riposte::match {

std::size_t NumberIndex::piece_of(double bound) const {
  const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), bound) - bounds_.begin();
  return 2 * static_cast<std::size_t>(at) + 1;
}

void NumberIndex::build() {
  if (added_.empty()) return;
  for (const auto& [range, mark] : added_) {
    if (range.lower) bounds_.push_back(*range.lower);
    if (range.upper) bounds_.push_back(*range.upper);
  }
  std::sort(bounds_.begin(), bounds_.end());
  bounds_.erase(std::unique(bounds_.begin(), bounds_.end()), bounds_.end());

  std::vector<std::pair<std::size_t, Mark>> placed;  // node, mark
  for (const auto& [range, mark] : added_) {
    std::size_t begin = range.lower ? piece_of(*range.lower) + (range.lower_included ? 0 : 1) : 0;
    std::size_t end =
        range.upper ? piece_of(*range.upper) + (range.upper_included ? 1 : 0) : pieces();
    if (begin >= end) continue;
    // Leaves stand at pieces() and above. Where a side of the run is not the first (last) child,
    // it needs a node of its own; the rest is covered one level up.
    for (begin += pieces(), end += pieces(); begin < end; begin /= 2, end /= 2) {
      if (begin % 2 == 1) placed.emplace_back(begin++, mark);
      if (end % 2 == 1) placed.emplace_back(--end, mark);
    }
  }
  added_ = {};
  std::sort(placed.begin(), placed.end());
  auto next = placed.begin();
  for (std::size_t node = 0; node < 2 * pieces(); ++node) {
    postings_.begin_key();
    for (; next != placed.end() && next->first == node; ++next)
      postings_.add(next->second);
  }
}

void NumberIndex::find(double number, std::vector<Mark>& marks) const {
  if (empty()) return;
  const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), number);
  const bool on_bound = bound != bounds_.end() && *bound == number;
  const std::size_t piece =
      2 * static_cast<std::size_t>(bound - bounds_.begin()) + (on_bound ? 1 : 0);
  for (std::size_t node = piece + pieces(); node > 0; node /= 2)
    postings_.append(node, marks);
}

}  // namespace riposte::match
