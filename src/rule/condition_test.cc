#include "rule/condition.h"

#include <gtest/gtest.h>

namespace riposte::rule {
namespace {

Condition is(const std::string& field, const std::string& text) {
  return Condition::of({Dialect::Sigma, {{field}}, {TextIs{text, true}}});
}

std::string text_of(Predicate predicate) { return to_text(predicate); }

TEST(ConditionTest, SaysWhatARuleLooksForInOneLine) {
  const Condition condition =
      Condition::all_of({is("eventName", "stoplogging"),
                         Condition::negate(Condition::any_of({is("a", "1"), is("b", "2")}))});

  EXPECT_EQ(to_text(condition), R"((eventName is "stoplogging" and not (a is "1" or b is "2")))");
}

TEST(ConditionTest, HoldsAlwaysOrNeverWithoutChildren) {
  EXPECT_EQ(to_text(Condition::all_of({})), "always");
  EXPECT_EQ(to_text(Condition::any_of({})), "never");
  EXPECT_EQ(to_text(Condition{}), "always");
}

TEST(ConditionTest, LetsASingleChildStandForItself) {
  EXPECT_EQ(Condition::all_of({is("a", "1")}).kind, Condition::Kind::Atom);
  EXPECT_EQ(Condition::any_of({is("a", "1")}).kind, Condition::Kind::Atom);
}

TEST(ConditionTest, DissolvesChildrenOfItsOwnKind) {
  const Condition condition = Condition::all_of({Condition::all_of({is("a", "1"), is("b", "2")}),
                                                 Condition::any_of({is("c", "3"), is("d", "4")})});

  EXPECT_EQ(to_text(condition), R"((a is "1" and b is "2" and (c is "3" or d is "4")))");
}

TEST(ConditionTest, KeepsAnOrOfNothingWithinAnAnd) {
  EXPECT_EQ(to_text(Condition::all_of({is("a", "1"), Condition::any_of({})})),
            R"((a is "1" and never))");
}

TEST(ConditionTest, CancelsADoubleNot) {
  EXPECT_EQ(to_text(Condition::negate(Condition::negate(is("a", "1")))), R"(a is "1")");
}

TEST(ConditionTest, SaysEachPredicateInItsOwnWords) {
  EXPECT_EQ(text_of({TextIs{"Root", false}}), R"(is "Root" (case-sensitive))");
  EXPECT_EQ(text_of({TextLike{Glob::starts_with("a*"), true}}), R"(is like "a\\**")");
  EXPECT_EQ(text_of({TextMatches{Regex::compile("^a.b$", {.ignore_case = true}).value()}}),
            "matches /^a.b$/i");
  EXPECT_EQ(text_of({InNetwork{*base::parse_network("10.0.0.0/8")}}), "is within 10.0.0.0/8");
  EXPECT_EQ(text_of({Exists{}}), "exists");
  EXPECT_EQ(text_of({HasValue{}}), "has a value");
  EXPECT_EQ(text_of({FieldRef{{{"a", "b"}, {"c"}}, FieldRef::Mode::StartsWith, true}}),
            "starts with the field a.b");
  EXPECT_EQ(text_of({Literal{Literal::Type::String, "x\""}}), R"(is exactly "x\"")");
  EXPECT_EQ(text_of({Literal{Literal::Type::Number, "1.50"}}), "is exactly 1.50");
  EXPECT_EQ(text_of({AnythingBut{{{Literal{Literal::Type::Null, "null"}}, {Exists{}}}}}),
            "is anything but (is exactly null, exists)");
}

TEST(ConditionTest, SaysNumbersAsPeopleWriteThem) {
  EXPECT_EQ(text_of({NumberIn{5, 5, true, true}}), "= 5");
  EXPECT_EQ(text_of({NumberIn{5, {}, false, true}}), "> 5");
  EXPECT_EQ(text_of({NumberIn{{}, 0.5, true, true}}), "<= 0.5");
  EXPECT_EQ(text_of({NumberIn{1, 2, true, false}}), ">= 1 and < 2");
  EXPECT_EQ(text_of({TimePartIn{TimePartIn::Part::Hour, {22, {}, true, true}}}), "has hour >= 22");
}

TEST(ConditionTest, NamesAFieldByTheFirstOfItsPaths) {
  const Atom atom = {Dialect::Sigma, {{"Image"}, {"Event", "EventData", "Image"}}, {Exists{}}};
  EXPECT_EQ(to_text(atom), "Image exists");

  const Atom keyword = {Dialect::Sigma, {{}}, {TextIs{"x", true}}};
  EXPECT_EQ(to_text(keyword), R"(any value is "x")");
}

TEST(ConditionTest, SaysWhatMustHoldWithinTheSameElements) {
  const Condition condition = Condition::consistent(
      {{{"detail", "a"}, {{Literal{Literal::Type::Number, "1"}}, {Exists{}}}, false},
       {{"detail", "b"}, {}, true}});

  EXPECT_EQ(to_text(condition),
            "within the same elements (detail.a is exactly 1 or exists; detail.b is absent)");
}

}  // namespace
}  // namespace riposte::rule
