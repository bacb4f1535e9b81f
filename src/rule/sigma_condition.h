#pragma once

// Sigma's condition expressions: how the search identifiers of a rule are joined.
//
//     or   := and ( "or" and )*                least binding
//     and  := not ( "and" not )*
//     not  := "not" not | term
//     term := "(" or ")" | count "of" ( "them" | pattern ) | identifier
//     count := "1" | "any" | "all" | N
//
// Words of the language are recognised in any case. `them`, and patterns that do not begin with one
// themselves, leave out identifiers with a leading underscore. A list of expressions holds when one
// of them does.
//
// The pipe of old rules (`| count() by user > 5`) is refused: correlations took its place.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "rule/condition.h"

namespace riposte::rule {

// Parentheses and `not`s within each other; written rules have five.
inline constexpr std::size_t kExpressionDepthMax = 64;
// The N of "N of x*", unless it is all of them: every choice of N is spelt out.
inline constexpr std::size_t kCountMax = 32;
// Search identifiers of one rule.
inline constexpr std::size_t kIdentifiersMax = 1000;
// Bytes of one expression.
inline constexpr std::size_t kExpressionBytesMax = 64 << 10;
// Atoms of one rule's condition. Identifiers are copied to where they are named, so this bounds
// more than the file does.
inline constexpr std::size_t kAtomsMax = 50'000;

// The search identifiers of a rule, in the order they were written.
struct NamedCondition {
  std::string name;
  base::Place place;
  Condition condition;
};

// Where in the file the characters of a scalar stand: expressions are one line, after an optional
// quote.
struct ScalarText {
  std::string_view text;
  base::Place place;  // of its first character
};

class SigmaConditionReader {
 public:
  // Borrows both; they must outlive the reader.
  SigmaConditionReader(const std::vector<NamedCondition>& named, base::Diagnostics& diagnostics)
      : named_(named), diagnostics_(diagnostics) {}

  // Nothing where the expression is wrong; then at least one error was told. Codes:
  // sigma-condition, sigma-undefined, sigma-aggregation, sigma-limit.
  std::optional<Condition> read(const ScalarText& expression);

  // A warning (sigma-unused) for each identifier that no expression named so far.
  void tell_unused() const;

 private:
  const std::vector<NamedCondition>& named_;
  base::Diagnostics& diagnostics_;
  std::set<std::string, std::less<>> used_;
  std::size_t atom_count_ = 0;
};

// Atoms in the tree, Consistent fields among them.
std::size_t count_atoms(const Condition& condition);

}  // namespace riposte::rule
