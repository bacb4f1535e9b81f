#include "notify/routing.h"

#include <gtest/gtest.h>

#include "notify/samples_test.h"

namespace riposte::notify {
namespace {

ChannelConfig channel(std::string name, rule::Level level, std::vector<std::string> kinds = {}) {
  ChannelConfig config;
  config.name = std::move(name);
  config.level = level;
  config.kinds = std::move(kinds);
  return config;
}

Message message(std::string kind, rule::Level level, std::vector<std::string> channels = {}) {
  Message made;
  made.kind = std::move(kind);
  made.level = level;
  made.channels = std::move(channels);
  return made;
}

using rule::Level;
const Routing kRouting({"security", "pager"});

TEST(RoutingTest, AChannelTakesItsLevelAndAbove) {
  EXPECT_TRUE(
      kRouting.leads(message("finding.recorded", Level::High), channel("pager", Level::High)));
  EXPECT_FALSE(
      kRouting.leads(message("finding.recorded", Level::Medium), channel("pager", Level::High)));
}

TEST(RoutingTest, AKindStandsForAllBelowIt) {
  const ChannelConfig actions = channel("pager", Level::Low, {"action", "finding.closed"});
  EXPECT_TRUE(kRouting.leads(message("action.stuck", Level::High), actions));
  EXPECT_FALSE(kRouting.leads(message("actionable", Level::High), actions));
  EXPECT_FALSE(kRouting.leads(message("finding.recorded", Level::High), actions));
  EXPECT_TRUE(kRouting.leads(message("finding.closed", Level::High), actions));
}

TEST(RoutingTest, ARunbookNamesItsChannels) {
  const Message asked = message("action.asked", Level::Medium, {"security"});
  EXPECT_TRUE(kRouting.leads(asked, channel("security", Level::Critical)));
  EXPECT_FALSE(kRouting.leads(asked, channel("pager", Level::Low)));
}

TEST(RoutingTest, WhereNoneOfTheNamedChannelsIsThereItIsToldToTheOthers) {
  const Message asked = message("action.asked", Level::High, {"gone"});
  EXPECT_TRUE(kRouting.leads(asked, channel("pager", Level::High)));
}

TEST(RoutingTest, WhatIsOverIsToldWhereItWasBegun) {
  Message closed = message("finding.closed", Level::Informational);
  closed.closes = true;
  EXPECT_TRUE(kRouting.leads(closed, channel("pager", Level::High)));
  closed.level_is_said = true;
  EXPECT_FALSE(kRouting.leads(closed, channel("pager", Level::High)));
}

TEST(RoutingTest, AChannelIsNotToldOfItsOwnFailure) {
  Message failed = message("channel.failed", Level::High);
  failed.subject = "pager";
  EXPECT_FALSE(kRouting.leads(failed, channel("pager", Level::Low)));
  EXPECT_TRUE(kRouting.leads(failed, channel("security", Level::Low)));
}

}  // namespace
}  // namespace riposte::notify
