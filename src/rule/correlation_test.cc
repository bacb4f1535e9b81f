#include "rule/correlation.h"

#include <gtest/gtest.h>

namespace riposte::rule {
namespace {

TEST(CorrelationTest, ABoundComparesAsItsNameSays) {
  using Operator = Bound::Operator;
  const struct {
    Operator op;
    bool below, equal, above;
  } cases[] = {
      {Operator::Gt, false, false, true}, {Operator::Gte, false, true, true},
      {Operator::Lt, true, false, false}, {Operator::Lte, true, true, false},
      {Operator::Eq, false, true, false}, {Operator::Neq, true, false, true},
  };
  for (const auto& [op, below, equal, above] : cases) {
    const Bound bound{op, 5};
    EXPECT_EQ(bound.holds(4.5), below);
    EXPECT_EQ(bound.holds(5), equal);
    EXPECT_EQ(bound.holds(5.5), above);
  }
}

TEST(CorrelationTest, ARangeIsTwoBounds) {
  Correlation correlation;
  correlation.bounds = {{Bound::Operator::Gt, 1}, {Bound::Operator::Lte, 3}};
  EXPECT_FALSE(correlation.accepts(1));
  EXPECT_TRUE(correlation.accepts(3));
  EXPECT_FALSE(correlation.accepts(4));
}

TEST(CorrelationTest, AnExpressionAsksWhichRulesHit) {
  const RuleExpression a{RuleExpression::Kind::Rule, {}, 0};
  const RuleExpression b{RuleExpression::Kind::Rule, {}, 1};
  const RuleExpression not_b{RuleExpression::Kind::Not, {b}, 0};
  const RuleExpression a_and_not_b{RuleExpression::Kind::And, {a, not_b}, 0};
  EXPECT_TRUE(a_and_not_b.holds([](std::size_t rule) { return rule == 0; }));
  EXPECT_FALSE(a_and_not_b.holds([](std::size_t) { return true; }));
  EXPECT_TRUE(a_and_not_b.has_not());
  EXPECT_FALSE(a.has_not());
}

}  // namespace
}  // namespace riposte::rule
