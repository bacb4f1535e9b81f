#include "base/signature.h"

#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace riposte::base {
namespace {

constexpr std::size_t kSignatureBytes = 64;

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;
using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using Context = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Bio reader_of(std::string_view text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

// Nobody is asked for a passphrase.
int no_passphrase(char*, int, int, void*) { return 0; }

Result<Key> checked(EVP_PKEY* read, std::string_view what) {
  Key key(read, EVP_PKEY_free);
  ERR_clear_error();
  if (key != nullptr && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519) return key;
  return Error{Errc::Invalid,
               "it is no " + std::string(what) + " for Ed25519 in PEM, or one behind a passphrase"};
}

Result<Key> private_key(const Secret& pem) {
  const Bio reader = reader_of(pem.reveal());
  return checked(PEM_read_bio_PrivateKey(reader.get(), nullptr, no_passphrase, nullptr),
                 "private key");
}

Context new_context() { return {EVP_MD_CTX_new(), EVP_MD_CTX_free}; }

}  // namespace

Result<std::string> sign(const Secret& private_key_pem, std::string_view bytes) {
  const Key key = TRY(private_key(private_key_pem));
  const Context context = new_context();
  unsigned char signature[kSignatureBytes];
  std::size_t size = sizeof signature;
  CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
            EVP_DigestSign(context.get(), signature, &size, bytes_of(bytes), bytes.size()) == 1 &&
            size == sizeof signature,
        "a key for Ed25519 signs any bytes");
  return std::string(reinterpret_cast<const char*>(signature), size);
}

Result<std::string> public_key_of(const Secret& private_key_pem) {
  const Key key = TRY(private_key(private_key_pem));
  const Bio writer(BIO_new(BIO_s_mem()), BIO_free);
  CHECK(PEM_write_bio_PUBKEY(writer.get(), key.get()) == 1, "every key has a public half");
  char* text = nullptr;
  const long size = BIO_get_mem_data(writer.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

Result<bool> is_signed(std::string_view public_key_pem, std::string_view bytes,
                       std::string_view signature) {
  const Bio reader = reader_of(public_key_pem);
  const Key key = TRY(
      checked(PEM_read_bio_PUBKEY(reader.get(), nullptr, no_passphrase, nullptr), "public key"));
  const Context context = new_context();
  const bool is_right =
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(bytes),
                       bytes.size()) == 1;
  ERR_clear_error();
  return is_right;
}

}  // namespace riposte::base
