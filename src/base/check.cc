#include "base/check.h"

#include <cstdio>
#include <cstdlib>

// No test: a failed check ends the process, which no caller can observe.

namespace riposte::base {

void check_failed(const char* file, int line, const char* condition, const char* belief) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s (we believed: %s)\n", file, line, condition,
               belief);
  std::abort();
}

}  // namespace riposte::base
