#include "block/ip_set.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"

namespace riposte::block {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const base::EventTime kNow = base::parse_time("2026-01-31T12:00:00Z").value();

Block block(std::string_view text) {
  return blocks_of({{.key = std::string(text),
                     .network = parse_blockable(text).value(),
                     .by = "dana",
                     .reason = "flood",
                     .added = kNow - std::chrono::minutes(1),
                     .until = kNow + std::chrono::hours(1)}})
      .front();
}

// A list that does what it is told.
class List {
 public:
  explicit List(EnforcementKind kind) : enforcement{.name = "x", .kind = kind, .id = "1"} {
    enforcement.set_name = "blocked";
    facts.lock = "7";
  }

  Reconciled reconcile(const std::vector<Block>& blocks) const {
    const auto reconciler =
        enforcement.kind == EnforcementKind::IpSet ? reconcile_ip_set : reconcile_prefix_list;
    return reconciler(enforcement, blocks, facts, items, exemptions, kNow);
  }

  Reconciled reconcile_and_apply(const std::vector<Block>& blocks) {
    Reconciled reconciled = reconcile(blocks);
    for (const std::string& lost : reconciled.lost)
      items.erase(lost);
    for (const Change& change : reconciled.changes)
      apply(change);
    return reconciled;
  }

  void apply(const Change& change) {
    const auto with = json::OwnedDocument::parse(change.with).value();
    const auto each = [&](std::string_view key, const auto& take) {
      const json::Node* list = with.root().find(key);
      if (list == nullptr) return;
      for (const json::Node& node : json::children(*list))
        take(std::string(node.is_string() ? node.text : node.string_at("Cidr")));
    };
    if (enforcement.kind == EnforcementKind::IpSet) facts.networks.clear();
    each("Addresses", [&](const std::string& text) { facts.networks.push_back(text); });
    each("RemoveEntries", [&](const std::string& text) { std::erase(facts.networks, text); });
    each("AddEntries", [&](const std::string& text) { facts.networks.push_back(text); });
    EXPECT_LE(facts.networks.size(), facts.room);
    std::sort(facts.networks.begin(), facts.networks.end());
    for (const std::string& item : change.removes)
      items.erase(item);
    for (const std::string& item : change.adds)
      items[item] = ItemState::Made;
  }

  Enforcement enforcement;
  ListFacts facts;
  BlockStore::Items items;
  Exemptions exemptions;
};

TEST(IpSetTest, OneWriteHasAllOfItAndWhatOthersPutThere) {
  List list(EnforcementKind::IpSet);
  list.facts.networks = {"198.51.100.1/32"};
  list.facts.description = "of the shop";
  const Reconciled reconciled = list.reconcile({block("203.0.113.9"), block("203.0.113.10")});
  ASSERT_EQ(reconciled.changes.size(), 1U);
  EXPECT_EQ(
      reconciled.changes.front().with,
      R"({"Addresses":["198.51.100.1/32","203.0.113.10/32","203.0.113.9/32"],"Description":"of the shop","Id":"1","LockToken":"7","Name":"blocked","Scope":"REGIONAL"})");
  EXPECT_THAT(reconciled.changes.front().journaled, HasSubstr("3 addresses"));
}

TEST(IpSetTest, ASetOfTheOtherFamilyTakesNothing) {
  List list(EnforcementKind::IpSet);
  list.facts.is_v4 = false;
  EXPECT_THAT(list.reconcile({block("203.0.113.9")}).changes, IsEmpty());
}

TEST(IpSetTest, AnAddressIsTheSameHoweverItIsSpelled) {
  List list(EnforcementKind::IpSet);
  list.facts.is_v4 = false;
  list.reconcile_and_apply({block("2001:db8::9")});
  list.facts.networks = {"2001:0db8:0000:0000:0000:0000:0000:0009/128"};
  EXPECT_THAT(list.reconcile({block("2001:db8::9")}).changes, IsEmpty());
}

TEST(IpSetTest, WhatOthersBlockAlreadyIsNotOurs) {
  List list(EnforcementKind::IpSet);
  list.facts.networks = {"203.0.113.9/32"};
  list.reconcile_and_apply({block("203.0.113.9")});
  EXPECT_THAT(list.reconcile({}).changes, IsEmpty());
}

TEST(IpSetTest, ASetThatIsOursAloneLosesWhatOthersPutThere) {
  List list(EnforcementKind::IpSet);
  list.enforcement.is_ours = true;
  list.facts.networks = {"198.51.100.1/32"};
  list.reconcile_and_apply({block("203.0.113.9")});
  EXPECT_THAT(list.facts.networks, ElementsAre("203.0.113.9/32"));
  EXPECT_THAT(list.reconcile({block("203.0.113.9")}).changes, IsEmpty());
}

TEST(PrefixListTest, ChangesAtMostAHundredEntriesAtATimeUntilAllIsDone) {
  List list(EnforcementKind::PrefixList);
  list.facts.room = 150;
  list.facts.networks = {"198.51.100.1/32"};
  std::vector<Block> blocks;
  for (int i = 0; i < 200; ++i)
    blocks.push_back(block("203.0.113." + std::to_string(i)));
  EXPECT_EQ(list.reconcile_and_apply(blocks).unheld.size(), 51U);
  EXPECT_EQ(list.facts.networks.size(), 101U);
  list.reconcile_and_apply(blocks);
  EXPECT_EQ(list.facts.networks.size(), 150U);
  EXPECT_THAT(list.reconcile(blocks).changes, IsEmpty());
}

// Whatever stands there and whoever is blocked.
TEST(IpSetTest, ListsHoldTheirInvariantsWhateverStandsThere) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto pick = [&random](int least, int most) {
      return std::uniform_int_distribution<int>(least, most)(random);
    };
    const auto address = [&] { return "203.0.113." + std::to_string(pick(0, 30)); };
    List list(pick(0, 1) == 0 ? EnforcementKind::IpSet : EnforcementKind::PrefixList);
    list.enforcement.when_full = static_cast<WhenFull>(pick(0, 2));
    list.exemptions.add({parse_blockable(address()).value(), "ours"});
    for (int round = 0; round < 4; ++round) {
      std::erase_if(list.facts.networks, [&](const std::string&) { return pick(0, 4) == 0; });
      for (int i = pick(0, 3); i > 0; --i) {
        const std::string text = address() + "/32";
        if (!list.items.contains(text) &&
            std::find(list.facts.networks.begin(), list.facts.networks.end(), text) ==
                list.facts.networks.end())
          list.facts.networks.push_back(text);
      }
      list.facts.room = std::max<std::size_t>(list.facts.networks.size(), 10);
      std::vector<std::string> others;
      for (const std::string& text : list.facts.networks) {
        if (!list.items.contains(text)) others.push_back(text);
      }
      std::vector<Block> blocks;
      for (int i = pick(0, 20); i > 0; --i) {
        const Block each = block(address());
        if (!list.exemptions.against(each.network, kNow)) blocks.push_back(each);
      }
      const Reconciled first = list.reconcile_and_apply(blocks);
      for (const std::string& text : others)
        EXPECT_THAT(list.facts.networks, testing::Contains(text));
      EXPECT_EQ(list.facts.networks.size(), others.size() + list.items.size());
      for (const auto& [item, state] : list.items)
        EXPECT_FALSE(list.exemptions.touches(parse_blockable(item).value(), kNow)) << item;
      const Reconciled second = list.reconcile(blocks);
      EXPECT_THAT(second.changes, IsEmpty());
      EXPECT_EQ(second.unheld, first.unheld);
    }
    list.reconcile_and_apply({});
    EXPECT_THAT(list.items, IsEmpty());
  }
}

}  // namespace
}  // namespace riposte::block
