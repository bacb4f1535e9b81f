#pragma once

// An explanation (match/explain.h) as a person reads it: one line a node, ✔ or ✘, what was found
// behind it.

#include <cstddef>
#include <string>

#include "match/explain.h"

namespace riposte::cli {

struct ExplanationLayout {
  std::size_t indent = 0;
  std::size_t width = 100;
  bool color = false;
};

// Verdict of the log source, the condition, and the line that says why. Control characters are made
// visible.
std::string to_text(const match::Explanation& explanation, const rule::Rule& rule,
                    event::Format format, ExplanationLayout layout);

}  // namespace riposte::cli
