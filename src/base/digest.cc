#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "base/check.h"

namespace riposte::base {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view text_of(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

std::string hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string digits;
  digits.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    digits += kDigits[byte >> 4];
    digits += kDigits[byte & 15];
  }
  return digits;
}

std::string sha256_hex(std::string_view bytes) {
  // Looked up once: SHA256() would do it for every text. Never freed.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  unsigned char digest[SHA256_DIGEST_LENGTH];
  CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, nullptr, algorithm, nullptr) == 1,
        "SHA-256 is part of every OpenSSL");
  return hex(text_of(digest, sizeof digest));
}

std::string sha1_hex(std::string_view bytes) {
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(bytes_of(bytes), bytes.size(), digest);
  return hex(text_of(digest, sizeof digest));
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  unsigned int size = 0;
  const unsigned char* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                   bytes_of(bytes), bytes.size(), digest, &size);
  CHECK(made != nullptr && size == sizeof digest, "HMAC of SHA-256 is always there");
  return std::string(text_of(digest, size));
}

}  // namespace riposte::base
