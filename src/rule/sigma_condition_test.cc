#include "rule/sigma_condition.h"

#include <gmock/gmock.h>

namespace riposte::rule {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::vector<NamedCondition> named(const std::vector<std::string>& names) {
  std::vector<NamedCondition> result;
  for (std::size_t i = 0; i < names.size(); ++i) {
    result.push_back(
        {names[i], {i + 1, 1}, Condition::of({Dialect::Sigma, {{names[i]}}, {Exists{}}})});
  }
  return result;
}

struct Outcome {
  std::optional<Condition> condition;
  base::Diagnostics diagnostics;

  // Every identifier is a field that exists; the word itself is noise here.
  std::string text() const {
    if (!condition) return complaint();
    std::string text = to_text(*condition);
    for (std::size_t at = text.find(" exists"); at != std::string::npos; at = text.find(" exists"))
      text.erase(at, 7);
    return text;
  }
  std::string complaint() const {
    if (diagnostics.all().size() != 1)
      return std::to_string(diagnostics.all().size()) + " complaints";
    const base::Diagnostic& one = diagnostics.all().front();
    return one.code + " " + std::to_string(one.place.column) + ": " + one.message;
  }
};

Outcome read(const std::string& expression,
             const std::vector<std::string>& names = {"a", "b", "c", "sel_1", "sel_2", "_hidden"}) {
  const std::vector<NamedCondition> identifiers = named(names);
  Outcome outcome;
  outcome.condition =
      SigmaConditionReader(identifiers, outcome.diagnostics).read({expression, {1, 1}});
  return outcome;
}

TEST(SigmaConditionTest, ReadsASingleIdentifier) { EXPECT_EQ(read("a").text(), "a"); }

TEST(SigmaConditionTest, BindsNotBeforeAndBeforeOr) {
  EXPECT_EQ(read("a or b and not c").text(), "(a or (b and not c))");
  EXPECT_EQ(read("not a and b").text(), "(not a and b)");
  EXPECT_EQ(read("a and b or c").text(), "((a and b) or c)");
  EXPECT_EQ(read("not not a").text(), "a");
}

TEST(SigmaConditionTest, ReadsParenthesesFirst) {
  EXPECT_EQ(read("(a or b) and c").text(), "((a or b) and c)");
  EXPECT_EQ(read("not (a and b)").text(), "not (a and b)");
  EXPECT_EQ(read("((a))").text(), "a");
  EXPECT_EQ(read("a and(b or c)").text(), "(a and (b or c))");
}

TEST(SigmaConditionTest, ReadsWordsInAnyCase) {
  EXPECT_EQ(read("a AND NOT b Or c").text(), "((a and not b) or c)");
  EXPECT_EQ(read("ALL OF sel_* AND 1 Of Them").condition.has_value(), true);
}

TEST(SigmaConditionTest, TakesAnyOrAllOfAPattern) {
  EXPECT_EQ(read("1 of sel_*").text(), "(sel_1 or sel_2)");
  EXPECT_EQ(read("any of sel_*").text(), "(sel_1 or sel_2)");
  EXPECT_EQ(read("all of sel_*").text(), "(sel_1 and sel_2)");
  EXPECT_EQ(read("1 of *_2").text(), "sel_2");
  EXPECT_EQ(read("1 of s*_1").text(), "sel_1");
  EXPECT_EQ(read("1 of sel_1").text(), "sel_1");
  EXPECT_EQ(read("a and not 1 of sel_*").text(), "(a and not (sel_1 or sel_2))");
}

TEST(SigmaConditionTest, LeavesUnderscoresOutOfThem) {
  EXPECT_EQ(read("1 of them").text(), "(a or b or c or sel_1 or sel_2)");
  EXPECT_EQ(read("all of them").text(), "(a and b and c and sel_1 and sel_2)");
  EXPECT_EQ(read("all of *", {"a", "_hidden"}).text(), "a");
  EXPECT_EQ(read("1 of _hid*").text(), "_hidden");
  EXPECT_EQ(read("_hidden").text(), "_hidden");
}

TEST(SigmaConditionTest, SpellsOutEveryChoiceOfN) {
  EXPECT_EQ(read("2 of them", {"a", "b", "c"}).text(), "((a and b) or (a and c) or (b and c))");
  EXPECT_EQ(read("3 of them", {"a", "b", "c"}).text(), "(a and b and c)");
}

TEST(SigmaConditionTest, LetsIdentifiersBeNamedLikeWords) {
  EXPECT_EQ(read("all and of", {"all", "of"}).text(), "(all and of)");
  EXPECT_EQ(read("any and them", {"any", "them"}).text(), "(any and them)");
  EXPECT_EQ(read("sel-1.x and 2", {"sel-1.x", "2"}).text(), "(sel-1.x and 2)");
}

TEST(SigmaConditionTest, PointsAtWhatIsUndefined) {
  const Outcome outcome = read("a and selektion", {"a", "selection"});

  EXPECT_EQ(outcome.complaint(), "sigma-undefined 7: nothing is named \"selektion\" here");
  EXPECT_EQ(outcome.diagnostics.all().front().hint, "did you mean \"selection\"?");
  EXPECT_EQ(read("1 of x_*").complaint(), "sigma-undefined 6: nothing is named like \"x_*\" here");
}

TEST(SigmaConditionTest, PointsAtWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "sigma-condition 1: the expression ends"},
      {"   ", "sigma-condition 4: the expression ends"},
      {"a and", "sigma-condition 6: the expression ends"},
      {"and a", "sigma-condition 1: \"and\" stands where an identifier"},
      {"a b", "sigma-condition 3: \"b\" stands where `and`, `or` or the end"},
      {"(a", "sigma-condition 3: a parenthesis is not closed"},
      {"a)", "sigma-condition 2: \")\" stands where"},
      {"()", "sigma-condition 2: \")\" stands where an identifier"},
      {"not", "sigma-condition 4: the expression ends"},
      {"1 of", "sigma-condition 5: `of` is followed by"},
      {"1 of (a)", "sigma-condition 6: `of` is followed by"},
      {"0 of them", "sigma-condition 1: \"0\" is no count"},
      {"-1 of them", "sigma-condition 1: \"-1\" is no count"},
      {"some of them", "sigma-condition 1: \"some\" is no count"},
      {"9 of them", "sigma-condition 6: 9 are asked for, but only 5 are named so"},
      {"them", "sigma-condition 1: \"them\" stands where an identifier"},
  };
  for (const auto& [expression, complaint] : cases) {
    EXPECT_THAT(read(expression).complaint(), StartsWith(complaint)) << expression;
  }
}

TEST(SigmaConditionTest, RefusesAggregationsAndNamesTheirSuccessor) {
  const Outcome outcome = read("a | count() by b > 5");

  EXPECT_EQ(outcome.complaint(),
            "sigma-aggregation 3: aggregations after a pipe are no longer part of Sigma");
  EXPECT_THAT(outcome.diagnostics.all().front().hint, HasSubstr("correlation"));
}

TEST(SigmaConditionTest, SurvivesDeepNesting) {
  const std::string deep = std::string(20000, '(') + "a" + std::string(20000, ')');
  EXPECT_THAT(read(deep).complaint(), StartsWith("sigma-limit 65:"));

  std::string negated;
  for (int i = 0; i < 10000; ++i)
    negated += "not ";
  EXPECT_THAT(read(negated + "a").complaint(), StartsWith("sigma-limit"));
  EXPECT_EQ(read(std::string(60, '(') + "a" + std::string(60, ')')).text(), "a");
}

TEST(SigmaConditionTest, SurvivesEndlessExpressions) {
  std::string expression = "a";
  for (int i = 0; i < 20000; ++i)
    expression += " or a";
  EXPECT_THAT(read(expression).complaint(), StartsWith("sigma-limit"));
}

TEST(SigmaConditionTest, RefusesConditionsThatMultiplyWithoutEnd) {
  std::vector<std::string> names;
  for (int i = 0; i < 60; ++i)
    names.push_back("x" + std::to_string(i));
  EXPECT_THAT(read("30 of x*", names).complaint(), StartsWith("sigma-limit"));
  EXPECT_THAT(read("40 of x*", names).complaint(), StartsWith("sigma-limit"));
  EXPECT_TRUE(read("60 of x*", names).condition);

  std::string expression = "all of x*";
  for (int i = 0; i < 2000; ++i)
    expression += " or all of x*";
  EXPECT_THAT(read(expression, names).complaint(), StartsWith("sigma-limit"));
}

TEST(SigmaConditionTest, TellsWhatNoExpressionUsed) {
  const std::vector<NamedCondition> identifiers = named({"a", "b", "c"});
  base::Diagnostics diagnostics;
  SigmaConditionReader reader(identifiers, diagnostics);
  ASSERT_TRUE(reader.read({"a", {1, 1}}));
  ASSERT_TRUE(reader.read({"1 of c*", {1, 1}}));

  reader.tell_unused();

  ASSERT_EQ(diagnostics.all().size(), 1u);
  EXPECT_EQ(diagnostics.all().front().code, "sigma-unused");
  EXPECT_EQ(diagnostics.all().front().message, "no condition uses \"b\"");
  EXPECT_EQ(diagnostics.all().front().place.line, 2u);
  EXPECT_TRUE(diagnostics.ok()) << "it is a warning";
}

TEST(SigmaConditionTest, CountsAtoms) {
  EXPECT_EQ(count_atoms(*read("a and not (b or c)").condition), 3u);
  EXPECT_EQ(count_atoms(Condition::any_of({})), 0u);
}

}  // namespace
}  // namespace riposte::rule
