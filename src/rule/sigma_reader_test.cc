#include "rule/sigma_reader.h"

#include <gmock/gmock.h>

#include "json/scanner.h"

namespace riposte::rule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* kHead = "title: t\nlogsource: {product: aws, service: cloudtrail}\n";
constexpr const char* kBody =
    "detection:\n  selection: {eventName: StopLogging}\n  condition: selection\n";

struct Outcome {
  SigmaDocuments documents;
  base::Diagnostics diagnostics;

  const Rule& rule() const { return documents.rules.front(); }

  // "code line:column: message" for each complaint.
  std::vector<std::string> complaints() const {
    std::vector<std::string> result;
    for (const base::Diagnostic& each : diagnostics.all()) {
      result.push_back(each.code + " " + std::to_string(each.place.line) + ":" +
                       std::to_string(each.place.column) + ": " + each.message);
    }
    return result;
  }
};

Outcome read(const std::string& yaml, const Placeholders& placeholders = {},
             TestPlaceholders test_placeholders = TestPlaceholders::Ignored) {
  Outcome outcome;
  outcome.documents =
      read_sigma({"rules/my_rule.yml", yaml}, placeholders, test_placeholders, outcome.diagnostics);
  return outcome;
}

std::string rule_with(const std::string& lines) { return std::string(kHead) + kBody + lines; }

TEST(SigmaReaderTest, ReadsWhatDescribesARule) {
  const Outcome outcome = read(
      "title: Trail stopped\nid: 7c0f5a0e-3d55-4c0b-9f0e-3f6f3a1f8f10\nname: "
      "trail_stopped\nstatus: test\n"
      "description: |\n  Recording\n  was stopped.\nauthor: A, B\ntags: "
      "[attack.t1562.008]\nreferences:\n  - https://x\n"
      "falsepositives: Unlikely\nlevel: high\nlogsource: {product: aws, service: cloudtrail, "
      "category: c, definition: d}\n" +
      std::string(kBody));

  ASSERT_THAT(outcome.complaints(), IsEmpty());
  const Rule& rule = outcome.rule();
  EXPECT_EQ(rule.title, "Trail stopped");
  EXPECT_EQ(rule.id, "7c0f5a0e-3d55-4c0b-9f0e-3f6f3a1f8f10");
  EXPECT_EQ(rule.name, "trail_stopped");
  EXPECT_TRUE(rule.has_own_name);
  EXPECT_EQ(rule.status, "test");
  EXPECT_EQ(rule.description, "Recording\nwas stopped.\n");
  EXPECT_EQ(rule.author, "A, B");
  EXPECT_THAT(rule.tags, ElementsAre("attack.t1562.008"));
  EXPECT_THAT(rule.references, ElementsAre("https://x"));
  EXPECT_THAT(rule.false_positives, ElementsAre("Unlikely"));
  EXPECT_EQ(rule.level, Level::High);
  EXPECT_EQ(rule.log_source.product, "aws");
  EXPECT_EQ(rule.log_source.service, "cloudtrail");
  EXPECT_EQ(rule.log_source.category, "c");
  EXPECT_EQ(to_text(rule.condition), R"(eventName is "stoplogging")");
  EXPECT_EQ(rule.file, "rules/my_rule.yml");
  EXPECT_EQ(rule.place.line, 1u);
}

TEST(SigmaReaderTest, FillsInWhatIsNotSaid) {
  const Outcome outcome = read(rule_with("references:\n"));

  ASSERT_THAT(outcome.complaints(), IsEmpty());
  EXPECT_EQ(outcome.rule().id.size(), 64u) << "a digest of the document";
  EXPECT_EQ(outcome.rule().id, read(rule_with("references:  # nothing\n")).rule().id)
      << "of its content, not its layout";
  EXPECT_NE(outcome.rule().id, read(rule_with("references: [x]\n")).rule().id);
  EXPECT_EQ(outcome.rule().name, "my_rule");
  EXPECT_FALSE(outcome.rule().has_own_name);
  EXPECT_EQ(outcome.rule().level, Level::Medium);
}

TEST(SigmaReaderTest, ReadsEveryDocumentOfAText) {
  const Outcome outcome =
      read(rule_with("---\n") + rule_with("id: x\n---\n") + rule_with("name: own\n---\n"));

  ASSERT_THAT(outcome.complaints(), IsEmpty());
  ASSERT_EQ(outcome.documents.rules.size(), 3u);
  EXPECT_EQ(outcome.documents.rules[0].name, "my_rule");
  EXPECT_EQ(outcome.documents.rules[1].name, "my_rule-2");
  EXPECT_EQ(outcome.documents.rules[2].name, "own");
  EXPECT_EQ(outcome.documents.rules[1].place.line, 7u);
}

TEST(SigmaReaderTest, LeavesOutTheBadDocumentOnly) {
  const Outcome outcome = read(rule_with("level: severe\n---\n") + rule_with(""));

  EXPECT_EQ(outcome.documents.rules.size(), 1u);
  EXPECT_THAT(outcome.complaints(), ElementsAre("sigma-level 6:8: \"severe\" is no level"));
}

TEST(SigmaReaderTest, LeavesOutADocumentThatSaysAKeyTwice) {
  const Outcome outcome = read(rule_with("---\n") + rule_with("level: low\nlevel: high\n---\n") +
                               rule_with("id: third\n"));

  ASSERT_EQ(outcome.documents.rules.size(), 2u);
  EXPECT_EQ(outcome.documents.rules[1].id, "third");
  EXPECT_EQ(outcome.diagnostics.error_count(), 1u);
}

TEST(SigmaReaderTest, ReadsTheDocumentsBeforeASyntaxError) {
  const Outcome outcome = read(rule_with("---\ntitle: [\n"));

  EXPECT_EQ(outcome.documents.rules.size(), 1u);
  EXPECT_THAT(outcome.complaints(), ElementsAre(StartsWith("yaml-syntax")));
}

TEST(SigmaReaderTest, JoinsAListOfConditionsByOr) {
  const Outcome outcome =
      read(std::string(kHead) + "detection: {a: {x: 1}, b: {y: 2}, condition: [a, not b]}\n");

  ASSERT_THAT(outcome.complaints(), IsEmpty());
  EXPECT_EQ(to_text(outcome.rule().condition), R"((x is "1" or not y is "2"))");
}

TEST(SigmaReaderTest, PointsIntoTheConditionBehindItsQuote) {
  const std::string body = "detection:\n  a: {x: 1}\n  condition: ";

  EXPECT_THAT(read(kHead + body + "a and b\n").complaints(),
              ElementsAre("sigma-undefined 5:20: nothing is named \"b\" here"));
  EXPECT_THAT(read(kHead + body + "'a and b'\n").complaints(),
              ElementsAre("sigma-undefined 5:21: nothing is named \"b\" here"));
}

TEST(SigmaReaderTest, ReadsAnEventBridgePatternInsteadOfADetection) {
  const Outcome as_map = read("title: t\neventbridge: {source: [aws.iam]}\n");
  const Outcome as_text = read("title: t\neventbridge: '{\"source\": [\"aws.iam\"]}'\n");

  ASSERT_THAT(as_map.complaints(), IsEmpty());
  ASSERT_THAT(as_text.complaints(), IsEmpty());
  EXPECT_EQ(to_text(as_map.rule().condition), to_text(as_text.rule().condition));
  EXPECT_TRUE(as_map.rule().log_source.covers(event::Format::GuardDuty))
      << "a pattern says itself what it is for";
}

TEST(SigmaReaderTest, ReadsACorrelationThatNoEventSatisfies) {
  const Outcome outcome = read(
      "title: t\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: {gte: "
      "3}}\ngenerate: true\n");

  ASSERT_THAT(outcome.complaints(), IsEmpty());
  ASSERT_TRUE(outcome.rule().correlation);
  EXPECT_TRUE(outcome.rule().correlation->generate);
  EXPECT_EQ(to_text(outcome.rule().condition), "never");
}

TEST(SigmaReaderTest, ReadsAFilter) {
  const Outcome outcome = read(
      "title: admins\nlogsource: {product: aws}\nfilter:\n  rules: [first, 'second']\n"
      "  selection: {user: adm}\n  condition: not selection\n");

  ASSERT_THAT(outcome.complaints(), IsEmpty());
  ASSERT_EQ(outcome.documents.filters.size(), 1u);
  const SigmaFilter& filter = outcome.documents.filters.front();
  EXPECT_EQ(filter.rules.size(), 2u);
  EXPECT_EQ(filter.rules[1].rule, "second");
  EXPECT_FALSE(filter.any_rule);
  EXPECT_EQ(to_text(filter.condition), R"(not user is "adm")");
}

TEST(SigmaReaderTest, ReadsAFilterForAnyRule) {
  for (const char* rules : {"any", "all", "[]"}) {
    const Outcome outcome = read(std::string("title: t\nlogsource: {product: aws}\nfilter: "
                                             "{selection: {a: b}, condition: selection, "
                                             "rules: ") +
                                 rules + "}\n");
    ASSERT_EQ(outcome.documents.filters.size(), 1u) << rules;
    EXPECT_TRUE(outcome.documents.filters.front().any_rule) << rules;
  }
}

TEST(SigmaReaderTest, FiltersRulesWhoseLogSourceSaysTheSame) {
  const SigmaFilter filter = {.title = {},
                              .log_source = {"aws", "cloudtrail", ""},
                              .rules = {},
                              .condition = {},
                              .file = {},
                              .place = {}};

  EXPECT_TRUE(filter.accepts({"aws", "cloudtrail", ""}));
  EXPECT_TRUE(filter.accepts({"aws", "cloudtrail", "anything"}));
  EXPECT_FALSE(filter.accepts({"aws", "guardduty", ""}));
  EXPECT_FALSE(filter.accepts({"aws", "", ""}));
  EXPECT_TRUE(SigmaFilter{}.accepts({"windows", "", "process_creation"}));
}

TEST(SigmaReaderTest, ReadsTheTestsOfARule) {
  const Outcome outcome =
      read(rule_with("riposte:\n  response: restart-trail\n  placeholders: {accounts: ['1', '2'], "
                     "one: x}\n  tests:\n"
                     "    - {name: stopped, expect: hit, event: {eventName: StopLogging, n: 5}}\n"
                     "    - {name: others, expect: none, events: [{a: 1}, {b: [true, null]}]}\n"
                     "    - {name: kept, expect: none, file: events.jsonl}\n"));

  ASSERT_THAT(outcome.complaints(), IsEmpty());
  const Rule& rule = outcome.rule();
  EXPECT_EQ(rule.response, "restart-trail");
  EXPECT_THAT(rule.test_placeholders.at("accounts"), ElementsAre("1", "2"));
  EXPECT_THAT(rule.test_placeholders.at("one"), ElementsAre("x"));
  ASSERT_EQ(rule.tests.size(), 3u);
  EXPECT_EQ(rule.tests[0].name, "stopped");
  EXPECT_TRUE(rule.tests[0].expect_hit);
  EXPECT_THAT(rule.tests[0].events, ElementsAre(R"({"eventName":"StopLogging","n":5})"));
  EXPECT_FALSE(rule.tests[1].expect_hit);
  EXPECT_THAT(rule.tests[1].events, ElementsAre(R"({"a":1})", R"({"b":[true,null]})"));
  EXPECT_EQ(rule.tests[2].file, "events.jsonl");
  EXPECT_EQ(rule.tests[2].place.line, 12u);
}

TEST(SigmaReaderTest, ATestMayRepeatAnEvent) {
  const Outcome outcome = read(rule_with(
      "riposte:\n  tests:\n    - name: n\n      expect: hit\n      events:\n"
      "        - {repeat: 3, every: 90s, event: {eventTime: '2026-01-31T00:00:00Z', k: 'x{n}'}}\n"
      "        - {k: last}\n"));
  EXPECT_THAT(
      outcome.rule().tests.front().events,
      ElementsAre(R"({"eventTime":"2026-01-31T00:00:00.000Z","k":"x0"})",
                  R"({"eventTime":"2026-01-31T00:01:30.000Z","k":"x1"})",
                  R"({"eventTime":"2026-01-31T00:03:00.000Z","k":"x2"})", R"({"k":"last"})"));
}

TEST(SigmaReaderTest, UsesPlaceholdersOfTestsForTestsOnly) {
  const std::string yaml =
      std::string(kHead) +
      "detection: {s: {a|expand: '%x%'}, condition: s}\nriposte: {placeholders: {x: [test]}}\n";

  EXPECT_EQ(to_text(read(yaml).rule().condition), "never");
  EXPECT_EQ(to_text(read(yaml, {{"x", {"real"}}}).rule().condition), R"(a is "real")");
  EXPECT_EQ(to_text(read(yaml, {}, TestPlaceholders::Used).rule().condition), R"(a is "test")");
  EXPECT_EQ(to_text(read(yaml, {{"x", {"real"}}}, TestPlaceholders::Used).rule().condition),
            R"(a is "test")");
}

TEST(SigmaReaderTest, AllowsKeysThatAreNobodysBusiness) {
  EXPECT_THAT(read(rule_with("regression_tests_path: x\nour_ticket: 5\n")).complaints(), IsEmpty());
}

TEST(SigmaReaderTest, SuspectsKeysThatLookMisspelt) {
  const Outcome outcome = read(rule_with("falsepostives: [x]\n"));

  EXPECT_EQ(outcome.documents.rules.size(), 1u);
  EXPECT_THAT(outcome.complaints(),
              ElementsAre("sigma-unknown-key 6:1: \"falsepostives\" is no key of Sigma"));
  EXPECT_EQ(outcome.diagnostics.all().front().hint, "did you mean \"falsepositives\"?");
}

TEST(SigmaReaderTest, SaysBothWhereTheDetectionIsMisspelt) {
  EXPECT_THAT(
      read(std::string(kHead) + "detetion: {}\n").complaints(),
      ElementsAre(
          "sigma-unknown-key 3:1: \"detetion\" is no key of Sigma",
          "sigma-kind 1:1: a rule needs a detection, a correlation or an eventbridge pattern"));
}

TEST(SigmaReaderTest, WarnsWhereTheRuleCanStillBeUsed) {
  const std::pair<const char*, const char*> cases[] = {
      {"status: tests\n", "sigma-status 6:9: \"tests\" is no status"},
      {"Level: low\n", "sigma-unknown-key 6:1: \"Level\" is no key of Sigma"},
  };
  for (const auto& [lines, complaint] : cases) {
    const Outcome outcome = read(rule_with(lines));
    EXPECT_EQ(outcome.documents.rules.size(), 1u) << lines;
    EXPECT_THAT(outcome.complaints(), ElementsAre(complaint)) << lines;
  }
  EXPECT_THAT(
      read(std::string(kHead) + "detection: {s: {a: 1}, t: {b: 2}, timeframe: 5m, condition: s}\n")
          .complaints(),
      ElementsAre("sigma-unused 3:24: no condition uses \"t\"",
                  "sigma-timeframe 3:46: a time frame has no meaning in a single event"));
}

TEST(SigmaReaderTest, RefusesWhatIsWrongWhereItStands) {
  const std::string head = kHead;
  const std::pair<std::string, const char*> cases[] = {
      {"- a\n", "sigma-document 1:1: a rule is a map, not a list"},
      {"text\n", "sigma-document 1:1: a rule is a map, not text"},
      {"action: global\ntitle: t\n", "sigma-document 1:9: documents that share keys by `action`"},
      {"logsource: {product: aws}\n" + std::string(kBody),
       "sigma-missing 1:1: a rule needs a title"},
      {"title: t\n" + std::string(kBody), "sigma-missing 1:1: a rule needs a log source"},
      {"title: [t]\nlogsource: {product: aws}\n" + std::string(kBody),
       "sigma-type 1:8: \"title\" must be text, not a list"},
      {"title: t\nlogsource: aws\n" + std::string(kBody),
       "sigma-type 2:12: \"logsource\" must be a map, not text"},
      {"title: t\nlogsource: {product: [aws]}\n" + std::string(kBody),
       "sigma-type 2:22: \"product\" must be text"},
      {rule_with("tags: {a: b}\n"), "sigma-type 6:7: \"tags\" must be a list of texts, not a map"},
      {rule_with("tags: [[a]]\n"),
       "sigma-type 6:8: \"tags\" must be a list of texts; here is a list"},
      {rule_with("level: hihg\n"), "sigma-level 6:8: \"hihg\" is no level"},
      {rule_with("level: [high]\n"), "sigma-type 6:8: \"level\" must be text"},
      {rule_with("eventbridge: {source: [x]}\n"), "sigma-kind 1:1: a rule has only one of"},
      {head + "detection: [a]\n",
       "sigma-type 3:12: search identifiers stand in a map, not in a list"},
      {head + "detection:\n", "sigma-type 4:1: search identifiers stand in a map"},
      {head + "detection: {s: {a: 1}}\n", "sigma-missing 3:12: there is no condition"},
      {head + "detection: {s: {a: 1}, condition: {a: b}}\n",
       "sigma-type 3:35: the condition is an expression"},
      {head + "detection: {s: {a: 1}, condition: []}\n",
       "sigma-condition 3:35: an empty list of conditions"},
      {head + "detection: {s: {a: 1}, condition: [[s]]}\n",
       "sigma-type 3:36: a condition is text, not a list"},
      {head + "detection: {condition: s}\n", "sigma-undefined 3:24: nothing is named \"s\" here"},
      {head + "filter: {selection: {a: b}, condition: selection}\n",
       "sigma-missing 3:9: a filter needs the rules"},
      {head + "filter: {rules: [[a]], selection: {a: b}, condition: selection}\n",
       "sigma-type 3:18: a rule is named"},
      {head + "filter: x\n", "sigma-type 3:9: search identifiers stand in a map"},
      {rule_with("filter: {rules: any, s: {a: b}, condition: s}\n"),
       "sigma-kind 1:1: a filter has no \"detection\""},
      {rule_with("riposte: x\n"), "riposte-type 6:10: \"riposte\" must be a map"},
      {rule_with("riposte: {test: []}\n"), "riposte-unknown-key 6:11: unknown key \"test\""},
      {rule_with("riposte: {tests: {}}\n"), "riposte-type 6:18: \"tests\" must be a list"},
      {rule_with("riposte: {tests: [x]}\n"), "riposte-type 6:19: a test is a map"},
      {rule_with("riposte: {placeholders: [x]}\n"), "riposte-type 6:25: \"placeholders\" must map"},
      {rule_with("riposte: {tests: [{expect: hit, event: {}}]}\n"),
       "riposte-test 6:19: a test needs a name"},
      {rule_with("riposte: {tests: [{name: n, event: {}}]}\n"),
       "riposte-test 6:19: a test expects `hit` or `none`"},
      {rule_with("riposte: {tests: [{name: n, expect: hit}]}\n"),
       "riposte-test 6:19: a test has exactly one of"},
      {rule_with("riposte: {tests: [{name: n, expect: hit, event: {}, file: f}]}\n"),
       "riposte-test 6:19: a test has exactly"},
      {rule_with("riposte: {tests: [{name: n, expect: hit, event: x}]}\n"),
       "riposte-type 6:49: an event is a map, not text"},
      {rule_with("riposte: {tests: [{name: n, expect: hit, events: {}}]}\n"),
       "riposte-type 6:50: \"events\" must be a list"},
      {rule_with("riposte: {tests: [{name: n, expect: hit, events: [{repeat: 3, event: {}}]}]}\n"),
       "riposte-test 6:51: a repeated event has a number"},
      {rule_with("riposte: {again: true}\n"), "riposte-type 6:18: \"again\" is for counts"},
      {rule_with("riposte: {cost: {usd: 1, per: 1, of: x, source: y}}\n"),
       "riposte-type 6:17: \"cost\" is the price of a correlation's"},
      {rule_with("riposte: {addresses: x}\n"), "riposte-type 6:22: \"addresses\" is a map"},
      {rule_with("riposte: {addresses: {a: x}}\n"), "riposte-type 6:26: what is known"},
      {rule_with("riposte: {tests: [{name: n, expect: hit, event: {}, nam: f}]}\n"),
       "riposte-unknown-key 6:53: unknown key"},
  };
  for (const auto& [yaml, complaint] : cases) {
    const Outcome outcome = read(yaml);
    EXPECT_THAT(outcome.documents.rules, IsEmpty()) << yaml;
    EXPECT_THAT(outcome.documents.filters, IsEmpty()) << yaml;
    EXPECT_FALSE(outcome.diagnostics.ok()) << yaml;
    EXPECT_THAT(outcome.complaints(), testing::Contains(StartsWith(complaint))) << yaml;
  }
}

TEST(SigmaReaderTest, TellsOfManyMistakesAtOnce) {
  const Outcome outcome = read(
      "logsource: 5\nlevel: x\ntags: {a: b}\ndetection: {s: {a|foo: 1, b|gt: c}, condition: "
      "s}\nriposte: {foo: 1}\n");

  EXPECT_EQ(outcome.diagnostics.error_count(), 7u);
}

TEST(SigmaReaderTest, ShowsTheLineAndACaret) {
  const Outcome outcome =
      read(std::string(kHead) + "detection:\n  s:\n    eventName|contain: Stop\n  condition: s\n");

  ASSERT_EQ(outcome.diagnostics.all().size(), 1u);
  EXPECT_EQ(to_text(outcome.diagnostics.all().front()),
            "rules/my_rule.yml:5:15: error[sigma-modifier]: unknown modifier \"contain\"\n"
            "    5 |     eventName|contain: Stop\n"
            "      |               ^ did you mean \"contains\"?\n");
}

TEST(SigmaReaderTest, StopsAfterTooManyComplaints) {
  std::string yaml = std::string(kHead) + "detection:\n  s:\n";
  for (int i = 0; i < 1000; ++i)
    yaml += "    f" + std::to_string(i) + "|foo: x\n";
  const Outcome outcome = read(yaml + "  condition: s\n");

  EXPECT_THAT(outcome.documents.rules, IsEmpty());
  EXPECT_LE(outcome.diagnostics.all().size(), kComplaintsMax + 5);
  EXPECT_EQ(outcome.diagnostics.all().back().code, "sigma-limit");
}

TEST(SigmaReaderTest, RefusesTooManyIdentifiers) {
  std::string yaml = std::string(kHead) + "detection:\n  condition: 1 of them\n";
  for (int i = 0; i < 1001; ++i)
    yaml += "  s" + std::to_string(i) + ": {a: 1}\n";

  EXPECT_THAT(read(yaml).complaints(), ElementsAre(StartsWith("sigma-limit 4:3")));
}

TEST(SigmaReaderTest, SurvivesBadTypesEverywhere) {
  const std::vector<std::string> values = {
      "", "~", "5", "x", "''", "true", "[]", "{}", "[[[]]]", "{a: {b: {c: d}}}", "[{}]"};
  for (const char* key :
       {"title", "id", "name", "level", "status", "tags", "author", "logsource", "detection",
        "correlation", "filter", "eventbridge", "riposte", "action", "generate", "references"}) {
    for (const std::string& value : values) {
      read(std::string(key) + ": " + value + "\n");
      read(rule_with(std::string(key) + "_: 1\n") + key + ": " + value + "\n");
      read(std::string(kHead) + "detection: {" + key + ": " + value + ", condition: " + value +
           "}\n");
      read(rule_with(std::string("riposte: {") + key + ": " + value + ", tests: " + value + "}\n"));
    }
  }
  SUCCEED() << "no input may stop the reader";
}

TEST(SigmaReaderTest, SurvivesDeepNesting) {
  const std::string deep =
      std::string(json::kDepthMax - 4, '[') + "x" + std::string(json::kDepthMax - 4, ']');

  EXPECT_EQ(read(std::string(kHead) + "detection: {s: " + deep + ", condition: s}\n")
                .documents.rules.size(),
            1u);
  EXPECT_EQ(read(std::string(kHead) + "detection: {s: {a: " + deep + "}, condition: s}\n")
                .documents.rules.size(),
            1u);
}

}  // namespace
}  // namespace riposte::rule
