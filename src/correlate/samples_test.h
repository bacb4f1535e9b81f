#pragma once

// Rules, hits and times for the tests of this module.

#include <gmock/gmock.h>

#include "correlate/correlator.h"
#include "json/scanner.h"
#include "rule/rule_set.h"

namespace riposte::correlate {

inline base::EventTime at(std::int64_t seconds) {
  return base::EventTime(std::chrono::seconds(seconds));
}

// Rules a, b and c, and the correlations of `yaml`: one document each, of which only the
// correlation block is written ("type: ..., rules: [a]").
inline std::vector<rule::RulePointer> sample_rules(const std::vector<std::string>& blocks) {
  std::string yaml;
  for (const char* name : {"a", "b", "c"}) {
    yaml += std::string("title: ") + name + "\nid: " + name +
            "\nlogsource: {product: aws}\ndetection: {s: {k: v}, condition: s}\n---\n";
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    yaml += "title: t\nid: c" + std::to_string(i) + "\ncorrelation: {" + blocks[i] + "}\n---\n";
  }
  base::Diagnostics diagnostics;
  std::vector<rule::RulePointer> rules =
      rule::RuleSet::read({{"rules.yml", yaml}}, {}, diagnostics).rules();
  for (const base::Diagnostic& each : diagnostics.all())
    ADD_FAILURE() << to_text(each);
  return rules;
}

// A correlator, its rules, and what it said.
class Sample {
 public:
  explicit Sample(const std::vector<std::string>& blocks, Limits limits = {})
      : rules(sample_rules(blocks)), plan(rules), correlator(plan, limits) {}

  // A hit of rule a, b or c.
  void hit(char rule, int second, const std::string& event, const std::string& fields = "{}") {
    const auto document = json::OwnedDocument::parse(fields);
    event::RawEvent shown;
    shown.record = document->raw();
    const auto index = static_cast<rule::RuleIndex>(rule - 'a');
    correlator.add({index, at(second), "source", packed_id(event), plan.pack_fields(index, shown)});
  }

  std::vector<Result> finish() {
    correlator.finish();
    return correlator.take_results();
  }

  std::vector<rule::RulePointer> rules;
  Plan plan;
  Correlator correlator;
};

}  // namespace riposte::correlate
