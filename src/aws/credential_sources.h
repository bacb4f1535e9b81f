#pragma once

// Where credentials come from, one function a place. Each says "nothing" where it was not set up,
// and an error where it was and does not work; the chain (credential_chain.h) knows the order.
//
// What these places answer is never part of a message: it may be half a secret.
//
// Threads: functions without state.

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "aws/credentials.h"
#include "aws/environment.h"
#include "aws/partitions.h"
#include "aws/shared_config.h"
#include "base/clock.h"
#include "base/result.h"
#include "net/transport.h"

namespace riposte::aws {

inline constexpr std::size_t kSecretBytesMax = std::size_t{64} << 10;

// How a source reaches the world.
struct Reach {
  net::Transport& transport;
  base::Clock& clock;
  std::stop_token stop;
};

using Found = base::Result<std::optional<Credentials>>;

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
Found environment_credentials(const Environment& environment);

// Keys that stand in a profile.
Found profile_credentials(const SharedConfig::Section& profile);

// The output of a program: one JSON object. It is started without a shell, its errors go nowhere,
// and it is killed at the deadline.
base::Result<Credentials> process_credentials(const std::string& command,
                                              std::chrono::milliseconds time_max);

// The words of a command line as a shell would see them: quotes and backslashes, nothing else.
base::Result<std::vector<std::string>> command_words(std::string_view command);

// What IAM Identity Center gives for the token that `aws sso login` left in ~/.aws/sso/cache.
base::Result<Credentials> sso_credentials(const SharedConfig& config,
                                          const SharedConfig::Section& profile,
                                          const Environment& environment,
                                          const Partitions& partitions, const Reach& reach);

// The endpoint that ECS and EKS name in variables. Over plain HTTP only to this machine and to
// their own addresses: nobody else is told the authorisation token.
Found container_credentials(const Environment& environment, const Reach& reach);

// The role of the EC2 instance, by version 2 of the metadata service; never by version 1, which
// forwards anybody's request. Nothing where no metadata service answers.
Found instance_credentials(const Environment& environment, const SharedConfig::Section* profile,
                           const Reach& reach);

}  // namespace riposte::aws
