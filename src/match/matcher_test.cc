#include "match/matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"
#include "rule/fold.h"

namespace riposte::match {
namespace {

using rule::Condition;
using rule::Dialect;
using testing::ElementsAre;
using testing::IsEmpty;

Condition is(rule::FieldPath path, std::string_view text) {
  return Condition::of({Dialect::Sigma, {std::move(path)}, {rule::TextIs{rule::fold(text), true}}});
}

Condition like(rule::FieldPath path, std::string_view part) {
  return Condition::of({Dialect::Sigma,
                        {std::move(path)},
                        {rule::TextLike{rule::Glob::contains(rule::fold(part)), true}}});
}

rule::FieldTest field(rule::FieldPath path, std::string_view text) {
  return {
      std::move(path), {{rule::Literal{rule::Literal::Type::String, std::string(text)}}}, false};
}

class MatcherTest : public testing::Test {
 protected:
  void add(Condition condition, rule::LogSource source = {}) {
    auto rule = std::make_shared<rule::Rule>();
    rule->condition = std::move(condition);
    rule->log_source = std::move(source);
    rules_.push_back(rule);
  }

  std::vector<int> match(std::string_view record, event::RawEvent event = {}) {
    if (!matcher_) matcher_.emplace(rules_);
    const std::string text = std::string(record) + std::string(json::kPadding, ' ');
    json::Structure structure;
    EXPECT_TRUE(structure.index(std::string_view(text).substr(0, record.size())).ok());
    EXPECT_TRUE(structure.check(0).ok());
    event.record = structure.value(0);
    if (event.format != event::Format::CloudTrail) event.envelope = event.record;
    std::vector<rule::Hit> hits;
    matcher_->match(event, scratch_, hits);
    std::vector<int> indexes;
    for (const rule::Hit& hit : hits)
      indexes.push_back(static_cast<int>(hit.rule));
    return indexes;
  }

  std::vector<rule::RulePointer> rules_;
  std::optional<Matcher> matcher_;
  Scratch scratch_;
};

TEST_F(MatcherTest, OneHitARuleInTheOrderOfTheRules) {
  add(is({"b"}, "x"));
  add(Condition::any_of({is({"a"}, "x"), is({"b"}, "x")}));
  add(is({"a"}, "y"));
  EXPECT_THAT(match(R"({"a":"x","b":["X","x"]})"), ElementsAre(0, 1));
  EXPECT_THAT(match(R"({"a":"Y"})"), ElementsAre(2)) << "nothing is left from the event before";
}

TEST_F(MatcherTest, RulesThatOnlyDenyAreAskedForEveryEvent) {
  add(Condition::negate(is({"a"}, "x")));
  add(Condition::all_of({}));
  add(Condition::any_of({}));
  EXPECT_THAT(match(R"({"a":"x"})"), ElementsAre(1));
  EXPECT_THAT(match(R"({"z":1})"), ElementsAre(0, 1));
}

TEST_F(MatcherTest, ALogSourceCoversItsOwnFormatAndTheUnknown) {
  add(is({"eventName"}, "x"), {.product = "aws", .service = "cloudtrail", .category = {}});
  event::RawEvent trail;
  trail.format = event::Format::CloudTrail;
  event::RawEvent duty;
  duty.format = event::Format::GuardDuty;
  EXPECT_THAT(match(R"({"eventName":"x"})", trail), ElementsAre(0));
  EXPECT_THAT(match(R"({"eventName":"x"})", duty), IsEmpty());
  EXPECT_THAT(match(R"({"eventName":"x"})"), ElementsAre(0));
}

TEST_F(MatcherTest, KeysWithDotsAreSeveralKeys) {
  add(is({"a", "b", "c"}, "x"));
  EXPECT_THAT(match(R"({"a":{"b":{"c":"x"}}})"), ElementsAre(0));
  EXPECT_THAT(match(R"({"a.b":{"c":"x"}})"), ElementsAre(0));
  EXPECT_THAT(match(R"({"a.b.c":"x"})"), ElementsAre(0));
  EXPECT_THAT(match(R"({"a.c":"x"})"), IsEmpty());
}

TEST_F(MatcherTest, KeysAreKnownHoweverTheyAreWritten) {
  add(is({"a", "b"}, "x"));
  EXPECT_THAT(match(R"({"\u0061":{"\u0062":"x"}})"), ElementsAre(0));
  EXPECT_THAT(match(R"({"a\u002eb":"x"})"), ElementsAre(0));
  EXPECT_THAT(match(R"({"\u0061c":{"b":"x"}})"), IsEmpty());
}

TEST_F(MatcherTest, AnEmptyKeyIsAKey) {
  add(is({""}, "x"));
  EXPECT_THAT(match(R"({"":"x"})"), ElementsAre(0));
}

TEST_F(MatcherTest, ABackslashInAKeyIsNoEscape) {
  add(is({"a\\\\b"}, "x"));
  EXPECT_THAT(match(R"({"a\\\\b":"x"})"), ElementsAre(0));
  EXPECT_THAT(match(R"({"a\\b":"x"})"), IsEmpty());
}

TEST_F(MatcherTest, TellsWhenAKeyItAsksForStandsTwice) {
  add(is({"a", "b"}, "x"));
  match(R"({"a":{"b":1},"c":{"b":2},"d":1,"d":2})");
  EXPECT_FALSE(scratch_.repeats_key());
  match(R"([{"a":{"b":1}},{"a":{"b":1}}])");
  EXPECT_FALSE(scratch_.repeats_key());
  match(R"({"a":{"b":1,"b":2}})");
  EXPECT_TRUE(scratch_.repeats_key());
  match("{}");
  EXPECT_FALSE(scratch_.repeats_key());
}

TEST_F(MatcherTest, TheSecondLookAsksWhatTheFirstLeftOpen) {
  add(Condition::all_of({is({"eventName"}, "x"), like({"a", "b"}, "yes"),
                         Condition::negate(like({"a", "c"}, "no"))}));
  add(Condition::all_of({is({"eventName"}, "x"), like({"a", "b"}, "other")}));
  EXPECT_THAT(match(R"({"eventName":"x","a":{"b":["1","yes"],"c":"-"}})"), ElementsAre(0));
  EXPECT_THAT(match(R"({"eventName":"x","a":{"b":"yes","c":"nobody"}})"), IsEmpty());
  EXPECT_THAT(match(R"({"eventName":"x","a":{"b":["yes","another"]}})"), ElementsAre(0, 1));
  EXPECT_THAT(match(R"({"eventName":"y","a":{"b":"yes"}})"), IsEmpty());
}

TEST_F(MatcherTest, ObjectsAreComparedAsCompactText) {
  add(like({"requestParameters"}, "\"cidrIp\":\"0.0.0.0/0\""));
  EXPECT_THAT(match(R"({"requestParameters": { "x" : [ { "cidrIp" : "0.0.0.0/0" } ] } })"),
              ElementsAre(0));
}

TEST_F(MatcherTest, KeywordsLookEverywhere) {
  add(like({}, "evil"));
  EXPECT_THAT(match(R"({"a":[{"b":"so EVIL"}]})"), ElementsAre(0));
  EXPECT_THAT(match(R"({"evil":"key"})"), IsEmpty()) << "keys are no values";
}

TEST_F(MatcherTest, FactsAreFieldsUnderRiposte) {
  add(is({"riposte", "network", "direction"}, "ingress"));
  const auto facts = json::OwnedDocument::parse(R"({"network":{"direction":"ingress"}})");
  event::RawEvent event;
  event.facts = facts->raw();
  EXPECT_THAT(match("{}", event), ElementsAre(0));
  EXPECT_THAT(match(R"({"network":{"direction":"ingress"}})"), IsEmpty());
  EXPECT_THAT(match(R"({"riposte":{"network":{"direction":"ingress"}}})"), IsEmpty())
      << "facts are ours";
}

TEST_F(MatcherTest, AMadeEnvelopeHoldsTheRecordInDetail) {
  add(Condition::consistent(
      {field({"detail", "eventName"}, "StopLogging"), field({"source"}, "aws.cloudtrail")}));
  event::RawEvent event;
  event.format = event::Format::CloudTrail;
  constexpr std::string_view kSource = R"("eventSource":"cloudtrail.amazonaws.com"})";
  EXPECT_THAT(match(R"({"eventName":"StopLogging",)" + std::string(kSource), event),
              ElementsAre(0));
  EXPECT_THAT(match(R"({"eventName":"stoplogging",)" + std::string(kSource), event), IsEmpty())
      << "patterns know case";
}

TEST_F(MatcherTest, PatternsWantTheirFieldsInOneElement) {
  add(Condition::consistent({field({"users", "name"}, "bob"), field({"users", "role"}, "admin")}));
  EXPECT_THAT(match(R"({"users":[{"name":"bob","role":"admin"}]})"), ElementsAre(0));
  EXPECT_THAT(match(R"({"users":[{"name":"bob","role":"guest"},{"name":"ann","role":"admin"}]})"),
              IsEmpty());
}

TEST_F(MatcherTest, FieldsAreComparedWithEachOther) {
  rule::FieldRef reference{{{"b"}}, rule::FieldRef::Mode::StartsWith, true};
  add(Condition::of({Dialect::Sigma, {{"a"}}, {reference}}));
  EXPECT_THAT(match(R"({"a":"Alice-1","b":["bob","alice"]})"), ElementsAre(0));
  EXPECT_THAT(match(R"({"a":"alice"})"), IsEmpty());
}

}  // namespace
}  // namespace riposte::match
