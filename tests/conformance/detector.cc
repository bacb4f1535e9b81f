#include "detector.h"

#include <algorithm>
#include <iterator>

#include "base/diagnostics.h"
#include "base/files.h"
#include "rule/rule_set.h"

namespace riposte::conformance {
namespace {

constexpr std::size_t kRuleFileBytesMax = 4 << 20;

}  // namespace

bool Detector::Hits::at_least(rule::Level level) const {
  return std::any_of(rules.begin(), rules.end(),
                     [&](const rule::RulePointer& rule) { return rule->level >= level; });
}

std::string Detector::Hits::names(rule::Level least) const {
  std::string text;
  for (const rule::RulePointer& rule : rules) {
    if (rule->level >= least) text += (text.empty() ? "" : ", ") + rule->name;
  }
  return text;
}

void Detector::detect(std::string_view bytes, const std::string& path, const OnHits& on_hits) {
  event::Quarantine quarantine;  // the suites `cloudtrail` and `formats` ask about it
  std::vector<rule::Hit> hits;
  const auto take = [&](event::Event& event) {
    enricher_.enrich(event);
    hits.clear();
    matcher_.match(event.raw, scratch_, hits);
    Hits found;
    for (const rule::Hit& hit : hits)
      found.rules.push_back(matcher_.rules()[hit.rule]);
    compare(event, hits);
    on_hits(event, found);
  };
  reader_.read(bytes, path, take, quarantine);
}

void Detector::compare(const event::Event& event, const std::vector<rule::Hit>& hits) {
  std::vector<rule::Hit> others;
  reference_.match(event, others);
  const auto less = [](rule::Hit a, rule::Hit b) { return a.rule < b.rule; };
  std::vector<rule::Hit> different;
  std::set_symmetric_difference(hits.begin(), hits.end(), others.begin(), others.end(),
                                std::back_inserter(different), less);
  if (different.empty()) return;
  std::string text = std::string(event.id) + ":";
  for (const rule::Hit& hit : different)
    text += ' ' + matcher_.rules()[hit.rule]->name;
  disagreements_.push_back(std::move(text));
}

Detector::Hits Detector::detect_all(std::string_view bytes, const std::string& path) {
  Hits all;
  detect(bytes, path, [&](const event::Event&, const Hits& hits) {
    all.rules.insert(all.rules.end(), hits.rules.begin(), hits.rules.end());
  });
  return all;
}

std::vector<rule::RulePointer> load_rules(const std::string& folder,
                                          std::vector<std::string>& complaints) {
  std::vector<base::Error> failures;
  std::vector<rule::RuleText> texts;
  for (const std::string& file : base::list_files(folder, failures)) {
    if (!file.ends_with(".yml") && !file.ends_with(".yaml")) continue;
    base::Result<std::string> text = base::read_file(file, kRuleFileBytesMax);
    if (text.ok()) {
      texts.push_back({file, std::move(text).value()});
    } else {
      failures.push_back(std::move(text).error().in(file));
    }
  }
  base::Diagnostics diagnostics;
  const rule::RuleSet set = rule::RuleSet::read(texts, {}, diagnostics);
  for (const base::Error& failure : failures)
    complaints.push_back(failure.message);
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == base::Severity::Error) {
      complaints.push_back(diagnostic.file + ": " + diagnostic.message);
    }
  }
  return set.rules();
}

}  // namespace riposte::conformance
