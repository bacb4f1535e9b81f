// riposte rule test PATH...: runs the tests that stand beside rules.
// Tested by tests/cli/rule_test_test.py

#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "base/xml.h"
#include "cli/embedded.h"
#include "cli/explanation.h"
#include "cli/rule_command.h"
#include "cli/rules_option.h"
#include "correlate/correlator.h"
#include "enrich/enricher.h"
#include "event/event_reader.h"
#include "finding/terminal_text.h"
#include "match/matcher.h"

namespace riposte::cli {
namespace {

constexpr std::size_t kEventFileBytesMax = 64 << 20;
constexpr base::Millis kAnyOrder = std::chrono::years(1000);  // hits of a test wait for each other

struct TestOptions {
  std::vector<std::string> paths;
  std::string lists;
  std::string output = "human";
  bool strict = false;
};

struct Outcome {
  std::string complaint;    // empty: as expected
  std::string explanation;  // of the event that decided, may be empty
};

std::string_view name_of(bool hit) { return hit ? "hit" : "none"; }

// The content of a test's `file`, beside its rule's; shipped rules have theirs in the binary.
base::Result<std::string> read_beside(const rule::Rule& rule, const std::string& name) {
  const std::string path =
      (std::filesystem::path(rule.file).parent_path() / name).lexically_normal().string();
  base::Result<std::string> text = base::read_file(path, kEventFileBytesMax);
  if (text.ok()) return text;
  for (const EmbeddedFile& file : embedded_rules()) {
    if (file.path == path) return std::string(file.text);
  }
  return std::move(text).error().in(path);
}

// Runs tests one by one, as a scan would see their events, and asks both matchers. The events of a
// correlation's test are a timeline: they may stand in any order, and each needs a time.
class TestRunner {
 public:
  TestRunner(const rule::RuleSet& rules, std::size_t width)
      : matcher_(rules.rules()), plan_(rules.rules()), width_(width) {}

  Outcome run(rule::RuleIndex index, const rule::RuleTest& test) {
    begin(index);
    if (test.file.empty()) {
      for (const std::string& event : test.events)
        read(event);
    } else {
      base::Result<std::string> content = read_beside(*matcher_.rules()[index], test.file);
      if (!content.ok()) return {content.error().message, {}};
      read(std::move(content).value());
    }
    return judge(test);
  }

  bool is_told(rule::RuleIndex index) const { return plan_.is_told(index); }

 private:
  struct Joined {
    rule::RuleIndex rule = 0;
    base::EventTime time;
    std::string event;  // packed
    std::string fields;
  };

  void begin(rule::RuleIndex index) {
    index_ = index;
    event_count_ = 0;
    is_hit_ = false;
    mistake_.clear();
    explanation_.clear();
    quarantine_ = event::Quarantine();
    timeline_.clear();
    lineage_ = event::Lineage();
    const rule::Rule& rule = *matcher_.rules()[index];
    enricher_ = enrich::Enricher(std::make_shared<const enrich::Knowledge>(
        std::vector<enrich::GeoDatabase>(), enrich::ThreatIndex(), rule.test_addresses));
  }

  void read(std::string bytes) {
    bytes.reserve(bytes.size() + json::kPadding);
    reader_.read(
        bytes, "test", [this](event::Event& event) { take(event); }, quarantine_);
  }

  void take(event::Event& event) {
    enricher_.enrich(event);
    hits_.clear();
    matcher_.match(event.raw, scratch_, hits_);
    if (matcher_.rules()[index_]->correlation) return correlate(event);
    const bool is_hit = std::any_of(hits_.begin(), hits_.end(),
                                    [this](const rule::Hit& hit) { return hit.rule == index_; });
    const rule::RulePointer& rule = matcher_.rules()[index_];
    const match::Explanation explanation = match::explain(rule, event);
    if (explanation.fires != is_hit) {
      mistake_ = fmt::format(
          "the compiled matcher says {}, the reference matcher {}: a mistake of riposte",
          name_of(is_hit), name_of(explanation.fires));
    }
    // The first event tells enough, unless a later one hits.
    if (event_count_++ == 0 || (is_hit && !is_hit_)) {
      explanation_ =
          to_text(explanation, *rule, event.format, {.indent = 4, .width = width_, .color = false});
    }
    is_hit_ = is_hit_ || is_hit;
  }

  void correlate(const event::Event& event) {
    ++event_count_;
    if (auto issuance = event::issuance_of(event.raw)) lineage_.add(std::move(*issuance));
    for (const rule::Hit& hit : hits_) {
      if (!plan_.is_joined(hit.rule)) continue;
      if (!event.time) {
        mistake_ = "an event that a joined rule hits has no time";
        return;
      }
      timeline_.push_back({hit.rule, *event.time,
                           correlate::packed_id(std::to_string(event_count_)),
                           plan_.pack_fields(hit.rule, event.raw)});
    }
  }

  Outcome judge(const rule::RuleTest& test) {
    correlate::Correlator correlator(plan_, {.lateness = kAnyOrder});
    for (const Joined& each : timeline_) {
      const bool asks_origin = plan_.asks_origin(each.rule);
      const std::string fields =
          asks_origin ? plan_.with_origin(each.rule, each.fields, lineage_) : each.fields;
      correlator.add({each.rule, each.time, "test", each.event, fields});
    }
    correlator.finish();
    for (const correlate::Result& result : correlator.take_results())
      is_hit_ = is_hit_ || result.rule == index_;
    if (quarantine_.count() > 0)
      return {"an event could not be read: " + quarantine_.take_sorted().front().reason, {}};
    if (event_count_ == 0) return {"there is no event to test with", {}};
    if (!mistake_.empty()) return {mistake_, explanation_};
    if (is_hit_ == test.expect_hit) return {};
    return {fmt::format("expected {}, got {}", name_of(test.expect_hit), name_of(is_hit_)),
            explanation_};
  }

  match::Matcher matcher_;
  correlate::Plan plan_;
  std::size_t width_;
  event::EventReader reader_;
  enrich::Enricher enricher_;
  match::Scratch scratch_;
  std::vector<rule::Hit> hits_;

  // Of the test under way.
  rule::RuleIndex index_ = 0;
  event::Quarantine quarantine_;
  std::size_t event_count_ = 0;
  bool is_hit_ = false;
  std::string mistake_;
  std::string explanation_;
  std::vector<Joined> timeline_;
  event::Lineage lineage_;
};

// Where outcomes are told: as text while they come, or as JUnit XML at the end.
class Report {
 public:
  virtual ~Report() = default;
  virtual void begin(const rule::Rule& rule) = 0;
  virtual void add(const rule::Rule& rule, const rule::RuleTest& test, const Outcome& outcome) = 0;
  virtual void end(std::string_view summary) = 0;
};

class HumanReport : public Report {
 public:
  explicit HumanReport(const Console& console) : out_(console.out) {}

  void begin(const rule::Rule&) override {}
  void add(const rule::Rule& rule, const rule::RuleTest& test, const Outcome& outcome) override {
    if (outcome.complaint.empty()) return;
    const std::string line =
        fmt::format("{}:{}:{}: {}: {}: {}", rule.file, test.place.line, test.place.column,
                    rule.name, test.name, outcome.complaint);
    out_ << finding::visible(line) << '\n' << outcome.explanation;
  }
  void end(std::string_view summary) override { out_ << summary << '\n'; }

 private:
  std::ostream& out_;
};

// XML knows no control characters, not even escaped ones.
std::string xml(std::string_view text) { return base::xml_escaped(finding::visible(text)); }

std::string xml_lines(std::string_view text) {
  std::string out;
  for (std::string_view line : base::split(text, '\n'))
    out += xml(line) + "\n";
  return out;
}

// One suite a rule, as test dashboards expect it.
class JUnitReport : public Report {
 public:
  explicit JUnitReport(const Console& console) : console_(console) {}

  void begin(const rule::Rule& rule) override {
    close_suite();
    suite_ = xml(rule.name);
  }
  void add(const rule::Rule& rule, const rule::RuleTest& test, const Outcome& outcome) override {
    ++tests_;
    cases_ += fmt::format("    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\"",
                          xml(rule.name), xml(test.name), xml(rule.file), test.place.line);
    if (outcome.complaint.empty()) {
      cases_ += "/>\n";
      return;
    }
    ++failures_;
    cases_ += fmt::format(">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
                          xml(outcome.complaint), xml_lines(outcome.explanation));
  }
  void end(std::string_view summary) override {
    close_suite();
    console_.out << fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{}\" "
        "failures=\"{}\">\n{}</testsuites>\n",
        all_tests_, all_failures_, suites_);
    console_.err << summary << '\n';
  }

 private:
  void close_suite() {
    if (tests_ > 0) {
      suites_ +=
          fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n{}  </testsuite>\n",
                      suite_, tests_, failures_, cases_);
    }
    all_tests_ += tests_;
    all_failures_ += failures_;
    tests_ = failures_ = 0;
    cases_.clear();
  }

  const Console& console_;
  std::string suite_;  // of the rule under way, with its tests
  std::string cases_;
  std::size_t tests_ = 0;
  std::size_t failures_ = 0;
  std::string suites_;
  std::size_t all_tests_ = 0;
  std::size_t all_failures_ = 0;
};

struct Counts {
  std::size_t tests = 0;
  std::size_t failed = 0;
  std::size_t untested = 0;
};

Counts run_all(const rule::RuleSet& rules, bool strict, Report& report, const Console& console) {
  TestRunner runner(rules, console.width);
  Counts counts;
  const auto count = [&](const rule::Rule& rule, const rule::RuleTest& test,
                         const Outcome& outcome) {
    ++counts.tests;
    if (!outcome.complaint.empty()) ++counts.failed;
    report.add(rule, test, outcome);
  };
  for (rule::RuleIndex i = 0; i < rules.rules().size(); ++i) {
    const rule::Rule& rule = *rules.rules()[i];
    report.begin(rule);
    // What is only a part of correlations is tested by their timelines.
    if (rule.tests.empty() && runner.is_told(i)) {
      ++counts.untested;
      console.complain(fmt::format("{}:{}:{}: warning: {} has no tests", rule.file, rule.place.line,
                                   rule.place.column, rule.name));
      rule::RuleTest missing;
      missing.name = "has tests";
      missing.place = rule.place;
      if (strict) count(rule, missing, {"there are none", {}});
    }
    for (const rule::RuleTest& test : rule.tests)
      count(rule, test, runner.run(i, test));
  }
  return counts;
}

ExitCode test(const TestOptions& options, const Console& console) {
  const std::optional<std::vector<rule::RuleText>> texts =
      read_rule_texts_or_shipped(options.paths, console);
  const std::optional<rule::Placeholders> lists = read_lists(options.lists, console);
  if (!texts || !lists) return ExitCode::WrongUse;

  base::Diagnostics diagnostics;
  const rule::RuleSet rules =
      rule::RuleSet::read(*texts, *lists, diagnostics, rule::TestPlaceholders::Used);
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == base::Severity::Error) tell(diagnostic, console);
  }
  HumanReport human(console);
  JUnitReport junit(console);
  Report& report = options.output == "junit" ? static_cast<Report&>(junit) : human;
  const Counts counts = run_all(rules, options.strict, report, console);
  report.end(fmt::format("{} rules, {} tests, {} failed", rules.rules().size(), counts.tests,
                         counts.failed));
  if (!diagnostics.ok()) return ExitCode::WrongUse;
  return counts.failed > 0 ? ExitCode::CheckFailed : ExitCode::Done;
}

}  // namespace

void add_rule_test(CLI::App& rule, Picked& picked) {
  CLI::App* command = rule.add_subcommand("test", "Run the tests that stand beside rules");
  command->footer("Example: riposte rule test my-rules/ -o junit > rules.xml");
  const auto options = std::make_shared<TestOptions>();
  command->add_option("path", options->paths,
                      "Rule files and folders; without any, the shipped rules");
  command
      ->add_option("--lists", options->lists, "YAML file with values for the placeholders of rules")
      ->type_name("FILE");
  command
      ->add_option("-o,--output", options->output,
                   "junit: XML for test dashboards, on standard output")
      ->check(CLI::IsMember({"human", "junit"}))
      ->capture_default_str();
  command->add_flag("--strict", options->strict, "A rule without tests fails");
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return test(*options, console); };
  });
}

}  // namespace riposte::cli
