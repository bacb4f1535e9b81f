#include "enrich/knowledge.h"

#include <gtest/gtest.h>

namespace riposte::enrich {
namespace {

Knowledge knowledge(Knowledge::Given given = {}) {
  std::vector<ThreatList> lists;
  lists.push_back(
      read_threat_list("ip,valid_until,description\n203.0.113.7,2026-02-01,scanner\n", "expiring")
          .value());
  lists.push_back(read_threat_list("203.0.113.0/24\nevil.example\n", "wide").value());
  return Knowledge({}, ThreatIndex(std::move(lists)), std::move(given));
}

std::string source(std::string_view address, std::string_view time) {
  return knowledge().facts_of_source(address, base::parse_time(time)).json;
}

TEST(KnowledgeTest, ThreatsAreToldWithTheirListsAndEndWithTheirTime) {
  EXPECT_EQ(
      source("203.0.113.7", "2026-01-31"),
      R"({"threat":{"list":["expiring","wide"],"indicator":["203.0.113.0/24","203.0.113.7"],"description":["scanner"]}})");
  EXPECT_EQ(source("203.0.113.7", "2026-02-01"),
            R"({"threat":{"list":["wide"],"indicator":["203.0.113.0/24"]}})");
  EXPECT_EQ(source("198.51.100.1", "2026-01-31"), "");
  EXPECT_EQ(source("AWS Internal", "2026-01-31"), "");
}

TEST(KnowledgeTest, ItSaysWhetherTheTimeOfTheEventMattered) {
  EXPECT_EQ(knowledge().facts_of_source("203.0.113.7", std::nullopt).depends,
            Knowledge::Depends::OnTime);
  EXPECT_EQ(knowledge().facts_of_source("203.0.113.8", std::nullopt).depends,
            Knowledge::Depends::No);
}

TEST(KnowledgeTest, NamesAreLookedUpWithTheirParents) {
  EXPECT_EQ(knowledge().facts_of_domain("a.evil.example.", std::nullopt).json,
            R"({"threat":{"list":["wide"],"indicator":["evil.example"]}})");
}

TEST(KnowledgeTest, WhatIsGivenForAnAddressIsAllThatIsKnownOfIt) {
  EXPECT_EQ(knowledge({{"203.0.113.7", R"({"geo":{}})"}})
                .facts_of_source("203.0.113.7", std::nullopt)
                .json,
            R"({"geo":{}})");
}

}  // namespace
}  // namespace riposte::enrich
