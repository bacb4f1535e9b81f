#pragma once

// What the section `blocks` of riposte.yml says: for how long, whom never, and where blocks are
// enforced (docs/formats/blocks.md).
//
// Threads: plain values.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "block/exemptions.h"

namespace riposte::block {

// How long a hold lives.
struct Terms {
  base::Millis ttl = std::chrono::hours(1);
  base::Millis ttl_max = std::chrono::hours(7 * 24);
  std::uint64_t escalation = 2;  // each further offence lives so many times longer
  base::Millis memory = std::chrono::hours(30 * 24);  // for which an offence is remembered

  // Of the n-th offence, of what was asked for, if it was. Never longer than ttl_max.
  base::Millis ttl_of(std::uint64_t offence, std::optional<base::Millis> asked) const;
};

enum class EnforcementKind : std::uint8_t { NetworkAcl, IpSet, PrefixList, File };
std::string_view name_of(EnforcementKind kind);
std::optional<EnforcementKind> parse_enforcement_kind(std::string_view name);

// Who is held where there is no room for all.
enum class WhenFull : std::uint8_t {
  Worst,      // by level, offence, how often, and how lately
  Newest,     // who came last
  Aggregate,  // neighbours become one wider network; where that is not enough, the worst
};
std::string_view name_of(WhenFull when_full);
std::optional<WhenFull> parse_when_full(std::string_view name);

// Rule numbers of a network ACL that people may choose; AWS keeps the rest.
inline constexpr int kRuleFirst = 1;
inline constexpr int kRuleLast = 32766;

struct Enforcement {
  std::string name;
  EnforcementKind kind = EnforcementKind::File;
  std::string account{};   // empty: our own
  std::string region{};    // empty: of the configuration
  std::string id{};        // of the ACL, the set or the list; the path of a file
  std::string set_name{};  // ip_set: its name, which AWS wants beside its id
  bool is_cloudfront = false;
  bool is_ours = false;  // whatever stands there that we did not add is taken out
  int rule_first = kRuleFirst;
  int rule_last = kRuleLast;
  WhenFull when_full = WhenFull::Worst;
};

struct Settings {
  Terms terms;
  std::uint64_t calls_per_hour = 600;  // of one enforcement; to release is free
  std::vector<Exemption> allow;
  std::vector<Enforcement> enforcements;
};

}  // namespace riposte::block
