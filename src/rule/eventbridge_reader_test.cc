#include "rule/eventbridge_reader.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::rule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Reading {
  std::optional<Condition> condition;
  base::Diagnostics diagnostics;

  // "code line:column" of each complaint.
  std::vector<std::string> complaints() const {
    std::vector<std::string> result;
    for (const base::Diagnostic& each : diagnostics.all()) {
      result.push_back(each.code + " " + std::to_string(each.place.line) + ":" +
                       std::to_string(each.place.column));
    }
    return result;
  }
};

Reading read(std::string_view json) {
  Reading reading;
  const std::optional<json::Value> pattern = json::read_json(json, reading.diagnostics);
  if (pattern) reading.condition = read_eventbridge(*pattern, reading.diagnostics);
  return reading;
}

// The predicates of the one field of the pattern {"a": [...]}.
std::vector<Predicate> predicates_of(const std::string& list) {
  const Reading reading = read(R"({"a": )" + list + "}");
  EXPECT_THAT(reading.complaints(), ElementsAre()) << list;
  if (!reading.condition || reading.condition->fields.size() != 1) return {};
  return reading.condition->fields.front().any_of;
}

template <typename Test>
Test only(const std::string& list) {
  const std::vector<Predicate> predicates = predicates_of(list);
  if (predicates.size() != 1 || !std::holds_alternative<Test>(predicates.front().test)) {
    ADD_FAILURE() << list << " is not the one predicate expected";
    return {};
  }
  return std::get<Test>(predicates.front().test);
}

std::vector<std::string> field_names(const Condition& consistent) {
  std::vector<std::string> names;
  for (const FieldTest& field : consistent.fields)
    names.push_back(to_text(field.path));
  return names;
}

TEST(EventbridgeReaderTest, KeepsTypesOfLiteralsApart) {
  const std::vector<Predicate> predicates = predicates_of(R"(["1", 1.0, true, false, null])");
  ASSERT_EQ(predicates.size(), 5u);
  const Literal::Type types[] = {Literal::Type::String, Literal::Type::Number, Literal::Type::True,
                                 Literal::Type::False, Literal::Type::Null};
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(std::get<Literal>(predicates[i].test).type, types[i]);
  EXPECT_EQ(std::get<Literal>(predicates[1].test).text, "1.0") << "numbers stay as written";
}

TEST(EventbridgeReaderTest, ReadsAnAddressInAListAsAnAddress) {
  EXPECT_EQ(base::to_text(only<InNetwork>(R"(["010.0.0.1"])").network), "10.0.0.1/32");
  EXPECT_EQ(base::to_text(only<InNetwork>(R"(["2001:DB8::1"])").network), "2001:db8::1/128");
  EXPECT_EQ(only<Literal>(R"([{"exactly": "10.0.0.1"}])").text, "10.0.0.1")
      << "exactly means the text";
}

TEST(EventbridgeReaderTest, ReadsTextOperators) {
  EXPECT_EQ(only<TextLike>(R"([{"prefix": "St*"}])").glob.to_text(), "St\\**");
  EXPECT_EQ(only<TextLike>(R"([{"suffix": "ing"}])").glob.to_text(), "*ing");
  EXPECT_FALSE(only<TextLike>(R"([{"suffix": "ing"}])").ignore_case);
  EXPECT_EQ(only<TextLike>(R"([{"prefix": {"equals-ignore-case": "AbÉ"}}])").glob.to_text(),
            "abé*");
  EXPECT_TRUE(only<TextLike>(R"([{"suffix": {"equals-ignore-case": "Ab"}}])").ignore_case);
  EXPECT_EQ(only<TextIs>(R"([{"equals-ignore-case": "StopLogging"}])").text, "stoplogging");
  EXPECT_EQ(only<TextLike>(R"([{"prefix": ""}])").glob.to_text(), "*")
      << "every text has the empty prefix";
}

TEST(EventbridgeReaderTest, ReadsWildcardsWithTheirTwoEscapes) {
  EXPECT_EQ(only<TextLike>(R"([{"wildcard": "a*b"}])").glob.to_text(), "a*b");
  EXPECT_EQ(only<TextLike>(R"([{"wildcard": "a\\**\\\\"}])").glob.to_text(), "a\\**\\\\");
  EXPECT_EQ(only<TextLike>(R"([{"wildcard": "a?"}])").glob.to_text(), "a\\?") << "? is not wild";
}

TEST(EventbridgeReaderTest, ReadsNumericRanges) {
  const NumberIn range = only<NumberIn>(R"([{"numeric": [">", 0, "<=", 3.018e2]}])");
  EXPECT_EQ(range.lower, 0.0);
  EXPECT_FALSE(range.lower_included);
  EXPECT_EQ(range.upper, 301.8);
  EXPECT_TRUE(range.upper_included);
  EXPECT_EQ(only<NumberIn>(R"([{"numeric": ["<", -5]}])").upper, -5.0);
  EXPECT_EQ(only<NumberIn>(R"([{"numeric": [">=", 5]}])").upper, std::nullopt);
  EXPECT_EQ(only<Literal>(R"([{"numeric": ["=", 5]}])").type, Literal::Type::Number);
}

TEST(EventbridgeReaderTest, ReadsNetworks) {
  EXPECT_EQ(base::to_text(only<InNetwork>(R"([{"cidr": "10.1.2.3/8"}])").network), "10.0.0.0/8");
  EXPECT_EQ(base::to_text(only<InNetwork>(R"([{"cidr": "2001:db8::/32"}])").network),
            "2001:db8::/32");
}

TEST(EventbridgeReaderTest, ReadsExistence) {
  only<HasValue>(R"([{"exists": true}])");
  const Reading reading = read(R"({"a": [{"exists": false}, "x"]})");
  ASSERT_TRUE(reading.condition);
  EXPECT_TRUE(reading.condition->fields[0].or_absent);
  EXPECT_EQ(reading.condition->fields[0].any_of.size(), 1u);
}

TEST(EventbridgeReaderTest, ReadsEveryFormOfAnythingBut) {
  EXPECT_EQ(only<AnythingBut>(R"([{"anything-but": "a"}])").none_of.size(), 1u);
  EXPECT_EQ(only<AnythingBut>(R"([{"anything-but": 5}])").none_of.size(), 1u);
  EXPECT_EQ(only<AnythingBut>(R"([{"anything-but": ["a", "10.0.0.1"]}])").none_of.size(), 2u);
  EXPECT_EQ(only<AnythingBut>(R"([{"anything-but": [1, 2.5]}])").none_of.size(), 2u);
  for (std::string_view name : {"prefix", "suffix", "equals-ignore-case", "wildcard"}) {
    const std::string key(name);
    EXPECT_EQ(only<AnythingBut>(R"([{"anything-but": {")" + key + R"(": "a"}}])").none_of.size(),
              1u)
        << key;
    EXPECT_EQ(
        only<AnythingBut>(R"([{"anything-but": {")" + key + R"(": ["a", "b"]}}])").none_of.size(),
        2u)
        << key;
  }
}

TEST(EventbridgeReaderTest, JoinsKeysWithDotsAndSortsFieldsByPath) {
  const Reading reading =
      read(R"({"detail": {"b.c": [1], "a-b": [2], "a": {"b": [3]}}, "account": [4]})");
  ASSERT_TRUE(reading.condition);
  EXPECT_EQ(reading.condition->kind, Condition::Kind::Consistent);
  EXPECT_THAT(field_names(*reading.condition),
              ElementsAre("account", "detail.a-b", "detail.a.b", "detail.b.c"));
  EXPECT_THAT(reading.condition->fields[3].path, ElementsAre("detail", "b", "c"));
}

TEST(EventbridgeReaderTest, LetsTheLastOfFieldsNamedTwiceStand) {
  const Reading reading = read(R"({"a": {"b": [1]}, "a.b": [2, 3]})");
  ASSERT_TRUE(reading.condition);
  ASSERT_EQ(reading.condition->fields.size(), 1u);
  EXPECT_EQ(reading.condition->fields[0].any_of.size(), 2u);
}

TEST(EventbridgeReaderTest, TakesRepeatedKeysInATextWithAWarning) {
  base::Diagnostics diagnostics;
  const json::Value text(json::Value::Kind::String, R"({"a": [1], "a": [2, 3]})", {7, 3});
  const std::optional<Condition> condition = read_eventbridge(text, diagnostics);
  ASSERT_TRUE(condition);
  EXPECT_EQ(condition->fields[0].any_of.size(), 2u);
  ASSERT_EQ(diagnostics.all().size(), 1u);
  EXPECT_EQ(diagnostics.all()[0].code, "eventbridge-duplicate-key");
  EXPECT_EQ(diagnostics.all()[0].place.line, 7u) << "where the text stands";
  EXPECT_TRUE(diagnostics.ok());
}

TEST(EventbridgeReaderTest, MultipliesOrIntoAlternatives) {
  const Reading reading =
      read(R"({"s": [1], "$or": [{"a": [1]}, {"b": [1], "$or": [{"c": [1]}, {"d": [1]}]}]})");
  ASSERT_TRUE(reading.condition);
  ASSERT_EQ(reading.condition->kind, Condition::Kind::Or);
  std::vector<std::vector<std::string>> alternatives;
  for (const Condition& each : reading.condition->children)
    alternatives.push_back(field_names(each));
  EXPECT_THAT(alternatives, ElementsAre(ElementsAre("a", "s"), ElementsAre("b", "c", "s"),
                                        ElementsAre("b", "d", "s")));
}

TEST(EventbridgeReaderTest, LetsFieldsBehindOrOverrideThoseInside) {
  const Reading reading = read(R"({"a": [1], "$or": [{"a": [1, 2]}, {"b": [1]}], "b": [1, 2, 3]})");
  ASSERT_TRUE(reading.condition);
  ASSERT_EQ(reading.condition->children.size(), 2u);
  EXPECT_EQ(reading.condition->children[0].fields[0].any_of.size(), 2u)
      << "inside overrides what stands before";
  EXPECT_EQ(reading.condition->children[1].fields[0].any_of.size(), 1u);
  EXPECT_EQ(reading.condition->children[1].fields[1].any_of.size(), 3u)
      << "what stands behind overrides inside";
}

TEST(EventbridgeReaderTest, TakesOrForAFieldWhereItCannotBeAnOperator) {
  for (std::string_view pattern :
       {R"({"$or": [{"cidr": "10.0.0.0/24"}]})", R"({"$or": {"a": [1]}})",
        R"({"$or": [{"numeric": [">", 0]}, {"cidr": "10.0.0.0/8"}]})", R"({"$or": ["x", "y"]})"}) {
    const Reading reading = read(pattern);
    ASSERT_TRUE(reading.condition) << pattern;
    EXPECT_EQ(reading.condition->kind, Condition::Kind::Consistent) << pattern;
    EXPECT_EQ(reading.condition->fields[0].path.front(), "$or") << pattern;
    ASSERT_EQ(reading.diagnostics.all().size(), 1u) << pattern;
    EXPECT_EQ(reading.diagnostics.all()[0].code, "eventbridge-or") << "the author is told";
    EXPECT_TRUE(reading.diagnostics.ok()) << pattern;
  }
}

TEST(EventbridgeReaderTest, RefusesBesideAnOrFieldWhatTheOlderReaderRefuses) {
  const std::string or_field = R"({"$or": ["x", "y"], "b": [{"anything-but": )";
  EXPECT_FALSE(read(or_field + R"({"wildcard": "q*"}}]})").condition);
  EXPECT_FALSE(read(or_field + R"({"prefix": ["q"]}}]})").condition);
  EXPECT_TRUE(read(or_field + R"({"prefix": "q"}}]})").condition);
  EXPECT_TRUE(read(or_field + R"({"equals-ignore-case": ["q"]}}]})").condition);
}

TEST(EventbridgeReaderTest, TellsWhereAnOrIsWrong) {
  EXPECT_THAT(read(R"({"$or": [{"a": [1]}]})").complaints(), ElementsAre("eventbridge-or 1:9"));
  EXPECT_THAT(read(R"({"$or": "x"})").complaints(), ElementsAre("eventbridge-or 1:9"));
  EXPECT_THAT(read(R"({"$or": [{"a": [1]}, 5]})").complaints(), ElementsAre("eventbridge-or 1:22"));
  EXPECT_THAT(read(R"({"$or": [{"a": {"regex": ["x"]}}, {"b": [1]}]})").complaints(),
              ElementsAre("eventbridge-or 1:17"));
  EXPECT_THAT(read(R"({"a": {"regex": ["x"]}})").complaints(), ElementsAre())
      << "outside it is a field";
}

struct Refusal {
  std::string list;
  std::string complaint;
};

TEST(EventbridgeReaderTest, RefusesWhatEventRulerRefusesWithItsPlace) {
  const Refusal refusals[] = {
      {R"(1)", "eventbridge-pattern 1:7"},
      {R"("x")", "eventbridge-pattern 1:7"},
      {R"({})", "eventbridge-pattern 1:7"},
      {R"([])", "eventbridge-value 1:7"},
      {R"([1, [2]])", "eventbridge-value 1:11"},
      {R"([{}])", "eventbridge-operator 1:8"},
      {R"([{"prefx": "a"}])", "eventbridge-operator 1:9"},
      {R"([{"prefix": "a", "suffix": "b"}])", "eventbridge-operator 1:24"},
      {R"([{"prefix": 1}])", "eventbridge-operator 1:19"},
      {R"([{"prefix": {"suffix": "a"}}])", "eventbridge-operator 1:20"},
      {R"([{"suffix": {"equals-ignore-case": 1}}])", "eventbridge-operator 1:42"},
      {R"([{"exactly": 1}])", "eventbridge-operator 1:20"},
      {R"([{"equals-ignore-case": ["a"]}])", "eventbridge-operator 1:31"},
      {R"([{"exists": "true"}])", "eventbridge-operator 1:19"},
      {R"([{"wildcard": "a**"}])", "eventbridge-wildcard 1:21"},
      {R"([{"wildcard": "a\\b"}])", "eventbridge-wildcard 1:21"},
      {R"([{"wildcard": "a\\"}])", "eventbridge-wildcard 1:21"},
      {R"([{"wildcard": 1}])", "eventbridge-operator 1:21"},
      {R"([{"numeric": 5}])", "eventbridge-number 1:20"},
      {R"([{"numeric": [">"]}])", "eventbridge-number 1:20"},
      {R"([{"numeric": [1, 1]}])", "eventbridge-number 1:21"},
      {R"([{"numeric": ["!", 1]}])", "eventbridge-number 1:21"},
      {R"([{"numeric": [">", "1"]}])", "eventbridge-number 1:26"},
      {R"([{"numeric": [">", 12345678901234567890]}])", "eventbridge-number 1:26"},
      {R"([{"numeric": ["<", 1, ">", 0]}])", "eventbridge-number 1:29"},
      {R"([{"numeric": ["=", 1, "<", 2]}])", "eventbridge-number 1:21"},
      {R"([{"numeric": [">=", 5, "<=", 5]}])", "eventbridge-number 1:36"},
      {R"([{"numeric": [">", 0, "<", 1, 2]}])", "eventbridge-number 1:20"},
      {R"([{"cidr": "10.0.0.0"}])", "eventbridge-cidr 1:17"},
      {R"([{"cidr": "10.0.0/8"}])", "eventbridge-cidr 1:17"},
      {R"([{"cidr": "10.0.0.0/32"}])", "eventbridge-cidr 1:17"},
      {R"([{"cidr": "2001:db8::/128"}])", "eventbridge-cidr 1:17"},
      {R"([{"cidr": "10.0.0.0/-1"}])", "eventbridge-cidr 1:17"},
      {R"([{"cidr": 10}])", "eventbridge-operator 1:17"},
      {R"([{"anything-but": []}])", "eventbridge-value 1:25"},
      {R"([{"anything-but": true}])", "eventbridge-operator 1:25"},
      {R"([{"anything-but": [null]}])", "eventbridge-operator 1:26"},
      {R"([{"anything-but": ["a", 1]}])", "eventbridge-operator 1:31"},
      {R"([{"anything-but": 1e400}])", "eventbridge-number 1:25"},
      {R"([{"anything-but": {"prefix": ""}}])", "eventbridge-operator 1:36"},
      {R"([{"anything-but": {"suffix": ["a", ""]}}])", "eventbridge-operator 1:42"},
      {R"([{"anything-but": {"prefix": []}}])", "eventbridge-value 1:36"},
      {R"([{"anything-but": {"numeric": ["=", 1]}}])", "eventbridge-operator 1:26"},
      {R"([{"anything-but": {"wildcard": ["**"]}}])", "eventbridge-wildcard 1:39"},
  };
  for (const Refusal& refusal : refusals) {
    const Reading reading = read(R"({"a": )" + refusal.list + "}");
    EXPECT_FALSE(reading.condition) << refusal.list;
    EXPECT_THAT(reading.complaints(), ElementsAre(refusal.complaint)) << refusal.list;
  }
}

TEST(EventbridgeReaderTest, TellsAllMistakesAtOnce) {
  const Reading reading =
      read("{\"a\": 1,\n \"b\": [{\"prefx\": \"x\"}],\n \"c\": [{\"exists\": 1}]}");
  EXPECT_THAT(reading.complaints(),
              ElementsAre("eventbridge-pattern 1:7", "eventbridge-operator 2:9",
                          "eventbridge-operator 3:19"));
  EXPECT_THAT(reading.diagnostics.all()[1].hint, HasSubstr("did you mean \"prefix\"?"));
}

TEST(EventbridgeReaderTest, RefusesPatternsThatAreNoMaps) {
  EXPECT_THAT(read("[1]").complaints(), ElementsAre("eventbridge-pattern 1:1"));
  EXPECT_THAT(read("{}").complaints(), ElementsAre("eventbridge-pattern 1:1"));
}

TEST(EventbridgeReaderTest, ReadsAPatternOutOfAText) {
  base::Diagnostics diagnostics;
  EXPECT_TRUE(
      read_eventbridge({json::Value::Kind::String, R"({"a": ["x"]})", {1, 1}}, diagnostics));
  EXPECT_TRUE(diagnostics.all().empty());

  EXPECT_FALSE(
      read_eventbridge({json::Value::Kind::String, R"({"a": ["x"])", {4, 9}}, diagnostics));
  ASSERT_EQ(diagnostics.all().size(), 1u);
  EXPECT_EQ(diagnostics.all()[0].code, "eventbridge-syntax");
  EXPECT_EQ(diagnostics.all()[0].place.line, 4u);
}

TEST(EventbridgeReaderTest, ReadsNumbersThatYamlWritesInItsOwnWay) {
  base::Diagnostics diagnostics;
  const std::vector<json::Value> documents =
      json::read_yaml("a: [{numeric: ['>', +1]}]\n", diagnostics);
  ASSERT_EQ(documents.size(), 1u);
  const std::optional<Condition> condition = read_eventbridge(documents.front(), diagnostics);
  ASSERT_TRUE(condition);
  EXPECT_EQ(std::get<NumberIn>(condition->fields[0].any_of[0].test).lower, 1.0);
}

TEST(EventbridgeReaderTest, BoundsWhatOrMultipliesTo) {
  std::string pattern = "{";
  for (int i = 0; i < 12; ++i) {
    const std::string key = "k" + std::to_string(i);
    pattern += "\"" + key + R"(": {"$or": [{"a": [1]}, {"b": [1]}]},)";
  }
  const Reading reading = read(pattern + R"("z": [1]})");
  EXPECT_FALSE(reading.condition);
  ASSERT_EQ(reading.complaints().size(), 1u) << "after a limit nothing more is read";
  EXPECT_EQ(reading.diagnostics.all()[0].code, "eventbridge-limit");
}

TEST(EventbridgeReaderTest, BoundsTheNumberOfFields) {
  std::string pattern = "{";
  for (std::size_t i = 0; i < kPatternFieldsMax; ++i)
    pattern += "\"k" + std::to_string(i) + "\": [1],";
  EXPECT_TRUE(read(pattern + R"("k0.x": [1])" + "}").complaints().size() == 1);
  pattern.back() = '}';
  EXPECT_TRUE(read(pattern).condition);
}

TEST(EventbridgeReaderTest, BoundsThePredicatesOfAllAlternatives) {
  std::string values;
  for (int i = 0; i < 500; ++i)
    values += (i > 0 ? "," : "") + std::to_string(i);
  std::string pattern = R"({"many": [)" + values + "]";
  for (int i = 0; i < 9; ++i) {
    pattern += ",\"k" + std::to_string(i) + R"(": {"$or": [{"a": [1]}, {"b": [1]}]})";
  }
  const Reading reading = read(pattern + "}");
  EXPECT_FALSE(reading.condition);
  ASSERT_EQ(reading.diagnostics.all().size(), 1u);
  EXPECT_EQ(reading.diagnostics.all()[0].code, "eventbridge-limit");
}

}  // namespace
}  // namespace riposte::rule
