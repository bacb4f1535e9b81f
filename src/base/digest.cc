#include "base/digest.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace riposte::base {

std::string sha256_hex(std::string_view bytes) {
  // Looked up once: SHA256() would do it for every text. Never freed.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, algorithm, nullptr) == 1,
        "SHA-256 is part of every OpenSSL");
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * std::size_t{size});
  for (unsigned i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

}  // namespace riposte::base
