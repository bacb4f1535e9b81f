#pragma once

// IPv4 and IPv6 addresses and prefixes, by arithmetic on bits. IPv4 addresses are kept in their
// IPv4-mapped form
// (::ffff:a.b.c.d), so that one comparison serves both; a prefix of one family never holds an
// address of the other.
//
// Threads: immutable.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace riposte::base {

struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4 = false;

  auto operator<=>(const Address&) const = default;
};

// Dotted quads without leading zeros, and every text form of RFC 4291. Nothing else: no port, no
// zone, no brackets.
std::optional<Address> parse_address(std::string_view text);

struct Network {
  Address first;
  int prefix = 0;  // bits: 0 to 32 for IPv4, 0 to 128 for IPv6

  bool contains(const Address& address) const;
  bool contains(const Network& other) const;
};

// "10.0.0.0/8", "2001:db8::/32", or a bare address as a prefix of full length. Bits behind the
// prefix are cleared.
std::optional<Network> parse_network(std::string_view text);

std::string to_text(const Address& address);
std::string to_text(const Network& network);

}  // namespace riposte::base
