#pragma once

// Every test that any rule makes on one field, arranged so that one look at a value answers all of
// them.
//
// Threads: immutable once built.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "json/document.h"
#include "rule/condition.h"

namespace riposte::match {

using AtomId = std::uint32_t;

class FieldIndex {
 public:
  explicit FieldIndex(rule::Dialect dialect) : dialect_(dialect) {}

  void add(AtomId atom, const rule::Predicate& predicate);

  // Appends the atoms that hold for this value to `atoms`. `buffer` is scratch for folded text.
  void test(const json::Node& value, std::string& buffer, std::vector<AtomId>& atoms) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  using Table = std::unordered_map<std::string, std::vector<AtomId>, Hash, std::equal_to<>>;
  struct Pattern {
    AtomId atom;
    rule::Glob glob;
  };
  struct Other {
    AtomId atom;
    rule::Predicate predicate;
  };

  bool tests_text() const;
  void test_text(std::string_view text, std::string& buffer, std::vector<AtomId>& atoms) const;
  bool holds(const rule::Predicate& predicate, const json::Node& value, std::string& buffer) const;

  rule::Dialect dialect_;
  std::vector<AtomId> exists_;
  std::vector<AtomId> has_value_;
  Table exact_;
  Table exact_folded_;
  std::vector<Pattern> patterns_;
  std::vector<Pattern> patterns_folded_;
  std::vector<Other> text_tests_;   // on the text of the value: expressions, networks, times
  std::vector<Other> value_tests_;  // on the value with its type: numbers, literals, anything-but
};

}  // namespace riposte::match
