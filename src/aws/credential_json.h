#pragma once

// Credentials out of JSON, whose keys every place spells in its own way.
//
// Threads: functions without state.

#include <string_view>

#include "aws/credentials.h"
#include "aws/value.h"
#include "base/result.h"

namespace riposte::aws {

struct CredentialKeys {
  std::string_view key_id, secret_key, session_token, expires, account;
};

// As STS, the metadata services and credential processes do, but for the name of the token.
inline constexpr CredentialKeys kTokenKeys = {"AccessKeyId", "SecretAccessKey", "Token",
                                              "Expiration", "AccountId"};
inline constexpr CredentialKeys kSessionTokenKeys = {"AccessKeyId", "SecretAccessKey",
                                                     "SessionToken", "Expiration", "AccountId"};

// Io: no key id or no secret in it, or a time that is none.
base::Result<Credentials> read_credentials(const Value& object, const CredentialKeys& keys);

// The JSON object in `text`; Io without a word of it.
base::Result<Value> read_secret_json(std::string_view text);

}  // namespace riposte::aws
