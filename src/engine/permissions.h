#pragma once

// Who must be allowed what, for a configuration and its runbooks.
//
//     riposte-engine          who runs riposte: taking roles on, reading sources and secrets,
//     telling riposte-runbooks        runbooks without a role of their own: for who runs riposte in
//     his own
//                             account, and for the roles of respond.accounts
//     riposte-runbook-<name>  the role of one runbook, in every account
//
// What nobody needs is not there.
//
// Threads: a function without state.

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/config.h"
#include "respond/iam_policy.h"

namespace riposte::engine {

inline constexpr std::string_view kEnginePolicy = "riposte-engine";

struct PermissionSpec {
  const Config& config;
  const std::vector<respond::RunbookPointer>& runbooks;
  std::vector<std::string> sources;  // "s3://bucket/prefix", or ARNs of queues, streams, log groups
  respond::PolicyScope scope{};
  bool role_per_runbook = false;  // also for those that the configuration gives none
};

struct Permissions {
  std::string name;  // "riposte-engine"
  std::string role;  // that it is for alone, or empty
  std::vector<respond::Grant> grants;
};

// Invalid: a source of no known kind.
base::Result<std::vector<Permissions>> permissions_for(const PermissionSpec& spec);

}  // namespace riposte::engine
