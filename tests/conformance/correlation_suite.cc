// Correlation rules over timelines: the examples of Sigma's specification, Suzaku's rules, and
// Panther's expressed as ours.
//
// Published correlations come without timelines, and the specification's without the rules they
// join. Both stand in tests/conformance/correlation: timelines.jsonl says for each what must fire
// and what must not, joined_rules.yml stands in for what is missing. Panther's timelines are
// published; panther_rules.yml says what its rules are with us.

#include <fmt/core.h>

#include "base/diagnostics.h"
#include "base/files.h"
#include "base/time.h"
#include "correlate/correlator.h"
#include "event/event_reader.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "match/matcher.h"
#include "rule/rule_set.h"
#include "suites.h"

namespace riposte::conformance {
namespace {

const std::string kOurs = RIPOSTE_SOURCE_DIR "/tests/conformance/correlation/";
constexpr std::size_t kFileBytesMax = 16 << 20;
constexpr base::Millis kAnyOrder =
    std::chrono::years(1);  // events of a timeline wait for each other
constexpr base::EventTime kBegin{std::chrono::hours(24 * 365 * 50)};

// A file of ours; it is always there.
std::string read_ours(const std::string& name) {
  return base::read_file(kOurs + name, kFileBytesMax).value();
}

std::string event_at(const json::Node& event, base::EventTime time) {
  json::Writer writer;
  writer.object([&] {
    writer.field("eventTime", base::format_time(time));
    for (const json::Node& member : json::children(event))
      writer.key(member.key).value(member);
  });
  return std::move(writer).take();
}

// Why the rule of that name or title does not do what is expected over these events, or nothing.
std::string judge(const rule::RuleSet& rules, std::string_view name,
                  const std::vector<std::string>& events, bool expected) {
  const rule::RulePointer* rule = rules.find(name);
  if (rule == nullptr) return fmt::format("there is no rule \"{}\"", name);
  const match::Matcher matcher(rules.rules());
  const correlate::Plan plan(rules.rules());
  correlate::Correlator correlator(plan, {.lateness = kAnyOrder});
  match::Scratch scratch;
  event::EventReader reader;
  event::Quarantine quarantine;
  std::vector<rule::Hit> hits;
  std::size_t number = 0;
  const auto take = [&](const event::Event& event) {
    const std::string id = correlate::packed_id(std::to_string(++number));
    hits.clear();
    matcher.match(event.raw, scratch, hits);
    for (const rule::Hit& hit : hits) {
      if (plan.is_joined(hit.rule) && event.time)
        correlator.add({hit.rule, *event.time, "", id, plan.pack_fields(hit.rule, event.raw)});
    }
  };
  for (std::string text : events) {
    text.reserve(text.size() + json::kPadding);
    reader.read(text, "event", take, quarantine);
  }
  if (number != events.size()) return "an event could not be read";
  correlator.finish();
  bool fires = false;
  for (const correlate::Result& result : correlator.take_results())
    fires = fires || rules.rules()[result.rule] == *rule;
  if (fires == expected) return {};
  return expected ? "it must fire, and does not" : "it fires, and must not";
}

rule::RuleSet read_rules(const std::vector<rule::RuleText>& texts, std::string& complaint) {
  base::Diagnostics diagnostics;
  rule::RuleSet rules = rule::RuleSet::read(texts, {}, diagnostics);
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == base::Severity::Error) complaint = diagnostic.message;
  }
  return rules;
}

void run_timelines(const Setting& setting, Report& report) {
  Part& part = report.part("timelines");
  each_row(read_ours("timelines.jsonl"), part, [&](const json::Node& row, std::size_t) {
    const std::string file(row.string_at("file"));
    const std::optional<std::string> text = setting.corpus.read(file, report);
    if (!text) return;
    std::vector<std::string> events;
    for (const json::Node& run : json::children(*row.find("timeline"))) {
      const auto seconds = [&run](std::string_view key) {
        return static_cast<std::int64_t>(run.find(key)->number().value_or(0));
      };
      for (std::int64_t i = 0; i < seconds("times"); ++i) {
        const std::chrono::seconds since(seconds("from") + i * seconds("every"));
        events.push_back(event_at(*run.find("event"), kBegin + since));
      }
    }
    std::string complaint;
    const rule::RuleSet rules =
        read_rules({{file, *text}, {"joined_rules.yml", read_ours("joined_rules.yml")}}, complaint);
    if (complaint.empty()) {
      complaint =
          judge(rules, row.string_at("rule"), events, row.find("expect")->is(json::Kind::True));
    }
    part.judge(fmt::format("{}: {}", file_name_of(file), row.string_at("case")), complaint);
  });
}

// The hits of one of Panther's tests: {"ID": member, "Matches": {field: {value: [time, ...]}}}. A
// time is one, or minutes since the timeline began.
std::vector<std::string> panther_events(const json::Node& outputs) {
  std::vector<std::string> events;
  for (const json::Node& output : json::children(outputs)) {
    for (const json::Node& field : json::children(*output.find("Matches"))) {
      for (const json::Node& value : json::children(field)) {
        for (const json::Node& time : json::children(value)) {
          const std::chrono::minutes since(static_cast<std::int64_t>(time.number().value_or(0)));
          json::Writer writer;
          writer.object([&] {
            writer.field("eventTime", time.is_string() ? std::string(time.text)
                                                       : base::format_time(kBegin + since));
            writer.field("member", output.string_at("ID"));
            writer.field("match", value.key);
          });
          events.push_back(std::move(writer).take());
        }
      }
    }
  }
  return events;
}

void run_panther(const Setting& setting, Report& report) {
  const auto rows = setting.corpus.read("labelled/panther_correlation.jsonl", report);
  if (!rows) return;
  Part& part = report.part("panther_correlation");
  std::string complaint;
  const rule::RuleSet rules =
      read_rules({{"panther_rules.yml", read_ours("panther_rules.yml")}}, complaint);
  each_row(*rows, part, [&](const json::Node& row, std::size_t) {
    for (const json::Node& test : json::children(*row.find("tests"))) {
      const std::string why =
          !complaint.empty()
              ? complaint
              : judge(rules, row.string_at("rule"), panther_events(*test.find("rule_outputs")),
                      test.find("expected")->is(json::Kind::True));
      part.judge(fmt::format("{}: {}", row.string_at("rule"), test.string_at("test")), why);
    }
  });
}

}  // namespace

void run_correlation(const Setting& setting, Report& report) {
  run_timelines(setting, report);
  run_panther(setting, report);
}

}  // namespace riposte::conformance
