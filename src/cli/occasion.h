#pragma once

// Events to what a runbook can be planned from: the findings that rules make of them, with their
// records.
//
// Threads: confined to its owner.

#include <string>
#include <string_view>
#include <vector>

#include "enrich/enricher.h"
#include "event/event_reader.h"
#include "finding/finding.h"
#include "match/matcher.h"
#include "rule/rule_set.h"

namespace riposte::cli {

struct FoundOccasion {
  rule::RulePointer rule;
  std::string finding;  // riposte.finding/1
  std::string record;   // canonical JSON
};

class OccasionReader {
 public:
  explicit OccasionReader(const rule::RuleSet& rules) : matcher_(rules.rules()) {}

  // A finding for each event and rule that hits it; for who asks, one of no rule for an event that
  // none hits. What cannot be read is Invalid.
  base::Result<std::vector<FoundOccasion>> read(std::string_view events, bool or_of_no_rule);

 private:
  match::Matcher matcher_;
  event::EventReader reader_;
  enrich::Enricher enricher_;
  match::Scratch scratch_;
  std::vector<rule::Hit> hits_;
};

}  // namespace riposte::cli
