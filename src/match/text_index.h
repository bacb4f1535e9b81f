#pragma once

// Every test that rules make on the bytes of one text: the whole of it, its beginning, its end, and
// patterns.
//
//     gets            becomes
//     is "x"          a key of the table of whole texts
//     x*   *x         a beginning, an end
//     *x*             a literal of the scan
//     a*xyz*b?c       its longest literal in one of these places; where that is found the pattern
//                     is tried
//     *   ?*          holds for all; tried on all
//
// Cost: see the parts. Patterns with several parts cost their own match where their longest literal
// stands in the text.
//
// Threads: immutable once built; each thread brings its own Scratch.

#include <string_view>
#include <vector>

#include "match/affix_index.h"
#include "match/exact_index.h"
#include "match/literal_scan.h"
#include "match/postings.h"
#include "rule/glob.h"

namespace riposte::match {

class TextIndex {
 public:
  using Scratch = LiteralScan::Scratch;

  // Marks have their bit kTry clear.
  void add_text(std::string_view text, Mark mark) { texts_.add(text, mark); }
  void add_glob(const rule::Glob& glob, Mark mark);
  void build();

  // Appends the marks that hold, each once.
  void find(std::string_view text, Scratch& scratch, std::vector<Mark>& marks) const;

  // No text of more bytes satisfies anything.
  std::size_t longest() const;
  std::size_t bytes() const;

  static constexpr Mark kTry = Mark{1} << 30;  // the rest of the mark is the index of a pattern

 private:
  struct Pattern {
    rule::Glob glob;
    Mark mark;
  };

  void try_patterns(std::size_t first, std::string_view text, std::vector<Mark>& marks) const;

  ExactIndex texts_;
  AffixIndex beginnings_{AffixIndex::Side::Front};
  AffixIndex ends_{AffixIndex::Side::Back};
  LiteralScan literals_;
  std::vector<Mark> all_;  // for every text
  std::vector<Pattern> patterns_;
};

}  // namespace riposte::match
