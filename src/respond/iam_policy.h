#pragma once

// What must be allowed so that calls can be made, and nothing else, as IAM writes it.
//
//     operations --permissions_of--> actions --the service's ARNs--> grants --> documents
//
// Resources are as narrow as the service lets them be without knowing which ones a finding will
// name: its kind of ARN, in the account. Where a service knows no ARN for an action, or we are not
// certain of it, it is "*": a policy that is too narrow fails in the night.
//
// The same operations give the same bytes, whatever their order. A document is never longer than
// IAM allows: what does not fit goes into a further one.
//
// Threads: functions without state.

#include <compare>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "respond/operation.h"
#include "respond/runbook.h"

namespace riposte::respond {

// Of a managed policy, without white space (IAM quotas).
inline constexpr std::size_t kPolicyCharactersMax = 6144;

// What stands in ARNs. A placeholder of a template language does as well.
struct PolicyScope {
  std::string partition = "aws";
  std::string account = "*";
};

struct Grant {
  std::vector<std::string> resources;  // sorted
  // The account that the resources must belong to, where their ARN does not say so; or empty.
  std::string resource_account{};
  std::string action{};

  auto operator<=>(const Grant&) const = default;
};

// All that a runbook may call: steps, prechecks, verifications, undo. Sorted, each once.
std::vector<Operation> operations_of(const Runbook& runbook);

std::vector<Grant> grants_of(std::span<const Operation> operations, const PolicyScope& scope);

// Policy documents in canonical JSON; one, mostly. Limit: a single grant is too long.
base::Result<std::vector<std::string>> policies_of(std::vector<Grant> grants);

}  // namespace riposte::respond
