#include "base/memory.h"

#include <sys/resource.h>

// Tested by tests/cli/scan_test.py

namespace riposte::base {

std::uint64_t peak_resident_bytes() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // Linux tells kibibytes
}

}  // namespace riposte::base
