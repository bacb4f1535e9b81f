#pragma once

#include <cstdint>

namespace riposte::base {

// The most memory the process has held so far, in bytes (getrusage; 0 where the system does not
// tell).
std::uint64_t peak_resident_bytes();

}  // namespace riposte::base
