#pragma once

// As whom calls are made: by account a role, and by runbook the name of a narrower one.
//
//     account        runbook        who
//     our own        no role        we ourselves
//     our own        role named R   arn:...:<our own account>:role/R
//     one of ours    no role        the account's role
//     one of ours    role named R   arn:...:<account>:role/R, with the account's external id
//     any other      -              nobody: no call is made there
//
// A runbook's role is taken on by ourselves, not by way of the account's.
//
// Threads: a plain value; functions without state.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace riposte::respond {

struct AccountRole {
  std::string role_arn;
  std::string external_id{};
};

struct AccountRoles {
  std::map<std::string, AccountRole, std::less<>> accounts;  // by number
  std::map<std::string, std::string, std::less<>> runbooks;  // by name: the name of a role
};

// Who credentials belong to, as sts.GetCallerIdentity says.
struct Identity {
  std::string account;
  std::string arn;
};

// The role for a call; nothing where it is made as we are. Denied: nobody has been named for the
// account.
base::Result<std::optional<AccountRole>> role_for(const AccountRoles& roles,
                                                  std::string_view account,
                                                  std::string_view runbook, const Identity& own);

// All that we may be called in a record, as patterns: what Safety::own_identities takes.
std::vector<std::string> identities_of(const AccountRoles& roles, const Identity& own);

}  // namespace riposte::respond
