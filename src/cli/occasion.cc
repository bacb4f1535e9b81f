#include "cli/occasion.h"

#include "finding/writers.h"
#include "json/canonical.h"

// Tested by tests/cli/runbook_test.py

namespace riposte::cli {
namespace {

const rule::RulePointer& no_rule() {
  static const rule::RulePointer kNone = [] {
    rule::Rule rule;
    rule.name = "none";
    rule.title = "No rule hits this event";
    rule.level = rule::Level::Informational;
    return std::make_shared<const rule::Rule>(std::move(rule));
  }();
  return kNone;
}

}  // namespace

base::Result<std::vector<FoundOccasion>> OccasionReader::read(std::string_view events,
                                                              bool or_of_no_rule) {
  std::vector<FoundOccasion> found;
  event::Quarantine quarantine;
  std::string padded(events);
  padded.reserve(padded.size() + json::kPadding);
  const auto take = [&](event::Event& event) {
    enricher_.enrich(event);
    hits_.clear();
    matcher_.match(event.raw, scratch_, hits_);
    const auto add = [&](const rule::RulePointer& rule) {
      found.push_back({rule, finding::to_ndjson(finding::finding_of(rule, event)),
                       json::canonical(*event.record)});
    };
    for (const rule::Hit& hit : hits_)
      add(matcher_.rules()[hit.rule]);
    if (hits_.empty() && or_of_no_rule) add(no_rule());
  };
  reader_.read(padded, "-", take, quarantine);
  if (quarantine.count() > 0) {
    return base::Error{base::Errc::Invalid,
                       "an event could not be read: " + quarantine.take_sorted().front().reason};
  }
  return found;
}

}  // namespace riposte::cli
