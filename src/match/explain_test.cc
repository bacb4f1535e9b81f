#include "match/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"
#include "rule/rule_set.h"

namespace riposte::match {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A rule and an event, and why the one fires on the other.
class ExplainTest : public testing::Test {
 protected:
  static rule::RulePointer detection(const std::string& lines) {
    base::Diagnostics diagnostics;
    const rule::RuleSet rules = rule::RuleSet::read(
        {{"rule.yml",
          "title: a\nlogsource: {product: aws, service: cloudtrail}\ndetection:\n" + lines}},
        {}, diagnostics);
    EXPECT_TRUE(diagnostics.ok()) << base::to_text(diagnostics.all().front());
    return rules.rules().front();
  }
  static rule::RulePointer pattern(const std::string& json) {
    base::Diagnostics diagnostics;
    const rule::RuleSet rules =
        rule::RuleSet::read({{"rule.yml", "title: a\neventbridge: " + json}}, {}, diagnostics);
    EXPECT_TRUE(diagnostics.ok()) << base::to_text(diagnostics.all().front());
    return rules.rules().front();
  }

  Explanation explain(const rule::RulePointer& rule, const std::string& record,
                      const std::string& facts = "") {
    record_ = json::OwnedDocument::parse(record);
    if (!facts.empty()) facts_ = json::OwnedDocument::parse(facts);
    event::Event event;
    event.format = format_;
    event.record = event.envelope = &record_->root();
    event.facts = facts.empty() ? nullptr : &facts_->root();
    return match::explain(rule, event);
  }

  event::Format format_ = event::Format::CloudTrail;
  base::Result<json::OwnedDocument> record_ = base::Error{};
  base::Result<json::OwnedDocument> facts_ = base::Error{};
};

TEST_F(ExplainTest, GivesEveryNodeItsOwnVerdict) {
  const Explanation explanation =
      explain(detection("  a: {x: 1, y: 2}\n  b: {z: 3}\n  condition: a and not b\n"),
              R"({"x": 1, "y": 0})");

  EXPECT_FALSE(explanation.fires);
  EXPECT_FALSE(explanation.condition.holds);
  EXPECT_EQ(explanation.condition.kind, Verdict::Kind::AllOf);
  ASSERT_EQ(explanation.condition.children.size(), 3u);
  const Verdict& x = explanation.condition.children[0];
  const Verdict& y = explanation.condition.children[1];
  const Verdict& not_b = explanation.condition.children[2];
  EXPECT_TRUE(x.holds);
  EXPECT_FALSE(y.holds);
  EXPECT_EQ(not_b.kind, Verdict::Kind::Not);
  EXPECT_TRUE(not_b.holds);
  EXPECT_FALSE(not_b.children.front().holds)
      << "below a not, the verdict is about what stands there";
}

TEST_F(ExplainTest, ShowsWhatStandsAtTheField) {
  const rule::RulePointer rule = detection("  a: {x.y|exists: true}\n  condition: a\n");
  const auto found = [&](const std::string& record) {
    return explain(rule, record).condition.found;
  };

  EXPECT_THAT(found(R"({"x": {"y": "text"}})"), ElementsAre("\"text\""));
  EXPECT_THAT(found(R"({"x": {"y": null}})"), ElementsAre("null"));
  EXPECT_THAT(found(R"({"x": {"y": {"z": 1.50}}})"), ElementsAre(R"({"z":1.50})"));
  EXPECT_THAT(found(R"({"x": [{"y": 1}, {"y": [2, [3]]}]})"), ElementsAre("1", "2", "3"))
      << "arrays are taken apart";
  EXPECT_THAT(found(R"({"x": {"y": []}})"), ElementsAre("[]"))
      << "an empty one is shown: the field exists";
  EXPECT_THAT(found(R"({"x.y": 1})"), ElementsAre("1")) << "a key with dots stands for several";
  EXPECT_THAT(found(R"({"x": 1})"), ElementsAre());
}

TEST_F(ExplainTest, TakesFactsFromTheFacts) {
  const rule::RulePointer rule = detection("  a: {riposte.x: 1}\n  condition: a\n");

  EXPECT_THAT(explain(rule, R"({"riposte": {"x": 2}})", R"({"x": 1})").condition.found,
              ElementsAre("1"));
  EXPECT_EQ(explain(rule, R"({"riposte": {"x": 1}})").condition.found_count, 0u)
      << "what the record says under our name is not to be believed";
}

TEST_F(ExplainTest, ShowsTheFirstValuesAndCountsAll) {
  const Explanation explanation =
      explain(detection("  a: {x: 9}\n  condition: a\n"), R"({"x": [1, 2, 3, 4, 5, 6, 6]})");

  EXPECT_EQ(explanation.condition.found_count, 6u) << "each value once";
  EXPECT_EQ(found_text(explanation.condition), "found 1, 2, 3, 4 and 2 more");
}

TEST_F(ExplainTest, JoinsTheAlternativesOfOneField) {
  const rule::RulePointer rule = detection("  a: {x: [1, 2, 3, 4, 5, 6, 7, 8]}\n  condition: a\n");

  EXPECT_EQ(explain(rule, R"({"x": 8})").condition.text,
            R"(x is "8" or is "1" or is "2" or is "3" or is "4" or is "5" or 2 more)")
      << "what holds comes first";
  EXPECT_TRUE(explain(rule, R"({"x": 8})").condition.children.empty());
}

TEST_F(ExplainTest, KeepsAlternativesOfSeveralFieldsApart) {
  const Explanation explanation =
      explain(detection("  a: [{x: 1}, {y: 2}]\n  condition: a\n"), R"({"y": 2})");

  EXPECT_EQ(explanation.condition.kind, Verdict::Kind::AnyOf);
  ASSERT_EQ(explanation.condition.children.size(), 2u);
  EXPECT_FALSE(explanation.condition.children[0].holds);
  EXPECT_TRUE(explanation.condition.children[1].holds);
}

TEST_F(ExplainTest, ShowsWhereKeywordsWereFound) {
  const rule::RulePointer rule = detection("  a: ['*evil*']\n  condition: a\n");

  EXPECT_THAT(explain(rule, R"({"x": "good", "y": [{"z": "so evil"}]})").condition.found,
              ElementsAre("\"so evil\""));
  EXPECT_EQ(explain(rule, R"({"x": "good"})").reason,
            R"(no value is like "*evil*" (found nowhere))");
}

TEST_F(ExplainTest, TellsTheFirstThingInTheWay) {
  const rule::RulePointer rule = detection("  a: {x: 1}\n  b: {y: 2}\n  condition: a and not b\n");

  EXPECT_EQ(explain(rule, "{}").reason, R"(no x is "1" (the field is absent))");
  EXPECT_EQ(explain(rule, R"({"x": 1, "y": 2})").reason, R"(what it excludes is there: y is "2")");
}

TEST_F(ExplainTest, TellsOneWayInWhichTheRuleHolds) {
  EXPECT_EQ(explain(detection("  a: [{x: 1}, {y: 2}]\n  condition: a\n"), R"({"y": 2})").reason,
            R"(y is "2")");
  EXPECT_EQ(explain(detection("  a: {x: 1}\n  condition: not a\n"), "{}").reason,
            "nothing it excludes is there");
}

TEST_F(ExplainTest, ALogSourceThatDoesNotCoverTheEventDecides) {
  format_ = event::Format::GuardDuty;
  const Explanation explanation =
      explain(detection("  a: {x: 1}\n  condition: a\n"), R"({"x": 1})");

  EXPECT_TRUE(explanation.condition.holds);
  EXPECT_FALSE(explanation.log_source_covers);
  EXPECT_FALSE(explanation.fires);
  EXPECT_THAT(explanation.reason, HasSubstr("log source"));
}

TEST_F(ExplainTest, APatternIsExplainedFieldByField) {
  const Explanation explanation = explain(
      pattern(R"({"a": [1, {"prefix": "x"}], "b": [{"exists": false}]})"), R"({"a": "xy"})");

  EXPECT_TRUE(explanation.fires) << explanation.reason;
  ASSERT_EQ(explanation.condition.children.size(), 2u);
  EXPECT_THAT(explanation.condition.children[0].found, ElementsAre("\"xy\""));
  EXPECT_EQ(explanation.condition.children[1].text, "b is absent");
}

TEST_F(ExplainTest, APatternWhoseFieldsHoldInDifferentElementsSaysSo) {
  const rule::RulePointer rule = pattern(R"({"items": {"a": [1], "b": [2]}})");
  const Explanation apart = explain(rule, R"({"items": [{"a": 1, "b": 1}, {"a": 2, "b": 2}]})");

  EXPECT_FALSE(apart.fires);
  EXPECT_TRUE(apart.condition.children[0].holds && apart.condition.children[1].holds);
  EXPECT_EQ(apart.reason, "each field holds, but not within the same elements of arrays");
  EXPECT_TRUE(explain(rule, R"({"items": [{"a": 1, "b": 2}]})").fires);
}

TEST_F(ExplainTest, APatternFindsARecordBelowItsMadeEnvelope) {
  record_ = json::OwnedDocument::parse(R"({"eventName": "StopLogging"})");
  facts_ = json::OwnedDocument::parse(R"({"source": "aws.cloudtrail"})");
  event::Event event;
  event.record = &record_->root();
  event.envelope = &facts_->root();
  event.envelope_is_made = true;
  const Explanation explanation = match::explain(
      pattern(R"({"source": ["aws.cloudtrail"], "detail": {"eventName": ["StopLogging"]}})"),
      event);

  EXPECT_TRUE(explanation.fires);
  EXPECT_THAT(explanation.condition.children[0].found, ElementsAre("\"StopLogging\""));
  EXPECT_THAT(explanation.condition.children[1].found, ElementsAre("\"aws.cloudtrail\""));
}

}  // namespace
}  // namespace riposte::match
