#include "rule/regex.h"

#include <re2/re2.h>

namespace riposte::rule {

struct Regex::State {
  State(const std::string& expression, const RE2::Options& options) : re2(expression, options) {}
  RE2 re2;
};

Regex::Regex() = default;
Regex::~Regex() = default;

base::Result<std::shared_ptr<const Regex>> Regex::compile(const std::string& expression,
                                                          Flags flags) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!flags.ignore_case);
  options.set_dot_nl(flags.dot_matches_break);
  options.set_max_mem(kMemoryMax);
  // RE2 takes ^ and $ as line anchors only when a flag group says so.
  const std::string written = flags.multi_line ? "(?m)" + expression : expression;
  std::shared_ptr<Regex> regex(new Regex());
  regex->state_ = std::make_unique<State>(written, options);
  if (!regex->state_->re2.ok()) return base::Error{base::Errc::Invalid, regex->state_->re2.error()};
  regex->expression_ = expression;
  regex->flags_ = flags;
  return std::shared_ptr<const Regex>(regex);
}

bool Regex::found_in(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), state_->re2);
}

}  // namespace riposte::rule
