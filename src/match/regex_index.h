#pragma once

// Which of many regular expressions are found in this text? A second gate to RE2.
//
// Most expressions cannot match unless certain literals occur (the atoms of RE2's FilteredRE2, in
// lower case). One LiteralScan finds the atoms of all expressions, and only expressions whose atoms
// are there are tried, each by itself.
//
// Why not one automaton for all of them: a text can drive the product of several expressions
// through ever new states, at microseconds a byte; the same text costs each of them alone a
// nanosecond.
//
// Cost: a literal scan, then linear in the text for each expression that is tried: those without
// atoms always, and all of them where the text is not ASCII (there case folding has corners in
// which atoms could be missed).
//
// Threads: immutable once built (RE2 guards what it builds while it matches).

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "match/literal_scan.h"
#include "match/postings.h"
#include "rule/regex.h"

namespace riposte::match {

class RegexIndex {
 public:
  RegexIndex();
  ~RegexIndex();
  RegexIndex(RegexIndex&&) noexcept;
  RegexIndex& operator=(RegexIndex&&) noexcept;

  void add(std::shared_ptr<const rule::Regex> regex, Mark mark) {
    entries_.push_back({std::move(regex), mark});
  }
  void build();

  // `folded` is the folded text (rule/fold.h). Allocates only where atoms are found.
  void find(std::string_view text, std::string_view folded, LiteralScan::Scratch& scratch,
            std::vector<Mark>& marks) const;

 private:
  struct Entry {
    std::shared_ptr<const rule::Regex> regex;
    Mark mark;
  };
  struct Filter;

  void try_entry(std::size_t index, std::string_view text, std::vector<Mark>& marks) const;

  std::vector<Entry> entries_;
  LiteralScan atoms_;               // marked with their numbers in filter_
  std::vector<int> always_;         // entries to try even where there are no atoms
  std::unique_ptr<Filter> filter_;  // over all entries, in their order; null: try all
};

}  // namespace riposte::match
