#pragma once

// Who signs a call. The key id is a name and may be shown; the others may not.
//
// Threads: as the strings it is made of.

#include <optional>
#include <string>

#include "base/secret.h"
#include "base/time.h"

namespace riposte::aws {

struct Credentials {
  std::string key_id;
  base::Secret secret_key;
  base::Secret session_token;                // empty for keys that last
  std::optional<base::EventTime> expires{};  // none: never
  std::string account{};                     // where the source says it, else empty

  bool expired_at(base::EventTime time) const { return expires && *expires <= time; }
};

}  // namespace riposte::aws
