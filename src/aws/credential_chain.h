#pragma once

// The standard chain: who we are, as every AWS tool would find it.
//
//     --profile given: that profile, and nothing else
//     otherwise: variables > web identity > the profile > the container's endpoint > the instance
//
//     a profile: role_arn (for the credentials of source_profile, of credential_source, or for a
//     web identity token) > SSO > keys > credential_process
//
// Roles are assumed through a function that its owner gives: this chain cannot call AWS itself.
//
// Threads: confined to its owner.

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "aws/credential_sources.h"
#include "aws/settings.h"

namespace riposte::aws {

inline constexpr std::size_t kProfilesMax = 16;

// A role to be taken on.
struct Role {
  std::string arn;
  std::string external_id{};
  std::string session_name{};  // empty: "riposte"
  std::vector<std::pair<std::string, std::string>> tags{};
  std::chrono::seconds duration{0};  // none: the service's own, an hour
  std::string mfa_serial{};          // never asked for: a profile that wants one is refused

  friend auto operator<=>(const Role&, const Role&) = default;
};

// The input of sts:AssumeRole.
Value assume_role_input(const Role& role);

// Calls an operation of STS, signed by `signer`, or not at all where that is null; gives its
// output.
using CallSts = std::function<base::Result<Value>(std::string_view operation, const Value& input,
                                                  const Credentials* signer)>;

// The credentials in an output of STS.
base::Result<Credentials> sts_credentials(const Value& output);

class CredentialChain {
 public:
  // Borrows all; they must outlive it.
  CredentialChain(const Settings& settings, const Partitions& partitions, CallSts call_sts)
      : settings_(settings), partitions_(partitions), call_sts_(std::move(call_sts)) {}

  // Denied where no place gives any, with a list of what was looked at; otherwise what the place
  // that was set up says.
  base::Result<Credentials> find(const Reach& reach) const;

 private:
  Found from_profile(const std::string& name, std::vector<std::string>& seen,
                     const Reach& reach) const;
  base::Result<Credentials> from_role(const std::string& name, const SharedConfig::Section& profile,
                                      std::vector<std::string>& seen, const Reach& reach) const;
  base::Result<Credentials> from_named_source(const std::string& source, const Reach& reach) const;
  base::Result<Credentials> from_web_identity(const std::string& role_arn,
                                              const std::string& token_file,
                                              const std::string& session_name) const;

  const Settings& settings_;
  const Partitions& partitions_;
  const CallSts call_sts_;
};

}  // namespace riposte::aws
