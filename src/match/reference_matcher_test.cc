#include "match/reference_matcher.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"
#include "rule/eventbridge_reader.h"
#include "rule/fold.h"

namespace riposte::match {
namespace {

using rule::Condition;
using rule::Dialect;
using rule::FieldPath;
using rule::Glob;
using rule::Predicate;
using testing::ElementsAre;

// Owns what an Event borrows.
struct Sample {
  json::OwnedDocument record;
  std::optional<json::OwnedDocument> envelope;
  std::optional<json::OwnedDocument> facts;

  explicit Sample(std::string_view text) : record(parse(text)) {}

  static json::OwnedDocument parse(std::string_view text) {
    base::Result<json::OwnedDocument> parsed = json::OwnedDocument::parse(text);
    return std::move(parsed).value();
  }

  event::Event event() const {
    event::Event event;
    event.format = event::Format::CloudTrail;
    event.record = &record.root();
    event.envelope = envelope ? &envelope->root() : event.record;
    event.envelope_is_made = envelope.has_value();
    event.facts = facts ? &facts->root() : nullptr;
    return event;
  }
};

bool pattern_hits(std::string_view pattern, const Sample& sample) {
  base::Diagnostics diagnostics;
  const std::optional<json::Value> value = json::read_json(pattern, diagnostics);
  const std::optional<Condition> condition = rule::read_eventbridge(*value, diagnostics);
  if (!condition) {
    ADD_FAILURE() << pattern << ": " << diagnostics.all().front().message;
    return false;
  }
  return ReferenceMatcher::holds(*condition, sample.event());
}

bool pattern_hits(std::string_view pattern, std::string_view event) {
  return pattern_hits(pattern, Sample(event));
}

// Whether {"a": list} hits {"a": value}.
bool list_hits(const std::string& list, const std::string& value) {
  return pattern_hits(R"({"a": )" + list + "}", R"({"a": )" + value + "}");
}

TEST(ReferenceMatcherTest, KeepsJsonTypesApartInPatterns) {
  EXPECT_TRUE(list_hits(R"(["1"])", R"("1")"));
  EXPECT_FALSE(list_hits(R"(["1"])", "1"));
  EXPECT_FALSE(list_hits("[1]", R"("1")"));
  EXPECT_TRUE(list_hits("[1]", "1.0"));
  EXPECT_TRUE(list_hits("[123456789012345678901]", "123456789012345678901"));
  EXPECT_FALSE(list_hits("[123456789012345678901]", "123456789012345678902"));
  EXPECT_TRUE(list_hits("[null, true]", "true"));
  EXPECT_FALSE(list_hits("[null, true]", "false"));
  EXPECT_FALSE(list_hits(R"(["a"])", R"("A")"));
}

TEST(ReferenceMatcherTest, ComparesTextsOfPatterns) {
  EXPECT_TRUE(list_hits(R"([{"prefix": "ab"}])", R"("abc")"));
  EXPECT_FALSE(list_hits(R"([{"prefix": "ab"}])", R"("ABC")"));
  EXPECT_TRUE(list_hits(R"([{"prefix": {"equals-ignore-case": "aB"}}])", R"("Abc")"));
  EXPECT_TRUE(list_hits(R"([{"suffix": {"equals-ignore-case": "É"}}])", R"("xé")"));
  EXPECT_TRUE(list_hits(R"([{"equals-ignore-case": "aB"}])", R"("Ab")"));
  EXPECT_TRUE(list_hits(R"([{"wildcard": "*a*b"}])", R"("xxaxxab")"));
  EXPECT_FALSE(list_hits(R"([{"wildcard": "*a*b"}])", R"("xxaxxabc")"));
  EXPECT_FALSE(list_hits(R"([{"prefix": "1"}])", "12")) << "a number is no text";
}

TEST(ReferenceMatcherTest, ComparesNumbersOfPatterns) {
  EXPECT_TRUE(list_hits(R"([{"numeric": [">", 0, "<=", 5]}])", "5"));
  EXPECT_FALSE(list_hits(R"([{"numeric": [">", 0, "<=", 5]}])", "0"));
  EXPECT_FALSE(list_hits(R"([{"numeric": [">", 0]}])", R"("1")"));
  EXPECT_FALSE(list_hits(R"([{"numeric": [">", 0]}])", "12345678901234567890"))
      << "it does not compare";
}

TEST(ReferenceMatcherTest, ComparesAddressesOfPatterns) {
  EXPECT_TRUE(list_hits(R"([{"cidr": "10.0.0.0/8"}])", R"("10.1.2.3")"));
  EXPECT_TRUE(list_hits(R"(["10.0.0.1"])", R"("010.0.0.1")"));
  EXPECT_FALSE(list_hits(R"([{"cidr": "0.0.0.0/0"}])", R"("2001:db8::1")"));
  EXPECT_FALSE(list_hits(R"([{"cidr": "10.0.0.0/8"}])", R"("host")"));
}

TEST(ReferenceMatcherTest, AnythingButNeedsAValueThatIsNoneOfThem) {
  EXPECT_TRUE(list_hits(R"([{"anything-but": ["a", "b"]}])", R"("c")"));
  EXPECT_FALSE(list_hits(R"([{"anything-but": ["a", "b"]}])", R"("b")"));
  EXPECT_TRUE(list_hits(R"([{"anything-but": ["a", "b"]}])", R"(["a", "c"])"))
      << "one of the values is enough";
  EXPECT_TRUE(list_hits(R"([{"anything-but": "a"}])", "null"));
  EXPECT_TRUE(list_hits(R"([{"anything-but": 1}])", R"("1")"));
  EXPECT_FALSE(list_hits(R"([{"anything-but": 1}])", "1.0"));
  EXPECT_FALSE(list_hits(R"([{"anything-but": {"prefix": ["a", "b"]}}])", R"("bc")"));
  EXPECT_FALSE(list_hits(R"([{"anything-but": "a"}])", "[]")) << "no value at all";
}

TEST(ReferenceMatcherTest, ExistenceMeansAScalar) {
  EXPECT_TRUE(list_hits(R"([{"exists": true}])", "null"));
  EXPECT_FALSE(list_hits(R"([{"exists": true}])", "{}"));
  EXPECT_FALSE(list_hits(R"([{"exists": true}])", R"({"b": 1})"));
  EXPECT_TRUE(list_hits(R"([{"exists": false}])", "[]"));
  EXPECT_FALSE(list_hits(R"([{"exists": false}])", "null"));
  EXPECT_TRUE(pattern_hits(R"({"a": [{"exists": false}]})", "{}"));
}

TEST(ReferenceMatcherTest, TakesDottedKeysForNestedOnes) {
  EXPECT_TRUE(pattern_hits(R"({"a.b": [1]})", R"({"a": {"b": 1}})"));
  EXPECT_TRUE(pattern_hits(R"({"a": {"b": [1]}})", R"({"a.b": 1})"));
}

TEST(ReferenceMatcherTest, DemandsFieldsOutOfTheSameArrayElement) {
  const std::string users =
      R"({"users": [{"name": "ann", "role": "admin"}, {"name": "bob", "role": "guest"}]})";
  EXPECT_TRUE(pattern_hits(R"({"users": {"name": ["bob"], "role": ["guest"]}})", users));
  EXPECT_FALSE(pattern_hits(R"({"users": {"name": ["bob"], "role": ["admin"]}})", users));
}

TEST(ReferenceMatcherTest, AsksForAbsenceInTheElementFoundBefore) {
  const std::string users = R"({"users": [{"name": "ann", "role": "admin"}, {"name": "bob"}]})";
  EXPECT_TRUE(pattern_hits(
      R"({"users": {"name": [{"exists": true}], "role": [{"exists": false}]}})", users));
  EXPECT_FALSE(pattern_hits(R"({"users": {"name": ["ann"], "role": [{"exists": false}]}})", users));
  EXPECT_FALSE(pattern_hits(R"({"users": {"a": [{"exists": false}], "name": ["cid"]}})", users));
}

TEST(ReferenceMatcherTest, TakesScalarsOfOneArrayTogether) {
  EXPECT_TRUE(pattern_hits(R"({"d": {"tags": ["b"], "type": ["x"]}})",
                           R"({"d": {"tags": ["a", "b"], "type": "x"}})"));
  EXPECT_TRUE(pattern_hits(R"({"d": ["b"], "d.k": [1]})", R"({"d": ["b", {"k": 1}]})"));
}

TEST(ReferenceMatcherTest, MountsTheRecordIntoAMadeEnvelope) {
  Sample sample(R"({"eventName": "StopLogging"})");
  sample.envelope = Sample::parse(R"({"source": "aws.cloudtrail"})");
  EXPECT_TRUE(pattern_hits(
      R"({"source": ["aws.cloudtrail"], "detail": {"eventName": ["StopLogging"]}})", sample));
  EXPECT_FALSE(pattern_hits(R"({"eventName": ["StopLogging"]})", sample));
}

TEST(ReferenceMatcherTest, BelievesOnlyItsOwnFacts) {
  Sample sample(
      R"({"riposte": {"policy": {"public": true}}, "riposte.policy.admin": true, "a": 1})");
  EXPECT_FALSE(pattern_hits(R"({"riposte": {"policy": {"public": [true]}}})", sample));
  EXPECT_FALSE(pattern_hits(R"({"riposte": {"policy": {"admin": [true]}}})", sample));
  sample.facts = Sample::parse(R"({"policy": {"public": true}})");
  EXPECT_TRUE(pattern_hits(R"({"riposte": {"policy": {"public": [true]}}, "a": [1]})", sample));
}

bool sigma_hits(const FieldPath& path, Predicate predicate, const Sample& sample) {
  return ReferenceMatcher::holds(Condition::of({Dialect::Sigma, {path}, std::move(predicate)}),
                                 sample.event());
}

bool sigma_hits(const FieldPath& path, Predicate predicate, std::string_view record) {
  return sigma_hits(path, std::move(predicate), Sample(record));
}

Predicate is(std::string_view text) { return {rule::TextIs{rule::fold(text), true}}; }
Predicate is_cased(std::string text) { return {rule::TextIs{std::move(text), false}}; }
Predicate contains(std::string text) {
  return {rule::TextLike{Glob::contains(std::move(text)), true}};
}

TEST(ReferenceMatcherTest, ComparesSigmaValuesAsText) {
  EXPECT_TRUE(sigma_hits({"a"}, is("StopLogging"), R"({"a": "stopLOGGING"})"));
  EXPECT_FALSE(sigma_hits({"a"}, is_cased("StopLogging"), R"({"a": "stopLOGGING"})"));
  EXPECT_TRUE(sigma_hits({"a"}, is("1"), R"({"a": 1})"));
  EXPECT_FALSE(sigma_hits({"a"}, is("1"), R"({"a": 1.0})")) << "as written";
  EXPECT_TRUE(sigma_hits({"a"}, is("True"), R"({"a": true})"));
  EXPECT_FALSE(sigma_hits({"a"}, is("null"), R"({"a": null})")) << "null has no text";
  EXPECT_TRUE(sigma_hits({"a"}, is(""), R"({"a": ""})"));
  EXPECT_TRUE(sigma_hits({"a"}, contains(R"("b":[1,2])"), R"({"a": {"b": [1, 2]}})"))
      << "an object is compact JSON";
}

TEST(ReferenceMatcherTest, PassesThroughArraysOnSigmaPaths) {
  const std::string record = R"({"a": [{"b": ["x", ["y"]]}, [{"b": "z"}], {"b.c": "w"}]})";
  for (const char* text : {"x", "y", "z"})
    EXPECT_TRUE(sigma_hits({"a", "b"}, is(text), record)) << text;
  EXPECT_TRUE(sigma_hits({"a", "b", "c"}, is("w"), record));
  EXPECT_FALSE(sigma_hits({"a"}, is("x"), record));
  EXPECT_TRUE(sigma_hits({"a", "*"}, is("z"), record)) << "* is any one key";
}

TEST(ReferenceMatcherTest, SearchesAllValuesForAKeyword) {
  EXPECT_TRUE(sigma_hits({}, contains("needle"), R"({"a": [{"b": "a Needle in hay"}]})"));
  EXPECT_FALSE(sigma_hits({}, contains("needle"), R"({"needle": "hay"})")) << "a key is no value";
}

TEST(ReferenceMatcherTest, TellsExistenceFromHavingAValue) {
  const Predicate exists{rule::Exists{}};
  const Predicate has_value{rule::HasValue{}};
  EXPECT_TRUE(sigma_hits({"a"}, exists, R"({"a": null})"));
  EXPECT_TRUE(sigma_hits({"a"}, exists, R"({"a": []})"));
  EXPECT_FALSE(sigma_hits({"b"}, exists, R"({"a": null})"));
  EXPECT_FALSE(sigma_hits({"a"}, has_value, R"({"a": null})"));
  EXPECT_TRUE(sigma_hits({"a"}, has_value, R"({"a": ""})"));
  EXPECT_TRUE(sigma_hits({"a"}, has_value, R"({"a": {}})"));
}

TEST(ReferenceMatcherTest, ReadsNumbersAndAddressesOutOfSigmaTexts) {
  const Predicate above_five{rule::NumberIn{5.0, std::nullopt, false, true}};
  EXPECT_TRUE(sigma_hits({"a"}, above_five, R"({"a": "5.5"})"));
  EXPECT_TRUE(sigma_hits({"a"}, above_five, R"({"a": 6})"));
  EXPECT_FALSE(sigma_hits({"a"}, above_five, R"({"a": 5})"));
  for (const char* text : {"6 apples", "", "inf", "0x10"}) {
    EXPECT_FALSE(sigma_hits({"a"}, above_five, R"({"a": ")" + std::string(text) + "\"}")) << text;
  }

  const Predicate internal{rule::InNetwork{*base::parse_network("10.0.0.0/8")}};
  EXPECT_TRUE(sigma_hits({"a"}, internal, R"({"a": "10.1.2.3"})"));
  EXPECT_FALSE(sigma_hits({"a"}, internal, R"({"a": "10.1.2.3/32"})"));
}

TEST(ReferenceMatcherTest, ReadsPartsOfDates) {
  const Predicate at_night{
      rule::TimePartIn{rule::TimePartIn::Part::Hour, {22.0, std::nullopt, true, true}}};
  EXPECT_TRUE(sigma_hits({"t"}, at_night, R"({"t": "2026-01-31T23:00:00Z"})"));
  EXPECT_FALSE(sigma_hits({"t"}, at_night, R"({"t": "2026-01-31T12:00:00Z"})"));
  EXPECT_FALSE(sigma_hits({"t"}, at_night, R"({"t": "yesterday"})"));
}

TEST(ReferenceMatcherTest, ComparesOneFieldWithAnother) {
  const auto refers = [](rule::FieldRef::Mode mode, bool ignore_case) {
    return Predicate{rule::FieldRef{{{"b"}}, mode, ignore_case}};
  };
  using Mode = rule::FieldRef::Mode;
  EXPECT_TRUE(
      sigma_hits({"a"}, refers(Mode::Equals, true), R"({"a": "Ann", "b": ["bob", "ann"]})"));
  EXPECT_FALSE(sigma_hits({"a"}, refers(Mode::Equals, false), R"({"a": "Ann", "b": "ann"})"));
  EXPECT_TRUE(sigma_hits({"a"}, refers(Mode::StartsWith, false), R"({"a": "annex", "b": "ann"})"));
  EXPECT_TRUE(sigma_hits({"a"}, refers(Mode::EndsWith, false), R"({"a": "joann", "b": "ann"})"));
  EXPECT_TRUE(sigma_hits({"a"}, refers(Mode::Contains, false), R"({"a": "joanna", "b": "ann"})"));
  EXPECT_FALSE(sigma_hits({"a"}, refers(Mode::Contains, false), R"({"a": "x"})"))
      << "the other is missing";
}

TEST(ReferenceMatcherTest, ReadsSigmaFactsUnderItsOwnName) {
  Sample sample(R"({"riposte": {"world": "forged"}, "a": "x"})");
  sample.facts = Sample::parse(R"({"world": ["true"]})");
  EXPECT_TRUE(sigma_hits({"riposte", "world"}, is("true"), sample));
  EXPECT_FALSE(sigma_hits({"riposte", "world"}, is("forged"), sample));
}

TEST(ReferenceMatcherTest, TakesAnyOfAnAtomsPaths) {
  const Condition condition = Condition::of({Dialect::Sigma, {{"a"}, {"b", "c"}}, is("x")});
  EXPECT_TRUE(ReferenceMatcher::holds(condition, Sample(R"({"b": {"c": "x"}})").event()));
  EXPECT_FALSE(ReferenceMatcher::holds(condition, Sample(R"({"c": "x"})").event()));
}

TEST(ReferenceMatcherTest, JoinsConditions) {
  const Sample sample(R"({"a": "x"})");
  const Condition yes = Condition::of({Dialect::Sigma, {{"a"}}, is("x")});
  const Condition no = Condition::of({Dialect::Sigma, {{"a"}}, is("y")});
  EXPECT_TRUE(ReferenceMatcher::holds(Condition::all_of({}), sample.event()));
  EXPECT_FALSE(ReferenceMatcher::holds(Condition::any_of({}), sample.event()));
  EXPECT_TRUE(ReferenceMatcher::holds(Condition::any_of({no, yes}), sample.event()));
  EXPECT_FALSE(ReferenceMatcher::holds(Condition::all_of({yes, no}), sample.event()));
  EXPECT_TRUE(ReferenceMatcher::holds(Condition::negate(no), sample.event()));
}

rule::RulePointer rule_of(Condition condition, rule::LogSource source) {
  rule::Rule rule;
  rule.condition = std::move(condition);
  rule.log_source = std::move(source);
  return std::make_shared<const rule::Rule>(std::move(rule));
}

TEST(ReferenceMatcherTest, AsksSigmaRulesOnlyAboutTheirLogSource) {
  const Condition sigma = Condition::of({Dialect::Sigma, {{"a"}}, is("x")});
  const Condition pattern = Condition::consistent({{{"a"}, {{rule::HasValue{}}}, false}});
  const ReferenceMatcher matcher({rule_of(sigma, {"aws", "guardduty", ""}),
                                  rule_of(sigma, {"aws", "cloudtrail", ""}),
                                  rule_of(pattern, {"aws", "guardduty", ""})});
  const Sample sample(R"({"a": "x"})");
  std::vector<rule::Hit> hits;
  matcher.match(sample.event(), hits);
  std::vector<rule::RuleIndex> indexes;
  for (const rule::Hit& hit : hits)
    indexes.push_back(hit.rule);
  EXPECT_THAT(indexes, ElementsAre(1u, 2u));
}

TEST(ReferenceMatcherTest, NeverSatisfiesACorrelationWithOneEvent) {
  rule::Rule rule;
  rule.correlation.emplace();
  const ReferenceMatcher matcher({std::make_shared<const rule::Rule>(std::move(rule))});
  std::vector<rule::Hit> hits;
  matcher.match(Sample("{}").event(), hits);
  EXPECT_TRUE(hits.empty());
}

}  // namespace
}  // namespace riposte::match
