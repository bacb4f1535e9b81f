#pragma once

// MITRE ATT&CK as far as Sigma tags and findings speak of it: the fourteen enterprise tactics, and
// the techniques seen in clouds with their sub-techniques. Numbers that the table does not hold are
// passed on without a name: a tag newer than this table is no mistake.
//
//     attack.defense-evasion, attack.t1562.008  ->  TA0005 Defense Evasion
//                                                   T1562 Impair Defenses
//                                                   T1562.008 Disable or Modify Cloud Logs
//
// The names and numbers are those of ATT&CK v17. ATT&CK is a registered trademark of The MITRE
// Corporation.
//
// Threads: immutable.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace riposte::rule {

struct Tactic {
  std::string_view uid;   // "TA0005"
  std::string_view tag;   // "defense-evasion"
  std::string_view name;  // "Defense Evasion"
};

struct Technique {
  std::string_view uid;  // "T1562" or "T1562.008"
  std::string_view name;
  std::uint16_t tactics;  // it serves: bit i stands for tactics()[i]
};

std::span<const Tactic> tactics();        // in the order of an attack
std::span<const Technique> techniques();  // sorted by uid

// A tactic by the tag that Sigma gives it, hyphens or underscores, or by its number: null where
// `tag` (with or without "attack.") is none.
const Tactic* find_tactic(std::string_view tag);
const Technique* find_technique(std::string_view uid);

// One thing that a rule's tags say, with the names we know.
struct Attack {
  const Tactic* tactic = nullptr;  // null where no tactic of the tags fits the technique
  std::string technique;           // "T1562"; empty when the tags name the tactic alone
  std::string sub_technique;       // "T1562.008", or empty
};

// Sigma lists tactics and techniques side by side without saying which belong together. Here every
// technique comes once for each of its tactics that is tagged, and tactics that are left over come
// alone. A technique that the table does not hold takes the tactic when only one is tagged.
std::vector<Attack> attacks_of(const std::vector<std::string>& tags);

}  // namespace riposte::rule
