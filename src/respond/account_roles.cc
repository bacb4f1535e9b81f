#include "respond/account_roles.h"

#include "event/arn.h"

namespace riposte::respond {

base::Result<std::optional<AccountRole>> role_for(const AccountRoles& roles,
                                                  std::string_view account,
                                                  std::string_view runbook, const Identity& own) {
  const auto known = roles.accounts.find(account);
  const bool is_named = known != roles.accounts.end();
  if (!is_named && account != own.account) {
    return base::Error{base::Errc::Denied, "no role is configured for account " +
                                               std::string(account) + ": respond.accounts"};
  }
  const auto narrower = roles.runbooks.find(runbook);
  if (narrower != roles.runbooks.end()) {
    const std::optional<event::Arn> ours = event::parse_arn(own.arn);
    AccountRole role;
    role.role_arn = "arn:" + std::string(ours ? ours->partition : "aws") +
                    ":iam::" + std::string(account) + ":role/" + narrower->second;
    if (is_named) role.external_id = known->second.external_id;
    return std::optional(std::move(role));
  }
  if (!is_named) return std::optional<AccountRole>();
  return std::optional(known->second);
}

std::vector<std::string> identities_of(const AccountRoles& roles, const Identity& own) {
  std::vector<std::string> all;
  if (!own.arn.empty()) all.push_back(own.arn);
  for (const auto& [number, role] : roles.accounts)
    all.push_back(role.role_arn);
  for (const auto& [runbook, name] : roles.runbooks)
    all.push_back("arn:*:iam::*:role/" + name);
  return all;
}

}  // namespace riposte::respond
