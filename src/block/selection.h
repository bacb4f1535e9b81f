#pragma once

// Which networks are held where there is no room for all.
//
//     Worst      by level, offence, number of holds, lateness; then by address
//     Newest     by lateness; then by address
//     Aggregate  first neighbours become one wider network, those first of which the least is
//                nobody's; never one that touches an exemption, nor one wider than kMergedWidest
//
// What lies within another network that is held is held by it, and takes no room of its own.
//
// The same blocks give the same selection, in any order.
//
// Cost: sorting; to aggregate, a heap over neighbours.
//
// Threads: functions without state.

#include <vector>

#include "block/exemptions.h"
#include "block/hold.h"
#include "block/settings.h"

namespace riposte::block {

// An aggregate holds strangers, too: at most 255 for one attacker, or a site's networks.
inline constexpr int kMergedWidestV4 = 24;
inline constexpr int kMergedWidestV6 = 48;

// A network that is to be held. Of a merged one: the worst of what it holds.
struct Wanted {
  base::Network network;
  rule::Level level = rule::Level::Medium;
  std::uint64_t offence = 1;
  std::uint64_t holds = 1;
  base::EventTime last;  // when its last hold was added
};

bool is_worse(const Wanted& a, const Wanted& b);

// Of every block, once for each network, none within another, in the order of `when_full`.
std::vector<Wanted> wanted_of(const std::vector<Block>& blocks, WhenFull when_full);

// So many at most, by merging neighbours where that is needed; in the same order. Of one family.
std::vector<Wanted> merged(std::vector<Wanted> wanted, std::size_t room,
                           const Exemptions& exemptions, base::EventTime now);

// The narrowest network that holds both. Both are of one family.
base::Network around(const base::Network& a, const base::Network& b);

}  // namespace riposte::block
