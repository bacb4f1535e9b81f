#pragma once

// SHA-256 (FIPS 180-4), for identities that must be the same on any machine.

#include <string>
#include <string_view>

namespace riposte::base {

// Sixty-four lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace riposte::base
