#pragma once

// Which of many networks holds this address?
//
// Two networks hold one another or have nothing in common, so they form trees, as directories do.
// Sorted by address, wider first, the network that stands last before the address is the only one
// to look at, with those around it.
//
// Cost: a binary search, then at most one step for each width (33 for IPv4, 129 for IPv6).
//
// Threads: immutable once built.

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/network.h"
#include "match/postings.h"
#include "rule/condition.h"

namespace riposte::match {

class NetworkIndex {
 public:
  void add(const base::Network& network, Mark mark) { added_.emplace_back(network, mark); }
  void build();

  void find(const base::Address& address, std::vector<Mark>& marks) const;

  bool empty() const { return networks_.empty(); }
  std::size_t bytes() const { return networks_.capacity() * sizeof(Entry) + postings_.bytes(); }

 private:
  struct Entry {
    base::Network network;
    std::uint32_t around;  // the narrowest other network that holds this one, or kNone
  };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  std::vector<std::pair<base::Network, Mark>> added_;  // until build()

  std::vector<Entry> networks_;
  Postings postings_;
};

// The address in a text, as the dialect reads addresses: base::parse_address or
// rule::pattern_address, with a short way for what most texts are.
std::optional<base::Address> read_address(std::string_view text, rule::Dialect dialect);

}  // namespace riposte::match
