// Event patterns against the answers of AWS event-ruler. Both matchers are asked: the compiled one
// with all patterns of a file in it at once, as it runs in production, and the reference one.

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include "base/diagnostics.h"
#include "event/event_reader.h"
#include "json/scanner.h"
#include "json/value.h"
#include "match/matcher.h"
#include "match/reference_matcher.h"
#include "rule/eventbridge_reader.h"
#include "suites.h"

namespace riposte::conformance {
namespace {

// A pattern as it was read, or why it was refused.
struct Pattern {
  std::optional<rule::Condition> condition;
  std::string refusal;
};

Pattern read_pattern(std::string_view text) {
  Pattern pattern;
  base::Diagnostics diagnostics;
  diagnostics.set_source("pattern", std::string(text));
  const std::optional<json::Value> value = json::read_json(text, diagnostics);
  if (value) pattern.condition = rule::read_eventbridge(*value, diagnostics);
  if (!diagnostics.ok()) pattern.condition.reset();
  if (!diagnostics.all().empty()) pattern.refusal = diagnostics.all().front().message;
  return pattern;
}

// All patterns of a file, each distinct text once.
class Patterns {
 public:
  // The position in rules(), or nothing where the pattern is refused.
  std::optional<std::size_t> add(const std::string& text) {
    const auto [found, is_new] = known_.try_emplace(text);
    if (is_new) found->second = compile(text);
    return found->second.rule;
  }

  const std::string& refusal(const std::string& text) const { return known_.at(text).refusal; }
  const std::vector<rule::RulePointer>& rules() const { return rules_; }

 private:
  struct Known {
    std::optional<std::size_t> rule;
    std::string refusal;
  };

  Known compile(const std::string& text) {
    Pattern pattern = read_pattern(text);
    if (!pattern.condition) return {std::nullopt, std::move(pattern.refusal)};
    auto rule = std::make_shared<rule::Rule>();
    rule->id = rule->name = fmt::format("pattern-{}", rules_.size());
    rule->condition = std::move(*pattern.condition);
    rules_.push_back(std::move(rule));
    return {rules_.size() - 1, {}};
  }

  std::map<std::string, Known> known_;
  std::vector<rule::RulePointer> rules_;
};

bool hit(const std::vector<rule::Hit>& hits, std::size_t rule) {
  return std::any_of(hits.begin(), hits.end(), [&](rule::Hit hit) { return hit.rule == rule; });
}

// Says what differs from `expected`, or nothing.
std::string complaint_of(bool compiled, bool reference, bool expected) {
  const auto text = [](bool matched) { return matched ? "matches" : "does not match"; };
  if (compiled == expected && reference == expected) return {};
  return fmt::format("event-ruler {}; compiled {}, reference {}", text(expected), text(compiled),
                     text(reference));
}

std::string_view text_at(const json::Node& row, std::string_view key) {
  const json::Node* node = row.find(key);
  return node == nullptr ? std::string_view() : node->text;
}

bool is_true(const json::Node& row, std::string_view key) {
  const json::Node* node = row.find(key);
  return node != nullptr && node->is(json::Kind::True);
}

bool is_false(const json::Node& row, std::string_view key) {
  const json::Node* node = row.find(key);
  return node != nullptr && node->is(json::Kind::False);
}

struct Case {
  std::string id;
  std::string name;
  std::string pattern;
  std::string event;
  bool match = false;
  bool is_valid = true;
};

std::vector<Case> read_cases(std::string_view text, Part& part) {
  std::vector<Case> cases;
  each_row(text, part, [&](const json::Node& row, std::size_t line) {
    cases.push_back({fmt::format("{}:{}", part.name(), line), std::string(text_at(row, "name")),
                     std::string(text_at(row, "rule")), std::string(text_at(row, "event")),
                     is_true(row, "match"), !is_false(row, "rule_ok")});
  });
  return cases;
}

// The event as the pattern sees it: nothing is opened, nothing is put around it.
std::string ask(const Case& asked, std::size_t rule, const match::Matcher& matcher,
                match::Scratch& scratch) {
  const base::Result<json::OwnedDocument> document = json::OwnedDocument::parse(asked.event);
  if (!document.ok()) return "the event is not read: " + document.error().message;
  event::Event event;
  event.record = event.envelope = &document->root();
  event.raw.record = event.raw.envelope = document->raw();
  std::vector<rule::Hit> hits;
  matcher.match(event.raw, scratch, hits);
  const bool reference = match::ReferenceMatcher::holds(matcher.rules()[rule]->condition, event);
  return complaint_of(hit(hits, rule), reference, asked.match);
}

void run_cases(const Setting& setting, const std::string& name, Report& report) {
  const auto text = setting.corpus.read("eventbridge/" + name + ".jsonl", report);
  if (!text) return;
  Part& part = report.part(name);
  const std::vector<Case> cases = read_cases(*text, part);
  Patterns patterns;
  for (const Case& each : cases)
    patterns.add(each.pattern);
  const match::Matcher matcher(patterns.rules());
  match::Scratch scratch;
  for (const Case& each : cases) {
    const std::optional<std::size_t> rule = patterns.add(each.pattern);
    std::string complaint;
    if (rule.has_value() != each.is_valid) {
      complaint = rule ? "event-ruler refuses the pattern"
                       : "the pattern is refused: " + patterns.refusal(each.pattern);
    } else if (rule) {
      complaint = ask(each, *rule, matcher, scratch);
    }
    if (!complaint.empty()) {
      complaint += fmt::format(" ({}: {} on {})", each.name, each.pattern, each.event);
    }
    part.judge(each.id, complaint);
  }
}

void run_validity(const Setting& setting, Report& report) {
  const auto text = setting.corpus.read("eventbridge/pattern_validity.jsonl", report);
  if (!text) return;
  Part& part = report.part("pattern_validity");
  each_row(*text, part, [&](const json::Node& row, std::size_t line) {
    const Pattern pattern = read_pattern(text_at(row, "rule"));
    std::string complaint;
    if (pattern.condition && !is_true(row, "rule_ok")) {
      complaint = fmt::format("accepted, event-ruler says \"{}\"", text_at(row, "error"));
    } else if (!pattern.condition && is_true(row, "rule_ok")) {
      complaint = "refused: " + pattern.refusal;
    }
    if (!complaint.empty()) complaint += fmt::format(" ({})", text_at(row, "rule"));
    part.judge(fmt::format("{}:{}", part.name(), line), complaint);
  });
}

// A pattern of the incident-response pack, and what each matcher says of the events.
struct ResponseCase {
  std::string name;
  std::size_t rule = 0;
  std::set<std::string> expected;
  std::set<std::string> compiled;
  std::set<std::string> reference;
};

// "2 missing (a, b), 1 too many (c)", or nothing.
std::string difference(const std::set<std::string>& expected, const std::set<std::string>& found) {
  const auto list = [](const std::set<std::string>& from, const std::set<std::string>& without) {
    std::string text;
    for (const std::string& id : from) {
      if (!without.contains(id)) text += (text.empty() ? "" : ", ") + id;
    }
    return text;
  };
  const std::string missing = list(expected, found);
  const std::string extra = list(found, expected);
  std::string text;
  if (!missing.empty()) text = "not matched: " + missing;
  if (!extra.empty()) text += (text.empty() ? "matched: " : "; matched: ") + extra;
  return text;
}

std::vector<ResponseCase> read_response_cases(std::string_view text, Patterns& patterns,
                                              Part& part) {
  std::vector<ResponseCase> cases;
  const base::Result<json::OwnedDocument> document = json::OwnedDocument::parse(text);
  if (!document.ok() || !document->root().is(json::Kind::Array)) {
    part.fail(part.name(), document.ok() ? "the file is no list" : document.error().message);
    return cases;
  }
  for (const json::Node& entry : json::children(document->root())) {
    const std::string pattern(text_at(entry, "pattern"));
    const std::string name(text_at(entry, "name"));
    const std::optional<std::size_t> rule = patterns.add(pattern);
    if (!rule) {
      part.fail(name, "the pattern is refused: " + patterns.refusal(pattern));
      continue;
    }
    const std::vector<std::string> ids = strings_at(entry, "matching_event_ids");
    cases.push_back({name, *rule, {ids.begin(), ids.end()}, {}, {}});
  }
  return cases;
}

void run_incident_response(const Setting& setting, Report& report) {
  const auto pack = setting.corpus.read("eventbridge/incident_response_patterns.json", report);
  const auto events = setting.corpus.read("eventbridge/incident_response_events.jsonl.gz", report);
  if (!pack || !events) return;
  Part& part = report.part("incident_response_patterns");
  Patterns patterns;
  std::vector<ResponseCase> cases = read_response_cases(*pack, patterns, part);
  const match::Matcher matcher(patterns.rules());
  match::Scratch scratch;
  const auto take = [&](const event::Event& event) {
    const std::string id(event.envelope->string_at("id"));
    std::vector<rule::Hit> hits;
    matcher.match(event.raw, scratch, hits);
    for (ResponseCase& each : cases) {
      if (hit(hits, each.rule)) each.compiled.insert(id);
      if (match::ReferenceMatcher::holds(matcher.rules()[each.rule]->condition, event)) {
        each.reference.insert(id);
      }
    }
  };
  event::EventReader reader;
  event::Quarantine quarantine;
  reader.read(*events, "incident_response_events", take, quarantine);
  for (const event::Quarantined& refused : quarantine.take_sorted()) {
    part.note(fmt::format("quarantined: record {}: {}", refused.record, refused.reason));
  }
  for (const ResponseCase& each : cases) {
    const std::string compiled = difference(each.expected, each.compiled);
    const std::string reference = difference(each.expected, each.reference);
    std::string complaint;
    if (!compiled.empty()) complaint = "compiled: " + compiled;
    if (!reference.empty())
      complaint += (complaint.empty() ? "" : "; ") + ("reference: " + reference);
    part.judge(each.name, complaint);
  }
}

}  // namespace

void run_eventbridge(const Setting& setting, Report& report) {
  for (const char* name : {"event_ruler_cases", "correctness_cases", "moto_cases"}) {
    run_cases(setting, name, report);
  }
  run_validity(setting, report);
  run_incident_response(setting, report);
}

}  // namespace riposte::conformance
