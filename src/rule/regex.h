#pragma once

// The gate to RE2: regular expressions whose cost is linear in the text, whatever the expression.
//
// RE2 knows no look-around and no back-references; a rule that uses them is refused when it is
// read, with RE2's reason.
//
// Threads: immutable.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace riposte::rule {

class Regex {
 public:
  struct Flags {
    bool ignore_case = false;        // i
    bool multi_line = false;         // m: ^ and $ at line breaks, too
    bool dot_matches_break = false;  // s
  };

  // Memory RE2 may use for one expression, in bytes.
  static constexpr std::int64_t kMemoryMax = 8 << 20;

  static base::Result<std::shared_ptr<const Regex>> compile(const std::string& expression,
                                                            Flags flags);
  ~Regex();

  // Whether the expression occurs anywhere in `text`. Invalid UTF-8 is matched as bytes of U+FFFD.
  bool found_in(std::string_view text) const;

  const std::string& expression() const { return expression_; }
  Flags flags() const { return flags_; }

 private:
  Regex();
  struct State;
  std::unique_ptr<State> state_;
  std::string expression_;
  Flags flags_;
};

}  // namespace riposte::rule
