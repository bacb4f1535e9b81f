#include "net/destinations.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"

namespace riposte::net {
namespace {

enum class Place { World, Private, Loopback, Nowhere };

struct Range {
  base::Network network;
  Place place;
};

// The first that holds an address tells; IANA's registries of special-purpose addresses.
const std::vector<Range>& ranges() {
  static const auto* const kAll = [] {
    constexpr std::pair<std::string_view, Place> kWritten[] = {
        {"127.0.0.0/8", Place::Loopback},    {"10.0.0.0/8", Place::Private},
        {"172.16.0.0/12", Place::Private},   {"192.168.0.0/16", Place::Private},
        {"100.64.0.0/10", Place::Private},   {"0.0.0.0/8", Place::Nowhere},
        {"169.254.0.0/16", Place::Nowhere},  {"192.0.0.0/24", Place::Nowhere},
        {"192.0.2.0/24", Place::Nowhere},    {"198.18.0.0/15", Place::Nowhere},
        {"198.51.100.0/24", Place::Nowhere}, {"203.0.113.0/24", Place::Nowhere},
        {"224.0.0.0/3", Place::Nowhere},     {"0.0.0.0/0", Place::World},
        {"::1/128", Place::Loopback},        {"fd00:ec2::/32", Place::Nowhere},
        {"fc00::/7", Place::Private},        {"fec0::/10", Place::Private},
        {"64:ff9b:1::/48", Place::Private},  {"2001:db8::/32", Place::Nowhere},
        {"2001::/32", Place::Nowhere},  // Teredo: who is behind it cannot be told
        {"2000::/3", Place::World},
    };
    auto* read = new std::vector<Range>;
    for (const auto& [text, place] : kWritten) {
      const std::optional<base::Network> network = base::parse_network(text);
      CHECK(network.has_value(), "the ranges are networks");
      read->push_back({*network, place});
    }
    return read;
  }();
  return *kAll;
}

// The four bytes at `at` as an IPv4 address.
base::Address inner(const base::Address& outer, std::size_t at) {
  base::Address address;
  address.is_v4 = true;
  address.bytes[10] = address.bytes[11] = 0xFF;
  std::copy_n(outer.bytes.begin() + static_cast<std::ptrdiff_t>(at), 4, address.bytes.begin() + 12);
  return address;
}

bool begins(const base::Address& address, std::initializer_list<std::uint8_t> bytes) {
  return std::equal(bytes.begin(), bytes.end(), address.bytes.begin());
}

Place place_of(const base::Address& address) {
  if (!address.is_v4) {
    if (begins(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}) ||     // mapped
        begins(address, {0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) {  // NAT64
      return place_of(inner(address, 12));
    }
    if (begins(address, {0x20, 0x02})) return place_of(inner(address, 2));  // 6to4
  }
  for (const Range& range : ranges()) {
    if (range.network.contains(address)) return range.place;
  }
  return Place::Nowhere;
}

}  // namespace

bool Destinations::include(const base::Address& address) const {
  switch (place_of(address)) {
    case Place::World:
      return world;
    case Place::Private:
      return private_networks;
    case Place::Loopback:
      return loopback;
    case Place::Nowhere:
      break;
  }
  return false;
}

}  // namespace riposte::net
