#pragma once

// Signatures by Ed25519 (RFC 8032), with keys as OpenSSL's own tools write them:
//
//     openssl genpkey -algorithm ed25519 -out key.pem
//     openssl pkey -in key.pem -pubout -out public.pem
//     openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in FILE -sigfile FILE.sig
//
// Threads: functions without state.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace riposte::base {

// Sixty-four bytes. Invalid: the PEM holds no private key for Ed25519, or one behind a passphrase.
Result<std::string> sign(const Secret& private_key_pem, std::string_view bytes);

// PEM. Invalid as sign().
Result<std::string> public_key_of(const Secret& private_key_pem);

// Whether the holder of the key signed exactly these bytes. Invalid: the PEM holds no public key
// for Ed25519.
Result<bool> is_signed(std::string_view public_key_pem, std::string_view bytes,
                       std::string_view signature);

}  // namespace riposte::base
