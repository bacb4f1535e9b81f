// SigmaHQ's own regression events: each rule must hit at least as many of its events as its row
// says, by both matchers.

#include <algorithm>

#include <fmt/core.h>

#include "base/diagnostics.h"
#include "event/event_reader.h"
#include "json/document.h"
#include "match/matcher.h"
#include "match/reference_matcher.h"
#include "rule/rule_set.h"
#include "suites.h"

namespace riposte::conformance {
namespace {

struct Counts {
  std::uint64_t compiled = 0;
  std::uint64_t reference = 0;
};

// How many of `events` the rules hit; what cannot be read hits nothing.
Counts count_hits(const rule::RuleSet& rules, const json::Node& events) {
  const match::Matcher matcher(rules.rules());
  const match::ReferenceMatcher reference(rules.rules());
  match::Scratch scratch;
  event::EventReader reader;
  event::Quarantine quarantine;
  Counts counts;
  for (const json::Node& record : json::children(events)) {
    bool compiled_hit = false;
    bool reference_hit = false;
    const auto take = [&](const event::Event& event) {
      std::vector<rule::Hit> hits;
      matcher.match(event.raw, scratch, hits);
      compiled_hit = compiled_hit || !hits.empty();
      hits.clear();
      reference.match(event, hits);
      reference_hit = reference_hit || !hits.empty();
    };
    reader.read(record.text, "event", take, quarantine);
    counts.compiled += compiled_hit ? 1 : 0;
    counts.reference += reference_hit ? 1 : 0;
  }
  return counts;
}

// Says why the row does not hold, or nothing.
std::string judge_row(const json::Node& row, const std::string& file, std::string text) {
  base::Diagnostics diagnostics;
  const rule::RuleSet rules = rule::RuleSet::read({{file, std::move(text)}}, {}, diagnostics);
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == base::Severity::Error) return "not loaded: " + diagnostic.message;
  }
  if (rules.rules().empty()) return "the file holds no rule";
  const json::Node* events = row.find("events");
  if (events == nullptr || !events->is(json::Kind::Array)) return "the row has no events";

  const json::Node* least = row.find("expected_matches_at_least");
  const double expected = least == nullptr ? 1 : least->number().value_or(1);
  const Counts counts = count_hits(rules, *events);
  if (static_cast<double>(std::min(counts.compiled, counts.reference)) >= expected) return {};
  return fmt::format("of {} expected hits compiled has {}, reference {} ({})", expected,
                     counts.compiled, counts.reference, row.string_at("rule_path"));
}

}  // namespace

void run_sigma_regression(const Setting& setting, Report& report) {
  const auto rows = setting.corpus.read("labelled/sigma_regression.jsonl", report);
  if (!rows) return;
  Part& part = report.part("sigma_regression");
  each_row(*rows, part, [&](const json::Node& row, std::size_t) {
    const std::string id(row.string_at("rule_id"));
    const std::string file = "labelled/sigma_regression_rules/" + id + ".yml";
    std::optional<std::string> text = setting.corpus.read(file, report);
    if (text) part.judge(id, judge_row(row, file, std::move(*text)));
  });
}

}  // namespace riposte::conformance
