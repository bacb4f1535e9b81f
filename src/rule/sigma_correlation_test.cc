#include "rule/sigma_correlation.h"

#include <gmock/gmock.h>

namespace riposte::rule {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

struct Outcome {
  std::optional<Correlation> correlation;
  base::Diagnostics diagnostics;

  std::string complaint() const {
    if (diagnostics.all().size() != 1)
      return std::to_string(diagnostics.all().size()) + " complaints";
    const base::Diagnostic& one = diagnostics.all().front();
    return one.code + " " + std::to_string(one.place.line) + ":" +
           std::to_string(one.place.column) + ": " + one.message;
  }
};

Outcome read(const std::string& yaml) {
  Outcome outcome;
  outcome.diagnostics.set_source("rule.yml", yaml);
  const std::vector<json::Value> documents = json::read_yaml(yaml, outcome.diagnostics);
  if (!documents.empty())
    outcome.correlation =
        read_correlation(documents.front(), ScalarPlaces(yaml), outcome.diagnostics);
  return outcome;
}

TEST(SigmaCorrelationTest, ReadsTheBlock) {
  const Outcome outcome = read(
      "type: event_count\nrules: [failed, '5638f7c0']\ngroup-by: [user, host]\ntimespan: 90m\n"
      "condition: {gte: 100}\ngenerate: true\naliases: {ip: {failed: source.ip}}\n");

  ASSERT_TRUE(outcome.correlation) << outcome.complaint();
  EXPECT_TRUE(outcome.diagnostics.all().empty());
  EXPECT_EQ(outcome.correlation->type, CorrelationType::EventCount);
  EXPECT_THAT(outcome.correlation->rules, ElementsAre("failed", "5638f7c0"));
  EXPECT_EQ(outcome.correlation->rule_places[1].column, 18u) << "behind the quote";
  EXPECT_THAT(outcome.correlation->group_by, ElementsAre("user", "host"));
  EXPECT_EQ(outcome.correlation->timespan, std::chrono::minutes(90));
  EXPECT_TRUE(outcome.correlation->generate);
  EXPECT_TRUE(outcome.correlation->accepts(100));
  EXPECT_FALSE(outcome.correlation->accepts(99));
  EXPECT_EQ(outcome.correlation->field_in(0, "ip"), "source.ip");
  EXPECT_EQ(outcome.correlation->field_in(1, "ip"), "ip") << "the other rule has no alias";
}

TEST(SigmaCorrelationTest, KnowsEveryType) {
  for (const char* type : {"event_count", "temporal", "temporal_ordered"}) {
    EXPECT_TRUE(
        read(std::string("{type: ") + type + ", rules: [a], timespan: 1h, condition: {gt: 1}}")
            .correlation)
        << type;
  }
  for (const char* type : {"value_count", "value_sum", "value_avg", "value_percentile"}) {
    EXPECT_TRUE(read(std::string("{type: ") + type +
                     ", rules: [a], timespan: 1h, condition: {field: f, lte: 1}}")
                    .correlation)
        << type;
  }
}

TEST(SigmaCorrelationTest, ReadsTheTypesThatAreOurs) {
  const auto value =
      read("{type: riposte.new_value, rules: [a], timespan: 30d, field: [r, s], learning: 7d}");
  ASSERT_TRUE(value.correlation) << value.complaint();
  EXPECT_THAT(value.correlation->fields, ElementsAre("r", "s"));
  EXPECT_EQ(value.correlation->learning, std::chrono::days(7));

  const auto absence =
      read("{type: riposte.absence, rules: [a, b], timespan: 1h, expected: b, side: before}");
  ASSERT_TRUE(absence.correlation) << absence.complaint();
  EXPECT_EQ(absence.correlation->expected, 1u);
  EXPECT_EQ(absence.correlation->side, Correlation::Side::Before);

  const auto spike =
      read("{type: riposte.spike, rules: [a], timespan: 1h, factor: 4, condition: {gte: 20}}");
  ASSERT_TRUE(spike.correlation) << spike.complaint();
  EXPECT_EQ(spike.correlation->factor, 4);
  EXPECT_EQ(spike.correlation->history, 7u);

  const auto travel = read(
      "{type: riposte.travel, rules: [a], timespan: 1d, latitude: geo.lat, longitude: geo.lon, "
      "speed: 800}");
  ASSERT_TRUE(travel.correlation) << travel.complaint();
  EXPECT_EQ(travel.correlation->latitude, "geo.lat");
  EXPECT_EQ(travel.correlation->speed, 800);
}

TEST(SigmaCorrelationTest, SaysWhichWindowsAreJudgedWhenTheyAreOver) {
  const auto settles = [](const std::string& rest) {
    return read("{rules: [a, b], timespan: 1h, " + rest + "}").correlation->settles();
  };
  EXPECT_FALSE(settles("type: event_count, condition: {gte: 5}"));
  EXPECT_TRUE(settles("type: event_count, condition: {gte: 5, lt: 9}"));
  EXPECT_TRUE(settles("type: event_count, condition: {neq: 5}"));
  EXPECT_FALSE(settles("type: value_sum, condition: {field: f, gt: 5}"));
  EXPECT_TRUE(settles("type: value_avg, condition: {field: f, gt: 5}"));
  EXPECT_FALSE(settles("type: temporal"));
  EXPECT_FALSE(settles("type: temporal, condition: a or b"));
  EXPECT_TRUE(settles("type: temporal, condition: a and not b"));
}

TEST(SigmaCorrelationTest, ReadsOneRuleWithoutAList) {
  EXPECT_THAT(read("{type: temporal, rules: a, timespan: 1h}").correlation->rules,
              ElementsAre("a"));
}

TEST(SigmaCorrelationTest, ReadsARange) {
  EXPECT_TRUE(read("{type: event_count, rules: [a], timespan: 1h, condition: {gt: 100, lte: 200}}")
                  .correlation);
}

TEST(SigmaCorrelationTest, ReadsAnExpressionOverItsRules) {
  EXPECT_TRUE(
      read("{type: temporal, rules: [a, b], timespan: 1h, condition: a and not b}").correlation);
  EXPECT_THAT(read("{type: temporal, rules: [a, b], timespan: 1h, condition: a and c}").complaint(),
              StartsWith("sigma-undefined 1:64: "));
  EXPECT_FALSE(read("{type: event_count, rules: [a], timespan: 1h, condition: a}").correlation);
}

TEST(SigmaCorrelationTest, RefusesWhatIsWrongWhereItStands) {
  const std::pair<const char*, const char*> cases[] = {
      {"[]", "sigma-correlation 1:1: \"correlation\" must be a map, not a list"},
      {"{rules: [a], timespan: 1h}", "sigma-correlation 1:1: a correlation needs \"type\""},
      {"{type: temporal, timespan: 1h}", "sigma-correlation 1:1: a correlation needs \"rules\""},
      {"{type: temporal, rules: [a]}", "sigma-correlation 1:1: a correlation needs \"timespan\""},
      {"{type: temporl, rules: [a], timespan: 1h}",
       "sigma-correlation 1:8: \"temporl\" is no type"},
      {"{type: [x], rules: [a], timespan: 1h}", "sigma-correlation 1:8: \"\" is no type"},
      {"{type: temporal, rules: [], timespan: 1h}",
       "sigma-correlation 1:25: a correlation joins at least one"},
      {"{type: temporal, rules: {a: b}, timespan: 1h}",
       "sigma-correlation 1:25: a rule is named by text"},
      {"{type: temporal, rules: [[a]], timespan: 1h}",
       "sigma-correlation 1:26: a rule is named by text"},
      {"{type: temporal, rules: [a], timespan: 1w}", "sigma-correlation 1:40: \"1w\" is no span"},
      {"{type: temporal, rules: [a], timespan: h}", "sigma-correlation 1:40: \"h\" is no span"},
      {"{type: temporal, rules: [a], timespan: 0s}", "sigma-correlation 1:40: \"0s\" is no span"},
      {"{type: temporal, rules: [a], timespan: 90}", "sigma-correlation 1:40: \"90\" is no span"},
      {"{type: temporal, rules: [a], timespan: [1h]}", "sigma-correlation 1:40: \"\" is no span"},
      {"{type: event_count, rules: [a], timespan: 1h}",
       "sigma-correlation 1:1: event_count needs a condition"},
      {"{type: event_count, rules: [a], timespan: 1h, condition: [5]}",
       "sigma-correlation 1:58: the condition"},
      {"{type: event_count, rules: [a], timespan: 1h, condition: {ge: 5}}",
       "sigma-correlation 1:59: \"ge\" is no"},
      {"{type: event_count, rules: [a], timespan: 1h, condition: {gt: x}}",
       "sigma-correlation 1:63: \"gt\" compares"},
      {"{type: event_count, rules: [a], timespan: 1h, condition: {}}",
       "sigma-correlation 1:58: the condition compares"},
      {"{type: value_sum, rules: [a], timespan: 1h, condition: {gt: 5}}",
       "sigma-correlation 1:56: value_sum needs"},
      {"{type: value_avg, rules: [a], timespan: 1h, condition: {field: [f, g], gt: 5}}",
       "sigma-correlation 1:64: value_avg takes one field"},
      {"{type: value_percentile, rules: [a], timespan: 1h, condition: {field: f, percentile: 101, "
       "gt: 5}}",
       "sigma-correlation 1:86: \"percentile\" is a number from 0 to 100"},
      {"{type: temporal_ordered, rules: [a, b], timespan: 1h, condition: a or b}",
       "sigma-correlation 1:66: temporal_ordered wants all"},
      {"{type: riposte.new_value, rules: [a], timespan: 1h, learning: 1d}",
       "sigma-correlation 1:1: a correlation needs \"field\""},
      {"{type: riposte.absence, rules: [a, b], timespan: 1h, expected: c}",
       "sigma-correlation 1:64: \"c\" is none"},
      {"{type: riposte.absence, rules: [a], timespan: 1h, expected: a}",
       "sigma-correlation 1:61: what is expected needs"},
      {"{type: riposte.absence, rules: [a], timespan: 1h, side: before}",
       "sigma-correlation 1:57: `before` needs"},
      {"{type: riposte.absence, rules: [a], timespan: 1h, side: left}",
       "sigma-correlation 1:57: what is expected stands"},
      {"{type: riposte.absence, rules: [a], timespan: 1h, condition: {gt: 1}}",
       "sigma-correlation 1:62: riposte.absence has no condition"},
      {"{type: riposte.spike, rules: [a], timespan: 1h}",
       "sigma-correlation 1:1: a correlation needs \"factor\""},
      {"{type: riposte.spike, rules: [a], timespan: 1h, factor: 3, history: 65}",
       "sigma-correlation 1:69: \"history\" is a number from 1 to 64"},
      {"{type: temporal, rules: [a], timespan: 1h, group-by: {a: b}}",
       "sigma-type 1:54: \"group-by\" must be"},
      {"{type: temporal, rules: [a], timespan: 1h, aliases: [a]}",
       "sigma-correlation 1:53: aliases are a map"},
      {"{type: temporal, rules: [a], timespan: 1h, aliases: {x: y}}",
       "sigma-correlation 1:57: the alias \"x\""},
      {"{type: temporal, rules: [a], timespan: 1h, aliases: {x: {a: [y]}}}",
       "sigma-correlation 1:61: the field"},
      {"{type: temporal, rules: [a], timespan: 1h, generate: 5}",
       "sigma-correlation 1:54: \"generate\" is"},
  };
  for (const auto& [yaml, complaint] : cases) {
    const Outcome outcome = read(yaml);
    EXPECT_FALSE(outcome.correlation) << yaml;
    EXPECT_THAT(outcome.complaint(), StartsWith(complaint)) << yaml;
  }
}

TEST(SigmaCorrelationTest, WarnsOfMisspeltKeysAndStrangeAliases) {
  EXPECT_THAT(read("{type: temporal, rules: [a], timespan: 1h, groupby: [u]}").complaint(),
              StartsWith("sigma-unknown-key 1:44: \"groupby\" is no key"));
  EXPECT_THAT(read("{type: temporal, rules: [a], timespan: 1h, aliases: {x: {b: y}}}").complaint(),
              StartsWith("sigma-correlation 1:58: \"b\" is none of the correlated rules"));
}

}  // namespace
}  // namespace riposte::rule
