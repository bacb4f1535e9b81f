#pragma once

// Whether somebody is allowed what a list of grants says, as IAM judges it itself
// (iam.SimulatePrincipalPolicy): nothing of it is called.
//
// Cost: one call for every kSimulatedMax actions on the same resources.
//
// When it fails: Denied where IAM may not be asked; otherwise as Account.
//
// Threads: a function without state.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "respond/account.h"
#include "respond/account_roles.h"
#include "respond/iam_policy.h"

namespace riposte::respond {

inline constexpr std::size_t kSimulatedMax = 50;  // actions of one question to IAM

// The role or user behind an identity of STS, as IAM calls it. The path of a role is not in it.
std::string principal_of(const Identity& identity);

// The actions that `principal`, of the account `number`, is not allowed; sorted.
base::Result<std::vector<std::string>> missing_actions(Account& account, std::string_view number,
                                                       std::string_view region,
                                                       std::string_view principal,
                                                       std::span<const Grant> grants);

}  // namespace riposte::respond
