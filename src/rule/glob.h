#pragma once

// A text pattern: literal parts, `*` for any number of characters, `?` for exactly one (a whole
// UTF-8 code point).
//
// Threads: immutable.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace riposte::rule {

class Glob {
 public:
  struct Part {
    enum class Kind : std::uint8_t { Literal, Any, One };
    Kind kind = Kind::Literal;
    std::string text;  // of a Literal
  };

  Glob() = default;
  // Neighbouring literals become one, neighbouring Anys too.
  explicit Glob(std::vector<Part> parts);

  static Glob contains(std::string literal);
  static Glob starts_with(std::string literal);
  static Glob ends_with(std::string literal);

  const std::vector<Part>& parts() const { return parts_; }

  // The same pattern with every literal folded (fold.h), to be matched against folded text.
  Glob folded() const;

  // Cost: linear in the text for each literal part; no backtracking beyond the last `*`.
  bool matches(std::string_view text) const;

  std::string to_text() const;  // * and ? where they are wild, \* and \? where they are literal

 private:
  std::vector<Part> parts_;
};

}  // namespace riposte::rule
