#include "block/selection.h"

// Tested by src/block/network_acl_test.cc

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace riposte::block {
namespace {

constexpr int kMappedBits = 96;  // where an IPv4 address begins within its mapped form

// By address, wider first: what lies within another network stands behind it.
using Key = std::pair<base::Address, int>;
Key key_of(const base::Network& network) { return {network.first, network.prefix}; }

bool by_address(const Wanted& a, const Wanted& b) { return key_of(a.network) < key_of(b.network); }

bool is_newer(const Wanted& a, const Wanted& b) {
  if (a.last != b.last) return a.last > b.last;
  return by_address(a, b);
}

// What `a` is when it stands for `b`, too.
void take_in(Wanted& a, const Wanted& b) {
  a.level = std::max(a.level, b.level);
  a.offence = std::max(a.offence, b.offence);
  a.holds = std::max(a.holds, b.holds);
  a.last = std::max(a.last, b.last);
}

// Sorted by address; none within another is left.
void drop_held(std::vector<Wanted>& wanted) {
  std::vector<Wanted> kept;
  for (Wanted& each : wanted) {
    if (!kept.empty() && kept.back().network.contains(each.network)) {
      take_in(kept.back(), each);
    } else {
      kept.push_back(std::move(each));
    }
  }
  wanted = std::move(kept);
}

// Networks of one family by address, of which neighbours become one.
class Merging {
 public:
  Merging(std::vector<Wanted> wanted, const Exemptions& exemptions, base::EventTime now)
      : exemptions_(exemptions), now_(now) {
    for (Wanted& each : wanted) {
      const Key key = key_of(each.network);
      networks_.emplace(key, std::move(each));
    }
    for (auto it = networks_.begin(); it != networks_.end(); ++it)
      offer(it);
  }

  void shrink_to(std::size_t room) {
    while (networks_.size() > room && !offers_.empty()) {
      const Offer best = *offers_.begin();
      offers_.erase(offers_.begin());
      const auto left = networks_.find(best.left);
      if (left == networks_.end()) continue;
      const auto right = std::next(left);
      if (right == networks_.end() || right->first != best.right) continue;  // merged since
      merge(left);
    }
  }

  std::vector<Wanted> take() {
    std::vector<Wanted> all;
    for (auto& [key, wanted] : networks_)
      all.push_back(std::move(wanted));
    return all;
  }

 private:
  using Networks = std::map<Key, Wanted>;
  struct Offer {
    int prefix;  // of what they would become: the longest first
    Key left, right;
    bool operator<(const Offer& other) const {
      return std::tie(other.prefix, left, right) < std::tie(prefix, other.left, other.right);
    }
  };

  void offer(Networks::iterator left) {
    const auto right = std::next(left);
    if (right == networks_.end()) return;
    const base::Network whole = around(left->second.network, right->second.network);
    const int widest = whole.first.is_v4 ? kMergedWidestV4 : kMergedWidestV6;
    if (whole.prefix < widest || exemptions_.touches(whole, now_)) return;
    offers_.insert({whole.prefix, left->first, right->first});
  }

  // Everything that lies within what the two become is taken in.
  void merge(Networks::iterator left) {
    Wanted whole = left->second;
    whole.network = around(left->second.network, std::next(left)->second.network);
    auto end = left;
    while (end != networks_.end() && whole.network.contains(end->second.network))
      take_in(whole, (end++)->second);
    networks_.erase(left, end);
    const auto merged = networks_.emplace(key_of(whole.network), std::move(whole)).first;
    offer(merged);
    if (merged != networks_.begin()) offer(std::prev(merged));
  }

  const Exemptions& exemptions_;
  const base::EventTime now_;
  Networks networks_;
  std::set<Offer> offers_;
};

}  // namespace

bool is_worse(const Wanted& a, const Wanted& b) {
  const auto rank = [](const Wanted& each) {
    return std::tuple(each.level, each.offence, each.holds, each.last);
  };
  if (rank(a) != rank(b)) return rank(a) > rank(b);
  return by_address(a, b);
}

base::Network around(const base::Network& a, const base::Network& b) {
  CHECK(a.first.is_v4 == b.first.is_v4, "networks of two families have nothing around them");
  const int offset = a.first.is_v4 ? kMappedBits : 0;
  const int longest = std::min(a.prefix, b.prefix) + offset;
  base::Network whole{{.bytes = {}, .is_v4 = a.first.is_v4}, 0};
  int bits = 0;
  for (; bits < longest; ++bits) {
    const auto byte = static_cast<std::size_t>(bits / 8);
    const auto bit = static_cast<std::uint8_t>(0x80U >> (bits % 8));
    if ((a.first.bytes[byte] & bit) != (b.first.bytes[byte] & bit)) break;
    whole.first.bytes[byte] =
        static_cast<std::uint8_t>(whole.first.bytes[byte] | (a.first.bytes[byte] & bit));
  }
  whole.prefix = bits - offset;
  return whole;
}

std::vector<Wanted> wanted_of(const std::vector<Block>& blocks, WhenFull when_full) {
  std::vector<Wanted> wanted;
  wanted.reserve(blocks.size());
  for (const Block& block : blocks) {
    base::EventTime last = block.holds.front().added;
    for (const Hold& hold : block.holds)
      last = std::max(last, hold.added);
    wanted.push_back({block.network, block.level(), block.offence(), block.holds.size(), last});
  }
  std::sort(wanted.begin(), wanted.end(), by_address);
  drop_held(wanted);
  std::sort(wanted.begin(), wanted.end(), when_full == WhenFull::Newest ? is_newer : is_worse);
  return wanted;
}

std::vector<Wanted> merged(std::vector<Wanted> wanted, std::size_t room,
                           const Exemptions& exemptions, base::EventTime now) {
  if (wanted.size() <= room) return wanted;
  Merging merging(std::move(wanted), exemptions, now);
  merging.shrink_to(room);
  std::vector<Wanted> all = merging.take();
  std::sort(all.begin(), all.end(), is_worse);
  return all;
}

}  // namespace riposte::block
