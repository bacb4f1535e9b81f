#pragma once

// SHA-256 (FIPS 180-4) for identities that must be the same on any machine, HMAC (RFC 2104) over it
// for signatures, and SHA-1 for names of files that others chose by it.

#include <string>
#include <string_view>

namespace riposte::base {

// Sixty-four lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

// Thirty-two bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

// Forty lower-case hexadecimal digits. Proves nothing: SHA-1 is broken.
std::string sha1_hex(std::string_view bytes);

// Two lower-case hexadecimal digits a byte.
std::string hex(std::string_view bytes);

}  // namespace riposte::base
