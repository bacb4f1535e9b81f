#pragma once

// What stands at an enforcement, read from the account.
//
// When it fails: as Account does; a refusal of the service has its code in front.
//
// Threads: functions without state.

#include "block/ip_set.h"
#include "block/network_acl.h"
#include "json/scanner.h"
#include "respond/account.h"

namespace riposte::engine {

// Where an enforcement stands.
struct Place {
  respond::Account& account;
  std::string number;
  std::string region;

  base::Result<respond::Reply> call(std::string_view operation, std::string_view with,
                                    std::string_view idempotency = {}) const;
  // NotFound, Denied, ... where the service refuses.
  base::Result<json::OwnedDocument> read(std::string_view operation, std::string_view with) const;
};

// `says`: why a quota is not known for certain.
base::Result<block::AclFacts> read_network_acl(const Place& place, const std::string& id,
                                               std::vector<std::string>& says);
base::Result<block::ListFacts> read_ip_set(const Place& place,
                                           const block::Enforcement& enforcement);
// Busy while the list is being changed.
base::Result<block::ListFacts> read_prefix_list(const Place& place, const std::string& id);

// Elastic addresses of the account in the region.
base::Result<std::vector<base::Network>> read_own_addresses(const Place& place);

// Every operation that an enforcement of the kind calls, for who must be allowed.
std::vector<respond::Operation> operations_of(block::EnforcementKind kind);

}  // namespace riposte::engine
