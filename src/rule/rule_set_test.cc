#include "rule/rule_set.h"

#include <gmock/gmock.h>

namespace riposte::rule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string rule(const std::string& id, const std::string& lines = {}) {
  return "title: title of " + id + "\nid: " + id +
         "\nlogsource: {product: aws, service: cloudtrail}\n"
         "detection: {s: {a: b}, condition: s}\n" +
         lines;
}

std::string filter(const std::string& rules, const std::string& log_source = "{product: aws}") {
  return "title: f\nlogsource: " + log_source + "\nfilter: {rules: " + rules +
         ", s: {user: adm}, condition: not s}\n";
}

std::string correlation(const std::string& id, const std::string& rules) {
  return "title: title of " + id + "\nid: " + id +
         "\ncorrelation: {type: temporal, timespan: 1h, rules: " + rules + "}\n";
}

struct Outcome {
  RuleSet set;
  base::Diagnostics diagnostics;

  std::vector<std::string> ids() const {
    std::vector<std::string> result;
    for (const RulePointer& each : set.rules())
      result.push_back(each->id);
    return result;
  }
  std::vector<std::string> complaints() const {
    std::vector<std::string> result;
    for (const base::Diagnostic& each : diagnostics.all()) {
      result.push_back(each.file + ":" + std::to_string(each.place.line) + ":" +
                       std::to_string(each.place.column) + " " + each.code);
    }
    return result;
  }
  std::string condition(const std::string& id) const { return to_text((*set.find(id))->condition); }
};

Outcome read(const std::vector<RuleText>& texts) {
  Outcome outcome;
  outcome.set = RuleSet::read(texts, {}, outcome.diagnostics);
  return outcome;
}

TEST(RuleSetTest, OrdersRulesByFileThenPlace) {
  const Outcome outcome = read({{"b.yml", rule("z") + "---\n" + rule("a")}, {"a.yml", rule("m")}});

  EXPECT_THAT(outcome.complaints(), IsEmpty());
  EXPECT_THAT(outcome.ids(), ElementsAre("m", "z", "a"));
}

TEST(RuleSetTest, FindsARuleByIdThenNameThenTitle) {
  const Outcome outcome = read(
      {{"a.yml", rule("one", "name: two\n")}, {"b.yml", rule("two")}, {"c.yml", rule("three")}});

  EXPECT_EQ((*outcome.set.find("one"))->id, "one");
  EXPECT_EQ((*outcome.set.find("two"))->id, "two") << "ids come before names";
  EXPECT_EQ((*outcome.set.find("c"))->id, "three") << "the file gives the name";
  EXPECT_EQ((*outcome.set.find("title of three"))->id, "three");
  EXPECT_EQ(outcome.set.find("four"), nullptr);
}

TEST(RuleSetTest, LosesOnlyTheBadRule) {
  const Outcome outcome = read({{"a.yml", "title: bad\n"}, {"b.yml", rule("good")}});

  EXPECT_THAT(outcome.ids(), ElementsAre("good"));
  EXPECT_EQ(outcome.diagnostics.error_count(), 1u);
}

TEST(RuleSetTest, KeepsTheFirstRuleReadOfAnId) {
  const Outcome outcome = read({{"shipped/x.yml", rule("one", "level: high\n")},
                                {"mine/x.yml", rule("one", "level: low\n")}});

  EXPECT_THAT(outcome.ids(), ElementsAre("one"));
  EXPECT_EQ(outcome.set.rules().front()->file, "shipped/x.yml")
      << "though the other file sorts first";
  EXPECT_THAT(outcome.complaints(), ElementsAre("mine/x.yml:1:1 rule-duplicate-id"));
  EXPECT_THAT(outcome.diagnostics.all().front().hint, HasSubstr("shipped/x.yml:1:1"));
  EXPECT_EQ(outcome.diagnostics.all().front().snippet, "title: title of one");
  EXPECT_TRUE(outcome.diagnostics.ok()) << "it is a warning";
}

TEST(RuleSetTest, KeepsBothRulesOfANameAndSaysSo) {
  const Outcome outcome =
      read({{"a.yml", rule("one", "name: n\n")}, {"b.yml", rule("two", "name: n\n")}});

  EXPECT_THAT(outcome.ids(), ElementsAre("one", "two"));
  EXPECT_THAT(outcome.complaints(), ElementsAre("b.yml:1:1 rule-duplicate-name"));
  EXPECT_EQ((*outcome.set.find("n"))->id, "one");
}

TEST(RuleSetTest, SaysNothingOfFilesThatShareAName) {
  EXPECT_THAT(read({{"x/rule.yml", rule("one")}, {"y/rule.yml", rule("two")}}).complaints(),
              IsEmpty());
}

TEST(RuleSetTest, AddsAFilterToTheRulesItNames) {
  const Outcome outcome = read(
      {{"f.yml", filter("[one, name_of_two]")},
       {"r.yml", rule("one") + "---\n" + rule("two", "name: name_of_two\n---\n") + rule("three")}});

  EXPECT_THAT(outcome.complaints(), IsEmpty());
  EXPECT_EQ(outcome.condition("one"), R"((a is "b" and not user is "adm"))");
  EXPECT_EQ(outcome.condition("two"), R"((a is "b" and not user is "adm"))");
  EXPECT_EQ(outcome.condition("three"), R"(a is "b")");
}

TEST(RuleSetTest, AddsAFilterOnceThoughItNamesARuleTwice) {
  const Outcome outcome = read({{"f.yml", filter("[one, title of one]")}, {"r.yml", rule("one")}});

  EXPECT_EQ(outcome.condition("one"), R"((a is "b" and not user is "adm"))");
}

TEST(RuleSetTest, AddsAFilterForAnyRuleToThoseOfItsLogSource) {
  const Outcome outcome = read(
      {{"f.yml", filter("any", "{product: aws, service: cloudtrail}")},
       {"r.yml", rule("one") + "---\n" + rule("two")},
       {"w.yml",
        "title: w\nid: w\nlogsource: {product: windows}\ndetection: {s: {a: b}, condition: s}\n"}});

  EXPECT_EQ(outcome.condition("one"), R"((a is "b" and not user is "adm"))");
  EXPECT_EQ(outcome.condition("two"), R"((a is "b" and not user is "adm"))");
  EXPECT_EQ(outcome.condition("w"), R"(a is "b")");
}

TEST(RuleSetTest, WarnsOfAFilterThatDoesNothing) {
  const Outcome outcome =
      read({{"f.yml", filter("[nobody, one, c]", "{product: aws, service: waf}")},
            {"r.yml", rule("one") + "---\n" + correlation("c", "[one]")}});

  EXPECT_THAT(outcome.complaints(),
              ElementsAre("f.yml:3:18 sigma-filter-rule", "f.yml:3:26 sigma-filter-rule",
                          "f.yml:3:31 sigma-filter-rule"));
  EXPECT_TRUE(outcome.diagnostics.ok());
  EXPECT_EQ(outcome.condition("one"), R"(a is "b")");
}

TEST(RuleSetTest, FindsTheRulesOfACorrelationInAnyFile) {
  const Outcome outcome = read({{"a.yml", correlation("c", "[one, title of two, name_of_three]")},
                                {"b.yml", rule("one") + "---\n" + rule("two") + "---\n" +
                                              rule("three", "name: name_of_three\n")}});

  EXPECT_THAT(outcome.complaints(), IsEmpty());
  EXPECT_THAT(outcome.ids(), ElementsAre("c", "one", "two", "three"));
  EXPECT_THAT((*outcome.set.find("c"))->correlation->rule_ids, ElementsAre("one", "two", "three"));
}

TEST(RuleSetTest, RefusesACorrelationOfRulesThatAreNotThere) {
  const Outcome outcome =
      read({{"a.yml", correlation("c", "[one, nobody]")}, {"b.yml", rule("one")}});

  EXPECT_THAT(outcome.ids(), ElementsAre("one"));
  EXPECT_THAT(outcome.complaints(), ElementsAre("a.yml:3:58 sigma-correlation-rule"));
  EXPECT_FALSE(outcome.diagnostics.ok());
}

TEST(RuleSetTest, RefusesWhatBuildsOnABrokenCorrelation) {
  const Outcome outcome = read({{"a.yml", correlation("outer", "[inner]")},
                                {"b.yml", correlation("inner", "[nobody]")},
                                {"c.yml", rule("one")}});

  EXPECT_THAT(outcome.ids(), ElementsAre("one"));
  EXPECT_EQ(outcome.diagnostics.error_count(), 2u);
}

TEST(RuleSetTest, RefusesCorrelationsThatJoinThemselves) {
  const Outcome outcome = read({{"a.yml", correlation("a", "[b, one]")},
                                {"b.yml", correlation("b", "[a]")},
                                {"c.yml", correlation("c", "[c]")},
                                {"d.yml", correlation("d", "[one]")},
                                {"r.yml", rule("one")}});

  EXPECT_THAT(outcome.ids(), ElementsAre("d", "one"));
  EXPECT_THAT(outcome.complaints(),
              ElementsAre("a.yml:3:53 sigma-correlation-rule", "b.yml:3:53 sigma-correlation-rule",
                          "c.yml:3:53 sigma-correlation-rule"));
}

}  // namespace
}  // namespace riposte::rule
