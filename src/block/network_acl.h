#pragma once

// The reconciler for a network ACL
// (https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html): deny entries for everything
// that comes in from a network, below every allow.
//
//     1   deny  203.0.113.9/32    ours, from the first number on
//     2   deny  2001:db8:9::/48   both families share the numbers
//     ..
//     90  deny  198.51.100.0/24   somebody else's: never touched, and its number is taken
//     100 allow 0.0.0.0/0         the lowest allow that is not ours: beyond it a deny has no effect
//     *   deny                    the default, which AWS counts, too
//
// Room: of each family the quota, less what is not ours. An entry is ours if the ledger has it and
// it stands there as the ledger says: number, network, deny, incoming, every protocol.
//
// Where somebody puts an allow below entries of ours, these move.
//
// Threads: a function without state.

#include <cstdint>
#include <set>

#include "block/block_store.h"
#include "block/change.h"
#include "block/selection.h"

namespace riposte::block {

// Rules of a network ACL in one direction and of one family, the default deny among them, where the
// account was not asked (Service Quotas: vpc, L-2AEEBF1A).
inline constexpr std::size_t kAclQuota = 20;

struct AclEntry {
  int number = 0;
  bool is_egress = false;
  bool is_allow = false;
  std::optional<base::Network> network{};
  bool is_of_all = false;  // every protocol, so every port
};

struct AclFacts {
  std::vector<AclEntry> entries;
  std::size_t quota_v4 = kAclQuota;
  std::size_t quota_v6 = kAclQuota;
  std::set<int> occupied{};  // numbers that are taken, whatever the entries say
};

// "7 deny 203.0.113.9/32"
std::string item_of(const AclEntry& entry);

Reconciled reconcile_network_acl(const Enforcement& enforcement, const std::vector<Block>& blocks,
                                 const AclFacts& facts, const BlockStore::Items& items,
                                 const Exemptions& exemptions, base::EventTime now);

}  // namespace riposte::block
