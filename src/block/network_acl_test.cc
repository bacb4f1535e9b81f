#include "block/network_acl.h"

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

base::Network network(std::string_view text) { return parse_blockable(text).value(); }

Block block(std::string_view text, rule::Level level = rule::Level::Medium, int minutes_ago = 1) {
  Hold hold{.key = std::string(text), .network = network(text), .by = "dana", .reason = "flood"};
  hold.level = level;
  hold.added = kNow - std::chrono::minutes(minutes_ago);
  hold.until = kNow + std::chrono::hours(1);
  return blocks_of({hold}).front();
}

AclEntry allow(int number, std::string_view text = "0.0.0.0/0") {
  return {.number = number, .is_allow = true, .network = network(text), .is_of_all = true};
}
AclEntry deny(int number, std::string_view text) {
  return {.number = number, .network = network(text), .is_of_all = true};
}

// A network ACL that does what it is told as EC2 does, and fails the test where EC2 would refuse.
class Acl {
 public:
  AclFacts facts;
  BlockStore::Items items;
  Enforcement enforcement{.name = "edge", .kind = EnforcementKind::NetworkAcl, .id = "acl-1"};
  Exemptions exemptions;

  Reconciled reconcile(const std::vector<Block>& blocks) const {
    return reconcile_network_acl(enforcement, blocks, facts, items, exemptions, kNow);
  }

  Reconciled reconcile_and_apply(const std::vector<Block>& blocks) {
    Reconciled reconciled = reconcile(blocks);
    for (const std::string& lost : reconciled.lost)
      items.erase(lost);
    for (const std::string& item : reconciled.confirmed)
      items[item] = ItemState::Made;
    for (const Change& change : reconciled.changes)
      apply(change);
    return reconciled;
  }

  void apply(const Change& change) {
    const auto with = json::OwnedDocument::parse(change.with).value();
    const int number = static_cast<int>(with.root().find("RuleNumber")->number().value());
    const auto same = [&](const AclEntry& each) {
      return !each.is_egress && each.number == number;
    };
    if (change.operation == "ec2.DeleteNetworkAclEntry") {
      const auto found = std::find_if(facts.entries.begin(), facts.entries.end(), same);
      ASSERT_NE(found, facts.entries.end()) << number;
      EXPECT_TRUE(items.contains(item_of(*found))) << "not ours: " << item_of(*found);
      facts.entries.erase(found);
    } else {
      ASSERT_EQ(change.operation, "ec2.CreateNetworkAclEntry");
      EXPECT_TRUE(std::none_of(facts.entries.begin(), facts.entries.end(), same)) << number;
      std::string_view text = with.root().string_at("CidrBlock");
      if (text.empty()) text = with.root().string_at("Ipv6CidrBlock");
      facts.entries.push_back(deny(number, text));
      EXPECT_LE(count(true), facts.quota_v4);
      EXPECT_LE(count(false), facts.quota_v6);
    }
    for (const std::string& item : change.removes)
      items.erase(item);
    for (const std::string& item : change.adds)
      items[item] = ItemState::Made;
  }

  // Of one family and what comes in, with the default deny that AWS counts.
  std::size_t count(bool is_v4) const {
    bool has_default = false;
    std::size_t all = 0;
    for (const AclEntry& each : facts.entries) {
      if (each.is_egress || (!each.network || each.network->first.is_v4) != is_v4) continue;
      has_default = has_default || each.number > kRuleLast;
      ++all;
    }
    return all + (has_default ? 0 : 1);
  }

  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const AclEntry& each : facts.entries)
      all.push_back(item_of(each));
    std::sort(all.begin(), all.end());
    return all;
  }
};

TEST(NetworkAclTest, PutsDeniesBelowTheLowestAllow) {
  Acl acl;
  acl.facts.entries = {allow(3)};
  acl.reconcile_and_apply({block("203.0.113.9"), block("2001:db8::9")});
  EXPECT_THAT(acl.texts(),
              ElementsAre("1 deny 203.0.113.9/32", "2 deny 2001:db8::9/128", "3 allow 0.0.0.0/0"));
}

TEST(NetworkAclTest, SaysWhereNoNumberIsLeftBelowTheLowestAllow) {
  Acl acl;
  acl.facts.entries = {allow(1)};
  const Reconciled reconciled = acl.reconcile({block("203.0.113.9")});
  EXPECT_THAT(reconciled.changes, IsEmpty());
  EXPECT_THAT(reconciled.obstacle, HasSubstr("below the lowest allow"));
  EXPECT_THAT(reconciled.unheld, ElementsAre("203.0.113.9/32"));
}

TEST(NetworkAclTest, TakesNoNumberOfSomebodyElse) {
  Acl acl;
  acl.facts.entries = {deny(1, "198.51.100.0/24"), allow(100)};
  acl.reconcile_and_apply({block("203.0.113.9")});
  EXPECT_THAT(acl.texts(), ElementsAre("1 deny 198.51.100.0/24", "100 allow 0.0.0.0/0",
                                       "2 deny 203.0.113.9/32"));
}

TEST(NetworkAclTest, LeavesAnEntryAloneThatIsNotExactlyAsWeLeftIt) {
  Acl acl;
  acl.facts.entries = {allow(100)};
  acl.reconcile_and_apply({block("203.0.113.9")});
  acl.facts.entries.back().is_of_all = false;  // somebody narrowed it to a port
  const Reconciled reconciled = acl.reconcile_and_apply({block("203.0.113.9")});
  EXPECT_THAT(reconciled.lost, ElementsAre("1 deny 203.0.113.9/32"));
  EXPECT_THAT(acl.texts(), ElementsAre("1 deny 203.0.113.9/32 of some", "100 allow 0.0.0.0/0",
                                       "2 deny 203.0.113.9/32"));
  acl.reconcile_and_apply({});
  EXPECT_THAT(acl.texts(), ElementsAre("1 deny 203.0.113.9/32 of some", "100 allow 0.0.0.0/0"));
}

TEST(NetworkAclTest, PutsBackWhatSomebodyTookOutAndTellsIt) {
  Acl acl;
  acl.facts.entries = {allow(100)};
  acl.reconcile_and_apply({block("203.0.113.9")});
  acl.facts.entries.pop_back();
  const Reconciled reconciled = acl.reconcile_and_apply({block("203.0.113.9")});
  EXPECT_THAT(reconciled.lost, ElementsAre("1 deny 203.0.113.9/32"));
  EXPECT_THAT(acl.texts(), ElementsAre("1 deny 203.0.113.9/32", "100 allow 0.0.0.0/0"));
}

TEST(NetworkAclTest, MovesBelowAnAllowThatCameLater) {
  Acl acl;
  acl.facts.entries = {deny(1, "198.51.100.1"), deny(3, "198.51.100.3"), allow(100)};
  acl.reconcile_and_apply({block("203.0.113.9"), block("203.0.113.10")});
  acl.facts.entries[1] = allow(3, "198.51.100.0/24");
  acl.facts.entries.erase(acl.facts.entries.begin());
  acl.reconcile_and_apply({block("203.0.113.9"), block("203.0.113.10")});
  EXPECT_THAT(acl.texts(), ElementsAre("1 deny 203.0.113.10/32", "100 allow 0.0.0.0/0",
                                       "2 deny 203.0.113.9/32", "3 allow 198.51.100.0/24"));
}

TEST(NetworkAclTest, KeepsToTheRangeThatIsConfigured) {
  Acl acl;
  acl.enforcement.rule_first = 50;
  acl.enforcement.rule_last = 50;
  acl.facts.entries = {allow(100)};
  const Reconciled reconciled =
      acl.reconcile_and_apply({block("203.0.113.9"), block("203.0.113.10")});
  EXPECT_THAT(acl.texts(), ElementsAre("100 allow 0.0.0.0/0", "50 deny 203.0.113.9/32"));
  EXPECT_THAT(reconciled.unheld, ElementsAre("203.0.113.10/32"));
}

TEST(NetworkAclTest, OfTenThousandTheWorstAreHeldAndTheRestIsTold) {
  Acl acl;
  acl.facts.entries = {allow(100), deny(32767, "0.0.0.0/0")};
  std::vector<Block> blocks;
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = "198." + std::to_string(20 + i / 65536) + "." +
                             std::to_string(i / 256 % 256) + "." + std::to_string(i % 256);
    blocks.push_back(block(text, i % 1000 == 7 ? rule::Level::Critical : rule::Level::Low));
  }
  const Reconciled reconciled = acl.reconcile_and_apply(blocks);
  EXPECT_EQ(acl.count(true), kAclQuota);
  EXPECT_EQ(reconciled.held, kAclQuota - 2) << "the allow and the default deny count, too";
  EXPECT_EQ(reconciled.unheld.size(), blocks.size() - reconciled.held);
  for (int i = 7; i < 10'000; i += 1000)
    EXPECT_THAT(
        acl.texts(),
        testing::Contains(HasSubstr(base::to_text(blocks[static_cast<std::size_t>(i)].network))));
  EXPECT_THAT(acl.reconcile(blocks).changes, IsEmpty());
}

TEST(NetworkAclTest, WhoIsWorseTakesThePlaceOfWhoIsHeld) {
  Acl acl;
  acl.facts.quota_v4 = 3;
  acl.facts.entries = {allow(100)};
  acl.reconcile_and_apply({block("203.0.113.9")});
  const Reconciled reconciled =
      acl.reconcile_and_apply({block("203.0.113.9"), block("203.0.113.10", rule::Level::High)});
  EXPECT_THAT(acl.texts(), ElementsAre("1 deny 203.0.113.10/32", "100 allow 0.0.0.0/0"));
  EXPECT_THAT(reconciled.unheld, ElementsAre("203.0.113.9/32"));
  EXPECT_FALSE(reconciled.changes.front().releases);
}

TEST(NetworkAclTest, NeighboursBecomeOneNetworkWhereThereIsNoRoom) {
  Acl acl;
  acl.enforcement.when_full = WhenFull::Aggregate;
  acl.facts.quota_v4 = 4;
  acl.facts.entries = {allow(100)};
  acl.exemptions.add({network("203.0.113.200"), "the office"});
  const Reconciled reconciled =
      acl.reconcile_and_apply({block("198.51.100.8"), block("198.51.100.11"),
                               block("203.0.113.199"), block("203.0.113.201")});
  EXPECT_THAT(acl.texts(), ElementsAre("1 deny 198.51.100.8/30", "100 allow 0.0.0.0/0",
                                       "2 deny 203.0.113.199/32"))
      << "what is around 203.0.113.200 is not merged";
  EXPECT_THAT(reconciled.unheld, ElementsAre("203.0.113.201/32"));
}

// Whatever stands there and whoever is blocked: quotas hold at every moment, nothing of others is
// touched, no exemption is covered, and who asks again has nothing to do.
TEST(NetworkAclTest, HoldsItsInvariantsWhateverStandsThere) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto pick = [&random](int least, int most) {
      return std::uniform_int_distribution<int>(least, most)(random);
    };
    const auto address = [&] {
      return pick(0, 3) != 0 ? "203.0.113." + std::to_string(pick(0, 40))
                             : "2001:db8::" + std::to_string(pick(0, 9));
    };
    Acl acl;
    acl.enforcement.when_full = static_cast<WhenFull>(pick(0, 2));
    acl.enforcement.rule_first = pick(1, 4);
    acl.exemptions.add({network("203.0.113." + std::to_string(pick(0, 40))), "ours"});
    for (int round = 0; round < 4; ++round) {
      acl.facts.quota_v4 = static_cast<std::size_t>(pick(1, 12));
      acl.facts.quota_v6 = static_cast<std::size_t>(pick(1, 6));
      // Others come and go; what they would put beyond the quota is refused to them.
      std::erase_if(acl.facts.entries, [&](const AclEntry&) { return pick(0, 4) == 0; });
      for (int i = pick(0, 4); i > 0; --i) {
        AclEntry entry = pick(0, 2) == 0 ? allow(pick(1, 30)) : deny(pick(1, 30), address());
        entry.is_egress = pick(0, 5) == 0;
        const bool is_taken = std::any_of(
            acl.facts.entries.begin(), acl.facts.entries.end(), [&](const AclEntry& each) {
              return each.number == entry.number && each.is_egress == entry.is_egress;
            });
        if (!is_taken) acl.facts.entries.push_back(entry);
      }
      acl.facts.quota_v4 = std::max(acl.facts.quota_v4, acl.count(true));
      acl.facts.quota_v6 = std::max(acl.facts.quota_v6, acl.count(false));
      std::vector<Block> blocks;
      for (int i = pick(0, 25); i > 0; --i) {
        const Block each = block(address(), static_cast<rule::Level>(pick(0, 4)), pick(1, 9));
        const bool is_there = std::any_of(blocks.begin(), blocks.end(), [&](const Block& other) {
          return other.network.first == each.network.first;
        });
        if (!is_there && !acl.exemptions.against(each.network, kNow)) blocks.push_back(each);
      }
      std::vector<std::string> others;
      for (const AclEntry& each : acl.facts.entries) {
        if (each.is_egress || !acl.items.contains(item_of(each))) others.push_back(item_of(each));
      }
      const Reconciled first = acl.reconcile_and_apply(blocks);
      ASSERT_FALSE(HasFailure());
      int lowest_allow = kRuleLast + 1;
      std::vector<base::Network> ours;
      for (const AclEntry& each : acl.facts.entries) {
        const auto other = std::find(others.begin(), others.end(), item_of(each));
        if (other != others.end()) {
          others.erase(other);
          if (each.is_allow && !each.is_egress) lowest_allow = std::min(lowest_allow, each.number);
        } else {
          ours.push_back(*each.network);
        }
      }
      EXPECT_THAT(others, IsEmpty()) << "of others nothing is missing";
      EXPECT_EQ(ours.size(), acl.items.size());
      EXPECT_EQ(ours.size(), first.held);
      for (const base::Network& each : ours)
        EXPECT_FALSE(acl.exemptions.touches(each, kNow)) << base::to_text(each);
      for (const auto& [item, state] : acl.items)
        EXPECT_LT(std::stoi(item), lowest_allow);
      const Reconciled second = acl.reconcile(blocks);
      EXPECT_THAT(second.changes, IsEmpty());
      EXPECT_THAT(second.lost, IsEmpty());
      EXPECT_EQ(second.unheld, first.unheld);
      ASSERT_FALSE(HasFailure());
    }
    acl.reconcile_and_apply({});
    EXPECT_THAT(acl.items, IsEmpty()) << "nothing of ours is left when nobody is blocked";
  }
}

}  // namespace
}  // namespace riposte::block
