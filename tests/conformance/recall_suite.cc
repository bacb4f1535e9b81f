// Shipped rules against published attacks, and against everyday work. What was published is marked
// by its authors; whether a technique shows in a single event is taken from what they say makes it
// bad: a technique is asked for at medium where one of the calls that give it away was recorded,
// and where it is not only the number of calls that tells.
//
// The shares asked for are few and stand below. Where a share is a case, every event that was
// missed or wrongly found is listed beside it, held or not.

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/core.h>

#include "base/text.h"
#include "detector.h"
#include "engine/scan.h"
#include "json/scanner.h"
#include "suites.h"

namespace riposte::conformance {
namespace {

using rule::Level;

constexpr Level kFound = Level::Low;     // a finding at all; informational rules only tell
constexpr Level kAlarm = Level::Medium;  // one that a person is asked to look at

constexpr double kBackgroundAlarmsMax = 0.02;  // of everyday records, strictly below
constexpr double kRecallMin = 0.75;            // of events that a published rule must alert on
constexpr double kFalseAlarmsMax = 0.10;       // of events that it must not

// Words by which techniques.json says that only many calls together are suspicious.
constexpr std::array<std::string_view, 4> kVolumeWords = {"many", "large number", "short time",
                                                          "burst"};

// So many of so many.
struct Share {
  std::uint64_t hits = 0;
  std::uint64_t total = 0;
  std::vector<std::string> listed;  // the exceptions, for a person

  double value() const {
    return total == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(total);
  }
  std::string text() const {
    return fmt::format("{} of {} ({:.1f} %)", hits, total, 100 * value());
  }
};

void note_share(const std::string& id, const Share& share, Part& part) {
  part.note(fmt::format("{}: {}", id, share.text()));
  for (const std::string& each : share.listed)
    part.note("  " + each);
}

void judge_share(const std::string& id, const Share& share, bool holds, Part& part) {
  if (share.total == 0) return;
  part.judge(id, holds ? std::string() : share.text());
  note_share(id, share, part);
}

struct Technique {
  std::string what_makes_it_bad;        // in lower case
  std::vector<std::string> key_events;  // names of the calls that give it away
};

// What is known of each technique: nothing, for those of another part of the data.
std::map<std::string, Technique> read_techniques(const Setting& setting, Report& report) {
  std::map<std::string, Technique> techniques;
  const auto text = setting.corpus.read("stratus/techniques.json", report);
  if (!text) return techniques;
  const base::Result<json::OwnedDocument> document = json::OwnedDocument::parse(*text);
  if (!document.ok() || !document->root().is(json::Kind::Array)) {
    report.unreadable("stratus/techniques.json", "not a list of techniques");
    return techniques;
  }
  for (const json::Node& technique : json::children(document->root())) {
    techniques[std::string(technique.string_at("technique"))] = {
        base::lower(technique.string_at("what_makes_it_bad")),
        strings_at(technique, "key_event_names")};
  }
  return techniques;
}

bool speaks_of_volume(std::string_view text) {
  return std::any_of(kVolumeWords.begin(), kVolumeWords.end(), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

// The labels of one file's records, by eventID.
struct Label {
  std::string kind;  // detonation, setup, background ...
  std::string event_name;
  std::string technique;
};
using LabelsOfFile = std::map<std::string, Label, std::less<>>;

std::map<std::string, LabelsOfFile> read_labels(std::string_view text, Part& part) {
  std::map<std::string, LabelsOfFile> files;
  each_row(text, part, [&](const json::Node& row, std::size_t) {
    files[std::string(row.string_at("file"))][std::string(row.string_at("eventID"))] = {
        std::string(row.string_at("label")), std::string(row.string_at("eventName")),
        std::string(row.string_at("technique"))};
  });
  return files;
}

// What was found of a technique's detonation.
struct Detonation {
  std::optional<Level> worst;
  std::set<std::string, std::less<>> events;  // names of what was recorded

  bool found_at(Level level) const { return worst && *worst >= level; }
  std::string text() const {
    return worst ? fmt::format("found at {}", rule::name_of(*worst)) : "not found";
  }
};

struct Invictus {
  std::map<std::string, Detonation> detonations;  // by technique
  Share background;

  // A technique none of whose records is read still has its cases.
  void expect(const LabelsOfFile& labels) {
    for (const auto& [id, label] : labels) {
      if (label.kind == "detonation") detonations[label.technique].events.insert(label.event_name);
    }
  }

  void add(const Label& label, const event::Event& event, const Detector::Hits& hits) {
    if (label.kind == "detonation") {
      std::optional<Level>& worst = detonations[label.technique].worst;
      for (const rule::RulePointer& rule : hits.rules) {
        if (!worst || rule->level > *worst) worst = rule->level;
      }
    } else if (label.kind == "background") {
      ++background.total;
      if (!hits.at_least(kAlarm)) return;
      ++background.hits;
      background.listed.push_back(
          fmt::format("{} {}: {}", event.id, event.name, hits.names(kAlarm)));
    }
  }
};

// Why a single recorded event cannot be asked to tell, or nothing.
std::string excuse_of(const Technique& technique, const Detonation& detonation) {
  if (speaks_of_volume(technique.what_makes_it_bad)) return "only many calls tell";
  const bool recorded =
      std::any_of(technique.key_events.begin(), technique.key_events.end(),
                  [&](const std::string& event) { return detonation.events.contains(event); });
  return recorded ? "" : "no call that gives it away was recorded";
}

void judge_techniques(const Invictus& invictus, const std::map<std::string, Technique>& techniques,
                      Report& report, Part& part) {
  for (const auto& [name, detonation] : invictus.detonations) {
    const std::string found = detonation.text();
    part.judge(name + " at low or above", detonation.found_at(kFound) ? "" : found);
    const auto known = techniques.find(name);
    if (known == techniques.end()) {
      report.absent(fmt::format("stratus/techniques.json: {} ({})", name, found));
      continue;
    }
    const std::string excuse = excuse_of(known->second, detonation);
    if (excuse.empty()) {
      part.judge(name + " at medium or above", detonation.found_at(kAlarm) ? "" : found);
    } else {
      part.note(fmt::format("{}: {}, {}", name, excuse, found));
    }
  }
}

// Findings of correlations, which the Detector does not make, that a background record is part of.
void judge_correlations(const Setting& setting, const std::vector<rule::RulePointer>& rules,
                        const std::map<std::string, LabelsOfFile>& labels, Share share,
                        Part& part) {
  std::set<std::string, std::less<>> background;
  for (const auto& [file, labels_of_file] : labels) {
    for (const auto& [id, label] : labels_of_file) {
      if (label.kind == "background") background.insert(id);
    }
  }
  engine::ScanSpec spec;
  spec.paths = {setting.corpus.path_of("cloudtrail/invictus/AWSLogs")};
  const match::Matcher matcher(rules);
  share.listed.clear();
  for (const finding::Finding& finding : engine::scan(spec, matcher, {}).findings) {
    const bool touches =
        std::any_of(finding.events.begin(), finding.events.end(),
                    [&](const std::string& event) { return background.contains(event); });
    if (!finding.correlated || finding.rule->level < kAlarm || !touches) continue;
    ++share.hits;
    share.listed.push_back(finding.events.front() + " ...: " + finding.rule->name);
  }
  judge_share("the same with correlations, < 2 %", share, share.value() < kBackgroundAlarmsMax,
              part);
}

void run_invictus(const Setting& setting, const std::vector<rule::RulePointer>& rules,
                  Detector& detector, Report& report) {
  const std::string folder = "cloudtrail/invictus/";
  const auto text = setting.corpus.read(folder + "labels.jsonl", report);
  if (!text) return;
  Part& part = report.part("invictus");
  Invictus invictus;
  const std::map<std::string, LabelsOfFile> all_labels = read_labels(*text, part);
  for (const auto& [file, labels] : all_labels) {
    const auto bytes = setting.corpus.read(folder + file, report);
    if (!bytes) continue;
    invictus.expect(labels);
    const auto take = [&, &labels_of_file = labels](const event::Event& event,
                                                    const Detector::Hits& hits) {
      const auto label = labels_of_file.find(event.id);
      if (label != labels_of_file.end()) invictus.add(label->second, event, hits);
    };
    detector.detect(*bytes, file, take);
  }
  judge_techniques(invictus, read_techniques(setting, report), report, part);
  judge_share("background records alarmed on, < 2 %", invictus.background,
              invictus.background.value() < kBackgroundAlarmsMax, part);
  judge_correlations(setting, rules, all_labels, invictus.background, part);
}

void run_stratus(const Setting& setting, Detector& detector, Report& report) {
  Part& part = report.part("stratus");
  for (const std::string& file : setting.corpus.files("stratus/aws", report)) {
    if (!is_json_file(file)) continue;
    const auto bytes = setting.corpus.read(file, report);
    if (!bytes) continue;
    const Detector::Hits hits = detector.detect_all(*bytes, file);
    part.judge(stem_of(file), hits.at_least(kFound) ? std::string() : "nothing at low or above");
  }
}

void run_otrf(const Setting& setting, Detector& detector, Report& report) {
  Part& part = report.part("otrf");
  for (const std::string& file : setting.corpus.files("cloudtrail/otrf", report)) {
    if (!is_json_file(file) && !is_json_lines_file(file)) continue;
    const auto bytes = setting.corpus.read(file, report);
    if (!bytes) continue;
    const Detector::Hits hits = detector.detect_all(*bytes, file);
    part.judge(stem_of(file), hits.at_least(kAlarm) ? std::string() : "nothing at medium or above");
  }
}

// Rule tests of others: events that must be found, and events that must not alarm.
struct RuleTests {
  Share recall;
  Share false_alarms;

  void add(const std::string& name, bool expected, const Detector::Hits& hits) {
    Share& share = expected ? recall : false_alarms;
    ++share.total;
    if (hits.at_least(expected ? kFound : kAlarm)) ++share.hits;
    if (expected && !hits.at_least(kFound)) share.listed.push_back("missed: " + name);
    if (!expected && hits.at_least(kAlarm)) {
      share.listed.push_back(fmt::format("false alarm: {}: {}", name, hits.names(kAlarm)));
    }
  }

  void judge_recall(Part& part) const {
    judge_share("events found, >= 75 %", recall, recall.value() >= kRecallMin, part);
  }

  void judge_false_alarms(Part& part) const {
    judge_share("false alarms, <= 10 %", false_alarms, false_alarms.value() <= kFalseAlarmsMax,
                part);
  }
};

// "AWS.RuleId / what the test is about"
std::string test_name(const json::Node& row) {
  return fmt::format("{} / {}", row.string_at("rule"), row.string_at("test"));
}

bool is_true(const json::Node& row, std::string_view key) {
  const json::Node* node = row.find(key);
  return node != nullptr && node->is(json::Kind::True);
}

void run_panther(const Setting& setting, Detector& detector, Report& report) {
  const auto text = setting.corpus.read("labelled/panther_cloudtrail.jsonl", report);
  if (!text) return;
  Part& part = report.part("panther_cloudtrail");
  RuleTests tests;
  each_row(*text, part, [&](const json::Node& row, std::size_t) {
    const std::optional<Level> severity =
        rule::parse_level(base::lower(row.string_at("rule_severity")));
    const json::Node* event = row.find("event");
    if (!severity || *severity < Level::Medium || is_true(row, "needs_mock")) return;
    if (event == nullptr || !event->is_container()) return;
    tests.add(test_name(row), is_true(row, "expected"),
              detector.detect_all(event->text, "panther"));
  });
  tests.judge_recall(part);
  tests.judge_false_alarms(part);
}

void run_streamalert(const Setting& setting, Detector& detector, Report& report) {
  const auto text = setting.corpus.read("labelled/streamalert.jsonl", report);
  if (!text) return;
  Part& part = report.part("streamalert");
  RuleTests tests;
  each_row(*text, part, [&](const json::Node& row, std::size_t) {
    const json::Node* event = row.find("event");
    if (event == nullptr || !event->is_container()) return;
    Detector::Hits all;
    bool is_cloudtrail = false;
    const auto take = [&](const event::Event& each, const Detector::Hits& hits) {
      is_cloudtrail = is_cloudtrail || each.format == event::Format::CloudTrail;
      all.rules.insert(all.rules.end(), hits.rules.begin(), hits.rules.end());
    };
    detector.detect(event->text, "streamalert", take);
    if (is_cloudtrail) tests.add(test_name(row), is_true(row, "expected"), all);
  });
  tests.judge_recall(part);
  note_share("false alarms, not judged", tests.false_alarms, part);
}

// The other opinion on every event that was read above.
void judge_agreement(const Detector& detector, Part& part) {
  if (detector.event_count() == 0) return;
  std::string complaint;
  for (const std::string& each : detector.disagreements()) {
    complaint += (complaint.empty() ? "" : "; ") + each;
  }
  part.judge(fmt::format("both matchers agree on {} events", detector.event_count()), complaint);
}

}  // namespace

void run_recall(const Setting& setting, Report& report) {
  std::vector<std::string> complaints;
  const std::vector<rule::RulePointer> rules = load_rules(setting.rules, complaints);
  Part& part = report.part("shipped rules");
  part.note(fmt::format("{} rules in {}", rules.size(), setting.rules));
  for (std::string& complaint : complaints)
    part.fail("rules", std::move(complaint));

  Detector detector(rules);
  run_invictus(setting, rules, detector, report);
  run_stratus(setting, detector, report);
  run_otrf(setting, detector, report);
  run_panther(setting, detector, report);
  run_streamalert(setting, detector, report);
  judge_agreement(detector, part);
}

}  // namespace riposte::conformance
