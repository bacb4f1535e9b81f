#pragma once

// Every test that any rule makes on one field, arranged so that one look at a value answers all of
// them.
//
//     value ─┬─ text ─┬─ as written ──> TextIndex, NetworkIndex, times
//            │        └─ folded ──────> TextIndex, RegexIndex
//            ├─ number ───────────────> NumberIndex, numbers known by their text
//            └─ true, false, null ────> a list each
//
// An anything-but lists what must not hold: its excluded values stand in the same tables, and what
// they mark is taken out of the list of all anything-buts.
//
// Cost: each part says its own; none depends on the number of rules by more than a logarithm, but
// for patterns and expressions without any literal and dates, which are tried one by one. Once the
// scratch has grown nothing is allocated, except where a text holds what a regular expression
// needs.
//
// Invariant: test() appends an atom exactly when holds() says so of its predicate, at most once.
//
// Threads: immutable once built; each thread brings its own TextScratch.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "json/document.h"
#include "match/exact_index.h"
#include "match/network_index.h"
#include "match/number_index.h"
#include "match/regex_index.h"
#include "match/text_index.h"
#include "rule/condition.h"

namespace riposte::match {

using AtomId = std::uint32_t;

// What a thread needs to look at values; grows to what the indexes ask for. Any index may use it
// after any other.
struct TextScratch {
  std::string folded;
  TextIndex::Scratch texts;
  std::vector<std::uint64_t> excluded;  // one bit for each anything-but
};

// The atoms that already hold in an event, which then need not be told again.
class HeldAtoms {
 public:
  HeldAtoms() = default;
  // An atom holds when its epoch is that of the event.
  HeldAtoms(const std::vector<std::uint32_t>& epochs, std::uint32_t epoch)
      : epochs_(&epochs), epoch_(epoch) {}

  bool has(AtomId atom) const { return epochs_ != nullptr && (*epochs_)[atom] == epoch_; }

 private:
  const std::vector<std::uint32_t>* epochs_ = nullptr;
  std::uint32_t epoch_ = 0;
};

class FieldIndex {
 public:
  explicit FieldIndex(rule::Dialect dialect) : dialect_(dialect) {}

  // Atoms are numbered below 2^30. FieldRef compares two fields and is for the Matcher: ignored.
  void add(AtomId atom, const rule::Predicate& predicate);
  // After the last add, before the first test.
  void build();

  // Appends the atoms that hold for this value. `text` is what json::Node calls so: of a string
  // unescaped, of a scalar as written. Of an object in Sigma, where needs_object_text(), it is the
  // compact text; that of other containers is not looked at.
  // Of those that are held some may be left out.
  void test(json::Kind kind, std::string_view text, TextScratch& scratch,
            std::vector<AtomId>& atoms, const HeldAtoms& held = {}) const;
  bool tests_text() const { return tests_text_; }
  bool needs_object_text() const { return dialect_ == rule::Dialect::Sigma && tests_text_; }

  std::size_t bytes() const;  // about; regular expressions not counted

 private:
  struct TimeTest {
    rule::TimePartIn part;
    Mark mark;
  };
  struct Other {
    AtomId atom;
    rule::Predicate predicate;
  };

  void add_test(const rule::Predicate& predicate, Mark mark);
  void add_but(AtomId atom, const rule::Predicate& predicate);
  TextIndex& texts(bool ignore_case);
  void find_text(std::string_view text, TextScratch& scratch, std::vector<Mark>& marks) const;
  void find_time(std::string_view text, std::vector<Mark>& marks) const;
  void find_number(json::Kind kind, std::string_view text, const HeldAtoms& held,
                   std::vector<Mark>& marks) const;
  void take_out_excluded(std::size_t first, bool lists, TextScratch& scratch,
                         std::vector<Mark>& marks) const;

  rule::Dialect dialect_;
  bool tests_text_ = false;
  std::vector<AtomId> exists_;
  std::vector<AtomId> has_value_;

  // Tests by what they look at. Null: there are none.
  std::unique_ptr<TextIndex> texts_;
  std::unique_ptr<TextIndex> folded_texts_;
  std::unique_ptr<RegexIndex> regexes_;
  std::unique_ptr<NetworkIndex> networks_;
  std::unique_ptr<NumberIndex> numbers_;
  std::unique_ptr<ExactIndex> number_texts_;  // of numbers that no double holds
  std::vector<TimeTest> times_;
  std::array<std::vector<Mark>, 3> words_;  // null, false, true: by json::Kind

  std::vector<AtomId> buts_;   // anything-buts, in the order of their marks
  std::vector<Other> others_;  // what no table serves: one by one
};

// One predicate against one value, as an index of that dialect with this predicate alone would say:
// for atoms that are tested only when a rule asks.
bool holds(const rule::Predicate& predicate, rule::Dialect dialect, json::Kind kind,
           std::string_view text, TextScratch& scratch);

}  // namespace riposte::match
