#include "block/network_acl.h"

#include <algorithm>
#include <map>

#include "json/canonical.h"
#include "json/writer.h"

namespace riposte::block {
namespace {

std::string canonical(const json::Writer& writer) {
  base::Result<std::string> text = json::canonical(writer.text());
  CHECK(text.ok(), "parameters are written as JSON");
  return std::move(text).value();
}

class Reconciler {
 public:
  Reconciler(const Enforcement& enforcement, const AclFacts& facts, const BlockStore::Items& items)
      : enforcement_(enforcement), facts_(facts), items_(items) {
    look();
  }

  Reconciled reconcile(const std::vector<Block>& blocks, const Exemptions& exemptions,
                       base::EventTime now) {
    const std::vector<Wanted> wanted = choose(blocks, exemptions, now);
    keep(wanted);
    replace(wanted, blocks);
    for (const auto& [item, state] : items_) {
      if (!standing_.contains(item)) result_.lost.push_back(item);
    }
    result_.held = wanted.size();
    return std::move(result_);
  }

 private:
  // Sorts what comes in into ours and others'.
  void look() {
    last_ = std::min(enforcement_.rule_last, kRuleLast);
    taken_ = facts_.occupied;
    bool has_default[2] = {};
    for (const AclEntry& entry : facts_.entries) {
      if (entry.is_egress) continue;
      if (items_.contains(item_of(entry))) {
        ours_.emplace(entry.number, &entry);
        standing_.insert(item_of(entry));
        continue;
      }
      taken_.insert(entry.number);
      const bool is_v4 = !entry.network || entry.network->first.is_v4;
      ++others_[is_v4 ? 0 : 1];
      if (entry.number > kRuleLast) has_default[is_v4 ? 0 : 1] = true;
      if (entry.is_allow) last_ = std::min(last_, entry.number - 1);
    }
    for (int family = 0; family < 2; ++family)
      others_[family] += has_default[family] ? 0 : 1;
  }

  std::size_t room(bool is_v4) const {
    const std::size_t quota = is_v4 ? facts_.quota_v4 : facts_.quota_v6;
    const std::size_t others = others_[is_v4 ? 0 : 1];
    return quota > others ? quota - others : 0;
  }

  // How many numbers are not somebody else's.
  std::size_t numbers() const {
    if (last_ < enforcement_.rule_first) return 0;
    const auto begin = taken_.lower_bound(enforcement_.rule_first);
    const auto end = taken_.upper_bound(last_);
    return static_cast<std::size_t>(last_ - enforcement_.rule_first + 1) -
           static_cast<std::size_t>(std::distance(begin, end));
  }

  std::vector<Wanted> choose(const std::vector<Block>& blocks, const Exemptions& exemptions,
                             base::EventTime now) {
    std::vector<Wanted> all = wanted_of(blocks, enforcement_.when_full);
    if (enforcement_.when_full == WhenFull::Aggregate) all = aggregated(all, exemptions, now);
    std::size_t left[2] = {room(true), room(false)};
    std::size_t numbers_left = numbers();
    if (numbers_left == 0) {
      result_.obstacle = "there is no rule number from " + std::to_string(enforcement_.rule_first) +
                         " to " + std::to_string(last_) + ", below the lowest allow";
    }
    std::vector<Wanted> chosen;
    for (Wanted& each : all) {
      std::size_t& of_family = left[each.network.first.is_v4 ? 0 : 1];
      if (of_family == 0 || numbers_left == 0) {
        result_.unheld.push_back(base::to_text(each.network));
        continue;
      }
      --of_family;
      --numbers_left;
      chosen.push_back(std::move(each));
    }
    return chosen;
  }

  std::vector<Wanted> aggregated(std::vector<Wanted>& all, const Exemptions& exemptions,
                                 base::EventTime now) const {
    const auto split = std::stable_partition(
        all.begin(), all.end(), [](const Wanted& each) { return each.network.first.is_v4; });
    const std::vector<Wanted> v4 =
        merged({all.begin(), split}, std::min(room(true), numbers()), exemptions, now);
    std::vector<Wanted> v6 =
        merged({split, all.end()}, std::min(room(false), numbers()), exemptions, now);
    // The order among families is lost, and is the worst again.
    std::vector<Wanted> both = v4;
    both.insert(both.end(), std::make_move_iterator(v6.begin()), std::make_move_iterator(v6.end()));
    std::stable_sort(both.begin(), both.end(), is_worse);
    return both;
  }

  bool has_effect(int number) const { return number >= enforcement_.rule_first && number <= last_; }

  // Of ours: what is wanted and has its effect stays where it is.
  void keep(const std::vector<Wanted>& wanted) {
    std::set<std::string> texts;
    for (const Wanted& each : wanted)
      texts.insert(base::to_text(each.network));
    for (const auto& [number, entry] : ours_) {
      const std::string network = base::to_text(*entry->network);
      if (texts.contains(network) && has_effect(number) && kept_.emplace(network, number).second) {
        taken_.insert(number);
        if (items_.at(item_of(*entry)) == ItemState::Intended)
          result_.confirmed.push_back(item_of(*entry));
      } else {
        going_.push_back(entry);
      }
    }
  }

  // What is no longer wanted goes first, and what has no effect. An entry that goes although it is
  // wanted, for worse ones or a wider network, is taken out right before one that takes its place.
  void replace(const std::vector<Wanted>& wanted, const std::vector<Block>& blocks) {
    std::vector<const AclEntry*> evicted[2];
    for (const AclEntry* entry : going_) {
      if (has_effect(entry->number) && overlaps_any(*entry->network, blocks)) {
        evicted[entry->network->first.is_v4 ? 0 : 1].push_back(entry);
        in_the_way_.insert(entry->number);
      } else {
        remove(*entry, true);
      }
    }
    std::vector<const Wanted*> missing[2];
    for (const Wanted& each : wanted) {
      if (!kept_.contains(base::to_text(each.network)))
        missing[each.network.first.is_v4 ? 0 : 1].push_back(&each);
    }
    // Of one family, for which there is one quota.
    std::size_t pairs[2] = {};
    for (int family = 0; family < 2; ++family) {
      pairs[family] = std::min(evicted[family].size(), missing[family].size());
      for (std::size_t i = 0; i < pairs[family]; ++i) {
        remove(*evicted[family][i], false);
        create(missing[family][i]->network);
      }
    }
    for (int family = 0; family < 2; ++family) {
      for (std::size_t i = pairs[family]; i < evicted[family].size(); ++i)
        remove(*evicted[family][i], false);
    }
    for (int family = 0; family < 2; ++family) {
      for (std::size_t i = pairs[family]; i < missing[family].size(); ++i)
        create(missing[family][i]->network);
    }
  }

  static bool overlaps_any(const base::Network& network, const std::vector<Block>& blocks) {
    return std::any_of(blocks.begin(), blocks.end(), [&](const Block& block) {
      return network.contains(block.network) || block.network.contains(network);
    });
  }

  int free_number() const {
    int number = enforcement_.rule_first;
    while (taken_.contains(number) || in_the_way_.contains(number))
      ++number;
    CHECK(number <= last_, "no more is chosen than there are numbers");
    return number;
  }

  void create(const base::Network& network) {
    const int number = free_number();
    taken_.insert(number);
    const std::string text = base::to_text(network);
    json::Writer writer;
    writer.object([&] {
      writer.field("NetworkAclId", enforcement_.id);
      writer.field("RuleNumber", number);
      writer.field("Protocol", "-1");
      writer.field("RuleAction", "deny");
      writer.field("Egress", false);
      writer.field(network.first.is_v4 ? "CidrBlock" : "Ipv6CidrBlock", text);
    });
    result_.changes.push_back(
        {.operation = "ec2.CreateNetworkAclEntry",
         .with = canonical(writer),
         .adds = {item_of({.number = number, .network = network, .is_of_all = true})}});
  }

  void remove(const AclEntry& entry, bool releases) {
    in_the_way_.erase(entry.number);
    json::Writer writer;
    writer.object([&] {
      writer.field("NetworkAclId", enforcement_.id);
      writer.field("RuleNumber", entry.number);
      writer.field("Egress", false);
    });
    result_.changes.push_back({.operation = "ec2.DeleteNetworkAclEntry",
                               .with = canonical(writer),
                               .removes = {item_of(entry)},
                               .releases = releases});
  }

  const Enforcement& enforcement_;
  const AclFacts& facts_;
  const BlockStore::Items& items_;
  std::map<int, const AclEntry*> ours_;
  std::set<std::string> standing_;  // items of ours that stand there
  std::set<int> taken_;             // numbers
  std::size_t others_[2] = {};      // entries, of IPv4 and of IPv6
  int last_ = kRuleLast;            // the highest number that has an effect
  std::map<std::string, int> kept_;
  std::vector<const AclEntry*> going_;
  std::set<int> in_the_way_;  // numbers of what goes, until it is gone
  Reconciled result_;
};

}  // namespace

std::string item_of(const AclEntry& entry) {
  const std::string network = entry.network ? base::to_text(*entry.network) : "?";
  return std::to_string(entry.number) + (entry.is_egress ? " out" : "") +
         (entry.is_allow ? " allow " : " deny ") + network + (entry.is_of_all ? "" : " of some");
}

Reconciled reconcile_network_acl(const Enforcement& enforcement, const std::vector<Block>& blocks,
                                 const AclFacts& facts, const BlockStore::Items& items,
                                 const Exemptions& exemptions, base::EventTime now) {
  return Reconciler(enforcement, facts, items).reconcile(blocks, exemptions, now);
}

}  // namespace riposte::block
