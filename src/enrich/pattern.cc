#include "enrich/pattern.h"

#include <cstddef>

#include "base/text.h"

namespace riposte::enrich {

// The last star is remembered; where the rest does not fit, the star takes one character more.
bool pattern_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || base::lower(pattern[p]) == base::lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return pattern.substr(p).find_first_not_of('*') == std::string_view::npos;
}

bool is_wild(std::string_view text) {
  return text.find_first_not_of("*?") == std::string_view::npos;
}

bool means_any_arn(std::string_view pattern) {
  // What no pattern matches but one that is meant for any ARN.
  return pattern_matches(pattern, "arn:aws:any:any-any-0:000000000000:any/any");
}

}  // namespace riposte::enrich
