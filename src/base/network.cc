#include "base/network.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace riposte::base {
namespace {

constexpr int kMappedBits = 96;  // where an IPv4 address begins within its mapped form

int bits_of(const Network& network) {
  return network.prefix + (network.first.is_v4 ? kMappedBits : 0);
}

bool same_prefix(const Address& a, const Address& b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(a.bytes.begin(), a.bytes.begin() + whole, b.bytes.begin())) return false;
  const int rest = bits % 8;
  return rest == 0 || ((a.bytes[whole] ^ b.bytes[whole]) >> (8 - rest)) == 0;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  if (text.empty() || text.size() > INET6_ADDRSTRLEN) return std::nullopt;
  const std::string terminated(text);
  Address address;
  if (text.find(':') == std::string_view::npos) {
    address.is_v4 = true;
    address.bytes[10] = address.bytes[11] = 0xff;
    if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + 12) != 1) return std::nullopt;
    return address;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) != 1) return std::nullopt;
  return address;
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<Address> address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network{*address, address->is_v4 ? 32 : 128};
  if (slash == std::string_view::npos) return network;

  const std::string_view digits = text.substr(slash + 1);
  int prefix = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc() || end != digits.data() + digits.size() || prefix < 0 ||
      prefix > network.prefix) {
    return std::nullopt;
  }
  network.prefix = prefix;
  const int bits = bits_of(network);
  for (int bit = bits; bit < 128; ++bit) {
    network.first.bytes[static_cast<std::size_t>(bit / 8)] &=
        static_cast<std::uint8_t>(~(0x80u >> (bit % 8)));
  }
  return network;
}

bool Network::contains(const Address& address) const {
  return address.is_v4 == first.is_v4 && same_prefix(first, address, bits_of(*this));
}

bool Network::contains(const Network& other) const {
  return other.prefix >= prefix && contains(other.first);
}

std::string to_text(const Address& address) {
  char buffer[INET6_ADDRSTRLEN];
  const void* bytes = address.is_v4 ? address.bytes.data() + 12 : address.bytes.data();
  return inet_ntop(address.is_v4 ? AF_INET : AF_INET6, bytes, buffer, sizeof buffer);
}

std::string to_text(const Network& network) {
  return to_text(network.first) + "/" + std::to_string(network.prefix);
}

}  // namespace riposte::base
