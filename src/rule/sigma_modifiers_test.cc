#include "rule/sigma_modifiers.h"

#include <gmock/gmock.h>

namespace riposte::rule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Outcome {
  std::optional<SigmaKey> key;
  base::Diagnostics diagnostics;

  // "code column: message" of the only complaint.
  std::string complaint() const {
    if (diagnostics.all().size() != 1)
      return std::to_string(diagnostics.all().size()) + " complaints";
    const base::Diagnostic& one = diagnostics.all().front();
    return one.code + " " + std::to_string(one.place.column) + ": " + one.message;
  }
};

Outcome read(const std::string& key, const std::string& yaml = {}) {
  const std::string text = yaml.empty() ? key + ": x" : yaml;
  const ScalarPlaces places(text);
  Outcome outcome;
  outcome.diagnostics.set_source("rule.yml", text);
  outcome.key = read_sigma_key(key, {1, 1}, places, outcome.diagnostics);
  return outcome;
}

TEST(SigmaModifiersTest, CutsAKeyIntoFieldAndModifiers) {
  const Outcome outcome = read("a.b|contains|all");

  ASSERT_TRUE(outcome.key);
  EXPECT_EQ(outcome.key->field, "a.b");
  EXPECT_THAT(outcome.key->modifiers, ElementsAre(Modifier::Contains, Modifier::All));
  EXPECT_EQ(outcome.key->test, SigmaTest::Text);
}

TEST(SigmaModifiersTest, KnowsEveryModifierOfTheSpecification) {
  for (const char* key :
       {"f|all",      "f|neq",     "f|startswith",   "f|endswith", "f|contains", "f|exists",
        "f|cased",    "f|windash", "f|re",           "f|re|i",     "f|re|m",     "f|re|s",
        "f|re|i|m|s", "f|base64",  "f|base64offset", "f|utf16le",  "f|utf16be",  "f|utf16",
        "f|wide",     "f|lt",      "f|lte",          "f|gt",       "f|gte",      "f|minute",
        "f|hour",     "f|day",     "f|week",         "f|month",    "f|year",     "f|cidr",
        "f|expand",   "f|fieldref"}) {
    const Outcome outcome = read(key);
    EXPECT_TRUE(outcome.key) << key;
    EXPECT_TRUE(outcome.diagnostics.all().empty()) << key;
  }
}

TEST(SigmaModifiersTest, AllowsWhatMeansSomethingTogether) {
  for (const char* key : {"f|contains|all",
                          "f|contains|windash|all",
                          "f|wide|base64offset|contains",
                          "f|base64|base64",
                          "f|cased|startswith",
                          "f|contains|expand",
                          "f|re|expand",
                          "f|expand|cidr",
                          "f|fieldref|neq",
                          "f|fieldref|contains",
                          "f|startswith|fieldref|cased",
                          "f|hour|gte",
                          "f|lt|hour",
                          "f|hour|neq",
                          "f|cidr|neq|all",
                          "f|contains|neq",
                          "f|re|i|neq",
                          "|all",
                          "|contains|all",
                          "|re",
                          "|cidr"}) {
    EXPECT_TRUE(read(key).key) << key << " " << read(key).complaint();
  }
}

TEST(SigmaModifiersTest, RefusesWhatMeansNothingTogether) {
  for (const char* key : {"f|re|contains",
                          "f|contains|re",
                          "f|re|cased",
                          "f|i",
                          "f|contains|i",
                          "f|cidr|re",
                          "f|cidr|contains",
                          "f|lt|contains",
                          "f|lt|gt",
                          "f|hour|minute",
                          "f|exists|neq",
                          "f|exists|all",
                          "f|exists|contains",
                          "f|exists|re",
                          "f|fieldref|re",
                          "f|fieldref|base64",
                          "f|fieldref|expand",
                          "f|windash|cidr",
                          "f|contains|contains",
                          "f|contains|startswith",
                          "f|contains|base64offset",
                          "f|startswith|utf16",
                          "f|hour|expand",
                          "|exists",
                          "|fieldref",
                          "|lt",
                          "|hour"}) {
    EXPECT_FALSE(read(key).key) << key;
    EXPECT_THAT(read(key).complaint(), testing::StartsWith("sigma-modifier-combination")) << key;
  }
}

TEST(SigmaModifiersTest, PointsAtTheUnknownModifierAndSuggestsAKnownOne) {
  const Outcome outcome = read("eventName|contain");

  EXPECT_FALSE(outcome.key);
  EXPECT_EQ(outcome.complaint(), "sigma-modifier 11: unknown modifier \"contain\"");
  EXPECT_EQ(outcome.diagnostics.all().front().hint, "did you mean \"contains\"?");
}

TEST(SigmaModifiersTest, PointsBehindTheQuoteOfAQuotedKey) {
  EXPECT_EQ(read("f|al", "'f|al': x").complaint(), "sigma-modifier 4: unknown modifier \"al\"");
}

TEST(SigmaModifiersTest, TellsOfEveryUnknownModifier) {
  EXPECT_EQ(read("f|abcd|efgh|").diagnostics.error_count(), 3u);
}

TEST(SigmaModifiersTest, SaysThatModifiersAreLowerCase) {
  EXPECT_THAT(read("f|Contains").diagnostics.all().front().hint,
              HasSubstr("lower case: \"contains\""));
}

TEST(SigmaModifiersTest, SaysWhatToWriteInstead) {
  EXPECT_THAT(read("f|re|contains").diagnostics.all().front().hint, HasSubstr("anchor it"));
  EXPECT_THAT(read("f|i").diagnostics.all().front().hint, HasSubstr("field|re|i"));
  EXPECT_THAT(read("f|exists|neq").diagnostics.all().front().hint, HasSubstr("exists: false"));
  EXPECT_THAT(read("f|contains|base64").diagnostics.all().front().hint,
              HasSubstr("field|base64|contains"));
}

TEST(SigmaModifiersTest, RefusesEndlessKeys) {
  std::string key = "f";
  for (int i = 0; i < 1000; ++i)
    key += "|re";

  EXPECT_THAT(read(key).complaint(), testing::StartsWith("sigma-limit 1"));
}

}  // namespace
}  // namespace riposte::rule
