#include "rule/rule.h"

#include <gtest/gtest.h>

namespace riposte::rule {
namespace {

TEST(RuleTest, ReadsEveryLevelByItsName) {
  for (const std::string_view name : kLevelNames) {
    const std::optional<Level> level = parse_level(name);
    ASSERT_TRUE(level) << name;
    EXPECT_EQ(name_of(*level), name);
  }
}

TEST(RuleTest, KnowsNoOtherLevels) {
  for (const std::string_view name : {"", "High", "severe", "medium ", "info"}) {
    EXPECT_FALSE(parse_level(name)) << name;
  }
}

TEST(RuleTest, OrdersLevelsFromHarmlessToWorst) {
  EXPECT_LT(Level::Informational, Level::Low);
  EXPECT_LT(Level::High, Level::Critical);
}

}  // namespace
}  // namespace riposte::rule
