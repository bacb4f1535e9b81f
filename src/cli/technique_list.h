#pragma once

// A list of attack techniques with the API calls that give them away, and the rules that look for
// those calls (named_event.h). The list is JSON:
//
//     [{"technique": "aws.stop-trail", "name": "Stop a trail", "platform": "AWS",
//       "attack_ids": ["T1562.008"], "key_event_names": ["StopLogging"],
//       "detonation_events": ["cloudtrail:StopLogging"]}]
//
// Only "technique" is needed. The service of a call is told where "detonation_events" holds it.
//
// Threads: plain values.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/console.h"
#include "cli/named_event.h"
#include "rule/rule_set.h"

namespace riposte::cli {

using RuleNames = std::set<std::string>;

struct KnownTechnique {
  std::string id;
  std::string name;
  std::vector<std::string> attack_ids;
  bool is_aws = true;  // CloudTrail has no other calls
  std::vector<std::pair<EventName, RuleNames>> key_events;

  bool is_covered() const;  // some rule names one of its calls
};

// Nothing after a complaint.
std::optional<std::vector<KnownTechnique>> read_techniques(const std::string& path,
                                                           const Console& console);

void find_rules(const rule::RuleSet& rules, std::vector<KnownTechnique>& techniques);

std::size_t count_covered(const std::vector<KnownTechnique>& techniques);

}  // namespace riposte::cli
