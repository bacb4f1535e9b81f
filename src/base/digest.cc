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

// Looked up once: SHA256() would do it for every text. Never freed.
const EVP_MD* sha256() {
  static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return kAlgorithm;
}

EVP_MD_CTX* as_context(const std::unique_ptr<void, void (*)(void*)>& context) {
  return static_cast<EVP_MD_CTX*>(context.get());
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
  unsigned char digest[SHA256_DIGEST_LENGTH];
  CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, nullptr, sha256(), nullptr) == 1,
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

Sha256::Sha256()
    : context_(EVP_MD_CTX_new(),
               [](void* context) { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context)); }) {
  CHECK(EVP_DigestInit_ex(as_context(context_), sha256(), nullptr) == 1,
        "SHA-256 is part of every OpenSSL");
}

void Sha256::add(std::string_view bytes) {
  CHECK(EVP_DigestUpdate(as_context(context_), bytes.data(), bytes.size()) == 1,
        "a digest takes any bytes");
}

std::string Sha256::hex() {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  CHECK(EVP_DigestFinal_ex(as_context(context_), digest, nullptr) == 1,
        "a digest is asked for once");
  return base::hex(text_of(digest, sizeof digest));
}

}  // namespace riposte::base
