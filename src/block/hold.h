#pragma once

// Who keeps which address out, why, and until when.
//
//     hold   "finding 5b0c keeps 203.0.113.9/32 out until 18:00"       one reason; kept for ever
//     hold   "dana keeps 203.0.113.9/32 out until 19:30"
//     block  203.0.113.9/32 until 19:30                                all live holds of a network
//
// A block stands as long as any of its holds lives: a renewal is one more hold, and what one of
// them takes back leaves the others. A hold that ran out stays in the ledger as a former offence;
// one that was taken back was a mistake, and is none.
//
// Threads: plain values.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/network.h"
#include "base/result.h"
#include "base/time.h"
#include "json/document.h"
#include "rule/rule.h"

namespace riposte::block {

// A hold for every enforcement that there is.
inline constexpr std::string_view kEverywhere = "all";

struct Hold {
  std::string key;  // whoever adds with the same key means the same hold
  base::Network network;
  std::string scope{kEverywhere};  // or the name of one enforcement
  std::string by;
  std::string reason;
  rule::Level level = rule::Level::Medium;
  std::uint64_t offence = 1;  // which one of the network's it is, as far as is remembered
  base::EventTime added{};
  base::EventTime until{};

  bool lives(base::EventTime now) const { return until > now; }
};

// riposte.hold/1, in canonical form, and back.
std::string to_json(const Hold& hold);
base::Result<Hold> read_hold(const json::Node& node);

struct Block {
  base::Network network;
  std::string scope;
  std::vector<Hold> holds;  // never empty, the first one first

  base::EventTime until() const;
  rule::Level level() const;      // the highest
  std::uint64_t offence() const;  // the highest
};

// Holds of the same network and scope, in the order of their networks.
std::vector<Block> blocks_of(std::vector<Hold> holds);

// A network as it is compared: an IPv4 address in the clothes of an IPv6 one (RFC 4291, 2.5.5.2) is
// the IPv4 address, so that nobody passes a protected network in disguise.
std::optional<base::Network> parse_blockable(std::string_view text);

}  // namespace riposte::block
