#pragma once

// Why a correlation fires on a timeline, or does not, as a person reads it (correlate/explain.h).
//
// Threads: confined to its owner.

#include <string>
#include <vector>

#include "correlate/explain.h"
#include "enrich/enricher.h"
#include "event/lineage.h"
#include "match/matcher.h"

namespace riposte::cli {

// Collects a timeline and explains the correlations of a rule set on it.
class TimelineExplainer {
 public:
  explicit TimelineExplainer(const std::vector<rule::RulePointer>& rules)
      : matcher_(rules), plan_(rules) {}

  // An event that was enriched.
  void take(const event::Event& event);

  struct Answer {
    bool fires = false;
    std::string text;
  };
  // `rule` is a correlation of the set. Control characters are made visible.
  Answer explain(rule::RuleIndex rule) const;

 private:
  match::Matcher matcher_;
  correlate::Plan plan_;
  match::Scratch scratch_;
  std::vector<rule::Hit> hits_;
  std::vector<correlate::TimelineHit> timeline_;
  event::Lineage lineage_;
  std::size_t event_count_ = 0;
  std::size_t without_time_ = 0;  // hits that nobody can place
};

}  // namespace riposte::cli
