#pragma once

// Where the secrets of channels are: variables, files, AWS Secrets Manager.
//
// A file's last line end is not part of its secret. A secret of Secrets Manager is its SecretString
// as it is, kept for kSecretKept. Errors name the place and never what was there.
//
// Threads: confined to its owner.

#include <chrono>
#include <map>

#include "aws/environment.h"
#include "base/clock.h"
#include "notify/channel.h"

namespace riposte::notify {

inline constexpr std::size_t kSecretFileBytesMax = 64 << 10;
inline constexpr std::chrono::minutes kSecretKept{5};

class Secrets {
 public:
  Secrets(aws::Environment environment, CallAws call_aws, base::Clock& clock)
      : environment_(std::move(environment)), call_aws_(std::move(call_aws)), clock_(clock) {}

  // NotFound, Denied or what reading the place says. Empty secrets are NotFound.
  base::Result<base::Secret> resolve(const SecretReference& reference);

 private:
  struct Kept {
    base::Secret secret;
    base::SteadyTime until;
  };

  base::Result<base::Secret> fetch(const std::string& arn);

  aws::Environment environment_;
  CallAws call_aws_;
  base::Clock& clock_;
  std::map<std::string, Kept> kept_;  // by ARN
};

}  // namespace riposte::notify
