#pragma once

// Takes out of texts what must not be told on: values of members and parameters whose names say
// that they are secret, and what looks like one wherever it stands: a secret access key or session
// token of AWS, a JSON Web Token, a private key, a token of Slack or GitHub, the address of a
// webhook, a password in a URL. Ids of access keys and digests stay.
//
// It is a net with meshes: a password in a free text without a word before it looks like any word.
//
// Threads: functions without state.

#include <string>
#include <string_view>

#include "json/document.h"

namespace riposte::notify {

inline constexpr std::string_view kRedacted = "(secret)";

std::string redact(std::string_view text);

// The value as compact JSON, redacted within.
std::string redacted_json(const json::Node& value);

}  // namespace riposte::notify
