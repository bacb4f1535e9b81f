#pragma once

// SHA-256 (FIPS 180-4) for identities that must be the same on any machine, HMAC (RFC 2104) over it
// for signatures, and SHA-1 for names of files that others chose by it.

#include <memory>
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

// SHA-256 of bytes that come piece by piece.
//
// Threads: confined to its owner.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  // Of all that was added; nothing is added after it.
  std::string hex();

 private:
  std::unique_ptr<void, void (*)(void*)> context_;
};

}  // namespace riposte::base
