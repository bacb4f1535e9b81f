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
  EXPECT_EQ(outcome.correlation->type, "event_count");
  EXPECT_THAT(outcome.correlation->rules, ElementsAre("failed", "5638f7c0"));
  EXPECT_EQ(outcome.correlation->rule_places[1].column, 18u) << "behind the quote";
  EXPECT_THAT(outcome.correlation->group_by, ElementsAre("user", "host"));
  EXPECT_EQ(outcome.correlation->timespan, "90m");
  EXPECT_TRUE(outcome.correlation->generate);
  EXPECT_EQ(outcome.correlation->block.find("condition")->members().front().key, "gte");
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
  for (const char* type :
       {"riposte.new_value", "riposte.absence", "riposte.spike", "riposte.travel"}) {
    EXPECT_TRUE(
        read(std::string("{type: ") + type + ", rules: [a], timespan: 30d, field: f}").correlation)
        << type;
  }
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
