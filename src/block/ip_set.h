#pragma once

// The reconcilers for lists of networks: a WAFv2 IP set, and a managed prefix list of EC2.
//
// A set is written whole, with the lock token of its reading; what is in it and not ours stays,
// unless the configuration says that the set is ours alone. A prefix list is changed by at most
// kPrefixChangesMax entries at a time, from the version that was read: what is left over is the
// next turn's.
//
// Each has one family, and only networks of it are held there.
//
// Threads: functions without state.

#include "block/block_store.h"
#include "block/change.h"
#include "block/selection.h"

namespace riposte::block {

inline constexpr std::size_t kIpSetMax = 10'000;       // WAFv2: addresses of one IP set
inline constexpr std::size_t kPrefixChangesMax = 100;  // EC2: ModifyManagedPrefixList

// What of either is read: its networks as they are written there.
struct ListFacts {
  bool is_v4 = true;
  std::vector<std::string> networks;
  std::size_t room = kIpSetMax;  // for all, others' among them
  std::string lock;              // of an IP set its token, of a prefix list its version
  std::string description;       // of an IP set: an update without it would take it away
};

Reconciled reconcile_ip_set(const Enforcement& enforcement, const std::vector<Block>& blocks,
                            const ListFacts& facts, const BlockStore::Items& items,
                            const Exemptions& exemptions, base::EventTime now);

Reconciled reconcile_prefix_list(const Enforcement& enforcement, const std::vector<Block>& blocks,
                                 const ListFacts& facts, const BlockStore::Items& items,
                                 const Exemptions& exemptions, base::EventTime now);

}  // namespace riposte::block
