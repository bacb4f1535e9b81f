#include "base/digest.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace riposte::base {
namespace {

// Looked up once: SHA256() would do it for every text. Never freed.
const EVP_MD* algorithm() {
  static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return kAlgorithm;
}

std::string hex_of(const unsigned char* digest, unsigned size) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * std::size_t{size});
  for (unsigned i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

EVP_MD_CTX* as_context(const std::unique_ptr<void, void (*)(void*)>& context) {
  return static_cast<EVP_MD_CTX*>(context.get());
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, algorithm(), nullptr) == 1,
        "SHA-256 is part of every OpenSSL");
  return hex_of(digest, size);
}

Sha256::Sha256()
    : context_(EVP_MD_CTX_new(),
               [](void* context) { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context)); }) {
  CHECK(EVP_DigestInit_ex(as_context(context_), algorithm(), nullptr) == 1,
        "SHA-256 is part of every OpenSSL");
}

void Sha256::add(std::string_view bytes) {
  CHECK(EVP_DigestUpdate(as_context(context_), bytes.data(), bytes.size()) == 1,
        "a digest takes any bytes");
}

std::string Sha256::hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  CHECK(EVP_DigestFinal_ex(as_context(context_), digest, &size) == 1, "a digest is asked for once");
  return hex_of(digest, size);
}

}  // namespace riposte::base
