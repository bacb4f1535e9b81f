#include "rule/sigma_value.h"

#include <gmock/gmock.h>

#include "rule/sigma_condition.h"

namespace riposte::rule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
  std::optional<Condition> condition;
  base::Diagnostics diagnostics;

  std::string text() const { return condition ? to_text(*condition) : "refused: " + complaint(); }

  // "code line:column: message" of the first complaint.
  std::string complaint() const {
    if (diagnostics.all().empty()) return "nothing";
    const base::Diagnostic& first = diagnostics.all().front();
    return first.code + " " + std::to_string(first.place.line) + ":" +
           std::to_string(first.place.column) + ": " + first.message;
  }
};

Outcome read(const std::string& yaml, const Placeholders& placeholders = {},
             const LogSource& log_source = {"aws", "cloudtrail", ""}) {
  Outcome outcome;
  outcome.diagnostics.set_source("rule.yml", yaml);
  const std::vector<json::Value> documents = json::read_yaml(yaml, outcome.diagnostics);
  if (documents.empty()) return outcome;
  const ScalarPlaces places(yaml);
  SigmaValueReader reader({log_source, placeholders, places, 100}, outcome.diagnostics);
  outcome.condition = reader.read(documents.front());
  return outcome;
}

TEST(SigmaValueTest, ComparesTextWithoutCase) {
  EXPECT_EQ(read("a: StopLogging").text(), R"(a is "stoplogging")");
}

TEST(SigmaValueTest, ComparesTextWithWildcardsAsAPattern) {
  EXPECT_EQ(read("a: 'Stop*'").text(), R"(a is like "stop*")");
  EXPECT_EQ(read("a: 'Sto?'").text(), R"(a is like "sto?")");
  EXPECT_EQ(read(R"(a: 'Stop\*')").text(), R"(a is "stop*")");
}

TEST(SigmaValueTest, ComparesAnEmptyTextWithAnEmptyValue) {
  EXPECT_EQ(read("a: ''").text(), R"(a is "")");
}

TEST(SigmaValueTest, TakesNullForAbsence) {
  EXPECT_EQ(read("a: null").text(), "not a has a value");
  EXPECT_EQ(read("a:").text(), "not a has a value");
  EXPECT_EQ(read("a|neq: null").text(), "a has a value");
  EXPECT_EQ(read("a: [null, '']").text(), R"((not a has a value or a is ""))");
}

TEST(SigmaValueTest, ComparesNumbersAndBooleansAsTheyAreWritten) {
  EXPECT_EQ(read("a: 4663").text(), R"(a is "4663")");
  EXPECT_EQ(read("a: 1.50").text(), R"(a is "1.50")");
  EXPECT_EQ(read("a: True").text(), R"(a is "true")");
  EXPECT_EQ(read("a: false").text(), R"(a is "false")");
  EXPECT_EQ(read("a|contains: 46").text(), R"(a is like "*46*")");
}

TEST(SigmaValueTest, JoinsTheItemsOfAMapByAnd) {
  EXPECT_EQ(read("{a: 1, b: 2}").text(), R"((a is "1" and b is "2"))");
}

TEST(SigmaValueTest, JoinsValuesByOrUnlessAllOfThemAreMeant) {
  EXPECT_EQ(read("a: [x, y]").text(), R"((a is "x" or a is "y"))");
  EXPECT_EQ(read("a|contains|all: [x, y]").text(), R"((a is like "*x*" and a is like "*y*"))");
}

TEST(SigmaValueTest, JoinsAListOfMapsByOr) {
  EXPECT_EQ(read("- {a: 1, b: 2}\n- {c: 3}").text(), R"(((a is "1" and b is "2") or c is "3"))");
}

TEST(SigmaValueTest, SearchesKeywordsInEveryValue) {
  EXPECT_EQ(read("- Evil\n- 'a*b'").text(),
            R"((any value is like "*evil*" or any value is like "*a*b*"))");
  EXPECT_EQ(read("evil").text(), R"(any value is like "*evil*")");
  EXPECT_EQ(read("'|all': [a, b]").text(),
            R"((any value is like "*a*" and any value is like "*b*"))");
  EXPECT_EQ(read("'|re': 'a.c'").text(), "any value matches /a.c/");
  EXPECT_EQ(read("- 517").text(), R"(any value is like "*517*")");
}

TEST(SigmaValueTest, ReadsListsWithinListsAsTheirElements) {
  EXPECT_EQ(read("a: [[x, y], [z]]").text(), R"((a is "x" or a is "y" or a is "z"))");
  EXPECT_EQ(read("- [x, {a: 1}]\n- y").text(),
            R"((any value is like "*x*" or a is "1" or any value is like "*y*"))");
}

TEST(SigmaValueTest, PutsWildcardsWhereModifiersSay) {
  EXPECT_EQ(read("a|contains: x").text(), R"(a is like "*x*")");
  EXPECT_EQ(read("a|startswith: x").text(), R"(a is like "x*")");
  EXPECT_EQ(read("a|endswith: x").text(), R"(a is like "*x")");
  EXPECT_EQ(read("a|contains: '*x*'").text(), R"(a is like "*x*")");
  EXPECT_EQ(read("a|contains: ''").text(), R"(a is like "*")");
}

TEST(SigmaValueTest, RespectsCaseWhereAsked) {
  EXPECT_EQ(read("a|cased: Root").text(), R"(a is "Root" (case-sensitive))");
  EXPECT_EQ(read("a|contains|cased: Root").text(), R"(a is like "*Root*" (case-sensitive))");
}

TEST(SigmaValueTest, NegatesTheWholeItem) {
  EXPECT_EQ(read("a|neq: x").text(), R"(not a is "x")");
  EXPECT_EQ(read("a|neq: [x, y]").text(), R"(not (a is "x" or a is "y"))");
  EXPECT_EQ(read("a|contains|neq: x").text(), R"(not a is like "*x*")");
  EXPECT_EQ(read("a|contains|all|neq: [x, y]").text(),
            R"(not (a is like "*x*" and a is like "*y*"))");
  EXPECT_EQ(read("a|neq: 5").text(), R"(not a is "5")");
}

TEST(SigmaValueTest, AsksForExistence) {
  EXPECT_EQ(read("a|exists: true").text(), "a exists");
  EXPECT_EQ(read("a|exists: false").text(), "not a exists");
}

TEST(SigmaValueTest, SearchesForExpressionsAsTheyAreWritten) {
  EXPECT_EQ(read(R"(a|re: '^\d+\*$')").text(), R"(a matches /^\d+\*$/)");
  EXPECT_EQ(read("a|re|i|m|s: x").text(), "a matches /x/ims");
}

TEST(SigmaValueTest, ComparesNumbers) {
  EXPECT_EQ(read("a|lt: 5").text(), "a < 5");
  EXPECT_EQ(read("a|lte: 5").text(), "a <= 5");
  EXPECT_EQ(read("a|gt: -5").text(), "a > -5");
  EXPECT_EQ(read("a|gte: 0.5").text(), "a >= 0.5");
  EXPECT_EQ(read("a|gte|neq: 5").text(), "not a >= 5");
}

TEST(SigmaValueTest, ComparesPartsOfATime) {
  EXPECT_EQ(read("a|minute: 5").text(), "a has minute = 5");
  EXPECT_EQ(read("a|hour|gte: 22").text(), "a has hour >= 22");
  EXPECT_EQ(read("a|lt|hour: 6").text(), "a has hour < 6");
  EXPECT_EQ(read("a|day: [1, 15]").text(), "(a has day = 1 or a has day = 15)");
  EXPECT_EQ(read("a|week: 52").text(), "a has week = 52");
  EXPECT_EQ(read("a|month|neq: 12").text(), "not a has month = 12");
  EXPECT_EQ(read("a|year: 2026").text(), "a has year = 2026");
}

TEST(SigmaValueTest, ComparesAddressesWithNetworks) {
  EXPECT_EQ(read("a|cidr: [10.0.0.0/8, '2001:db8::/32']").text(),
            "(a is within 10.0.0.0/8 or a is within 2001:db8::/32)");
}

TEST(SigmaValueTest, ComparesFieldsWithEachOther) {
  EXPECT_EQ(read("a|fieldref: b.c").text(), "a equals the field b.c");
  EXPECT_EQ(read("a|fieldref|neq: b").text(), "not a equals the field b");
  EXPECT_EQ(read("a|fieldref|contains: b").text(), "a contains the field b");
  EXPECT_EQ(read("a|startswith|fieldref: b").text(), "a starts with the field b");
  EXPECT_EQ(read("a|fieldref|endswith|cased: b").text(),
            "a ends with the field b (case-sensitive)");
}

TEST(SigmaValueTest, MapsTheOtherFieldOfAReferenceToo) {
  const Outcome outcome =
      read("Image|fieldref: ParentImage", {}, {"windows", "", "process_creation"});

  const auto& reference = std::get<FieldRef>(outcome.condition->atom->predicate.test);
  EXPECT_THAT(reference.paths, testing::Contains(FieldPath{"Event", "EventData", "ParentImage"}));
}

TEST(SigmaValueTest, EncodesInTheOrderOfTheModifiers) {
  EXPECT_EQ(read("a|base64|cased: foobar").text(), R"(a is "Zm9vYmFy" (case-sensitive))");
  EXPECT_EQ(
      read("a|base64offset|contains|cased: foobar").text(),
      R"((a is like "*Zm9vYmFy*" (case-sensitive) or a is like "*Zvb2Jhc*" (case-sensitive) or )"
      R"(a is like "*mb29iYX*" (case-sensitive)))");
  EXPECT_EQ(read("a|wide|base64|cased: cmd").text(), R"(a is "YwBtAGQA" (case-sensitive))");
  EXPECT_EQ(read("a|utf16le|base64|cased: cmd").text(), R"(a is "YwBtAGQA" (case-sensitive))");
  EXPECT_EQ(read("a|utf16be|base64|cased: cmd").text(), R"(a is "AGMAbQBk" (case-sensitive))");
  EXPECT_EQ(read("a|utf16|base64|cased: cmd").text(), R"(a is "//5jAG0AZAA=" (case-sensitive))");
  EXPECT_EQ(read("a|base64|base64|cased: f").text(), R"(a is "Wmc9PQ==" (case-sensitive))");
}

TEST(SigmaValueTest, FoldsEncodedTextUnlessCaseMatters) {
  EXPECT_EQ(read("a|base64: foobar").text(), R"(a is "zm9vymfy")");
}

TEST(SigmaValueTest, TriesEveryDash) {
  EXPECT_EQ(read("a|windash|contains: ' -f'").text(),
            "(a is like \"* -f*\" or a is like \"* /f*\" or a is like \"* \u2013f*\" or a is like "
            "\"* \u2014f*\" or "
            "a is like \"* \u2015f*\")");
}

TEST(SigmaValueTest, JoinsDashesByOrEvenWhereAllValuesAreMeant) {
  const Outcome outcome = read("a|contains|windash|all: [' -f', x]");

  ASSERT_EQ(outcome.condition->kind, Condition::Kind::And);
  EXPECT_EQ(outcome.condition->children.front().kind, Condition::Kind::Or);
  EXPECT_EQ(outcome.condition->children.front().children.size(), 5u);
}

TEST(SigmaValueTest, ReplacesPlaceholders) {
  const Placeholders placeholders = {{"users", {"Ann", "adm_*"}}};
  EXPECT_EQ(read("a|expand: '%users%'", placeholders).text(),
            R"((a is "ann" or a is like "adm_*"))");
  EXPECT_EQ(read("a|contains|expand: 'x%users%'", placeholders).text(),
            R"((a is like "*xann*" or a is like "*xadm_*"))");
  EXPECT_EQ(read("a|contains|all|expand: '%users%'", placeholders).text(),
            R"((a is like "*ann*" and a is like "*adm_*"))");
  EXPECT_EQ(read("a|re|expand: '^%users%$'", {{"users", {"a|b"}}}).text(), "a matches /^a|b$/");
  EXPECT_EQ(read("a|cidr|expand: '%nets%'", {{"nets", {"10.0.0.0/8"}}}).text(),
            "a is within 10.0.0.0/8");
  EXPECT_EQ(read("a|gt|expand: '%limit%'", {{"limit", {"5"}}}).text(), "a > 5");
}

TEST(SigmaValueTest, LeavesPercentSignsAloneWithoutExpand) {
  EXPECT_EQ(read("a: '%users%'").text(), R"(a is "%users%")");
}

TEST(SigmaValueTest, NeverHoldsWithoutValuesOfAPlaceholder) {
  EXPECT_EQ(read("a|expand: '%users%'").text(), "never");
  EXPECT_EQ(read("a|neq|expand: '%users%'").text(), "never");
  EXPECT_EQ(read("a|contains|all|expand: [x, '%users%']").text(), "never");
  EXPECT_EQ(read("a|expand: [x, '%users%']").text(), R"(a is "x")");

  const Outcome outcome = read("a|expand: '%users%'");
  EXPECT_EQ(outcome.complaint(),
            "sigma-placeholder 1:11: the placeholder %users% has no values, so this never holds");
  EXPECT_TRUE(outcome.diagnostics.ok()) << "it is a warning";
}

TEST(SigmaValueTest, ComparesWithEveryPathOfTheField) {
  const Outcome outcome = read("gcp.audit.method_name: x", {}, {"gcp", "gcp.audit", ""});

  EXPECT_THAT(outcome.condition->atom->paths, ElementsAre(FieldPath{"gcp", "audit", "method_name"},
                                                          FieldPath{"protoPayload", "methodName"}));
}

struct Refusal {
  const char* yaml;
  const char* complaint;
};

TEST(SigmaValueTest, RefusesWhatNoValueCanBe) {
  const Refusal refusals[] = {
      {"{}", "sigma-type 1:1: an empty map"},
      {"[]", "sigma-type 1:1: an empty list"},
      {"a: []", "sigma-type 1:4: an empty list"},
      {"a: {b: c}", "sigma-type 1:4: a field is compared with values"},
      {"a: [x, {b: c}]", "sigma-type 1:8: a field is compared with values"},
      {"- null", "sigma-value 1:3: a keyword must be text"},
      {"a|contains: null", "sigma-value 1:13: null has no text"},
      {"a|exists: null", "sigma-value 1:11: null has no text"},
      {"a|exists: 'true'", "sigma-value 1:11: exists is either true or false"},
      {"a|exists: 1", "sigma-value 1:11: exists is either"},
      {"a|gt: x", "sigma-value 1:7: a comparison needs a number, not text"},
      {"a|gt: true", "sigma-value 1:7: a comparison needs a number, not true or false"},
      {"a|hour: 1.5", "sigma-value 1:9: a part of a time is compared with a whole number"},
      {"a|hour: x", "sigma-value 1:9: a part of a time"},
      {"a|cidr: 10.0.0.0/33", "sigma-value 1:9: \"10.0.0.0/33\" is no network"},
      {"a|cidr: 192.168.*", "sigma-value 1:9: \"192.168.*\" is no network"},
      {"a|fieldref: 'b*'", "sigma-value 1:13: the name of a field has no wildcards"},
      {"a|fieldref: 5", "sigma-value 1:13: fieldref needs the name of a field"},
      {"a|base64: 'b*'", "sigma-value 1:11: a text with wildcards cannot be encoded"},
      {"a|re: '(?=x)'", "sigma-regex 1:7: the regular expression is refused: "},
      {R"(a|re: '(a)\1')", "sigma-regex 1:7: the regular expression is refused: "},
      {"a|re: '('", "sigma-regex 1:7: the regular expression is refused: "},
      {"a|windash: ' -a -b -c -d -e -f'",
       "sigma-limit 1:12: the modifiers make more than 4096 texts"},
      {"a|gt|expand: '%x%'", "sigma-value 1:14: \"many\" is no number"},
  };
  for (const Refusal& refusal : refusals) {
    const Outcome outcome = read(refusal.yaml, {{"x", {"many"}}});
    EXPECT_FALSE(outcome.condition) << refusal.yaml;
    EXPECT_THAT(outcome.complaint(), StartsWith(refusal.complaint)) << refusal.yaml;
  }
}

TEST(SigmaValueTest, HintsAtQuotesAroundANumber) {
  EXPECT_EQ(read("a|gt: '5'").diagnostics.all().front().hint, "write it without quotes");
}

TEST(SigmaValueTest, WarnsOfWhatIsHardlyMeant) {
  for (const char* yaml :
       {"a|contains|all: x", "a|base64offset: x", "a|wide: x", "a|expand: x", "a|hour: 24"}) {
    const Outcome outcome = read(yaml);
    EXPECT_TRUE(outcome.condition) << yaml;
    EXPECT_THAT(outcome.complaint(), StartsWith("sigma-modifier-use 1:")) << yaml;
  }
}

TEST(SigmaValueTest, TellsOfEveryBadValue) {
  EXPECT_EQ(read("a|gt: [x, y]\nb|contain: z\nc|cidr: q").diagnostics.error_count(), 4u);
}

TEST(SigmaValueTest, StopsAfterTooManyComplaints) {
  std::string yaml;
  for (int i = 0; i < 500; ++i)
    yaml += "f" + std::to_string(i) + "|nonsense: x\n";

  const Outcome outcome = read(yaml);

  EXPECT_FALSE(outcome.condition);
  EXPECT_LE(outcome.diagnostics.all().size(), 101u);
}

TEST(SigmaValueTest, RefusesMoreComparisonsThanARuleMayHave) {
  std::string yaml = "a|windash:\n";
  for (int i = 0; i < 20; ++i)
    yaml += "- ' -a -b -c -d -" + std::to_string(i) + "'\n";

  EXPECT_THAT(read(yaml).text(), HasSubstr("sigma-limit 1:1")) << "20 times 3125 texts";
}

}  // namespace
}  // namespace riposte::rule
