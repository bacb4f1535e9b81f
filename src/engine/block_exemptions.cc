#include "engine/block_exemptions.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/text.h"
#include "block/hold.h"

// Tested by src/engine/enforcer_test.cc

namespace riposte::engine {
namespace {

// No source of anything (RFC 6890, RFC 5771, RFC 4291).
constexpr std::string_view kNobodys[] = {"0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::/128",
                                         "ff00::/8"};

std::optional<base::Address> address_of(const sockaddr* socket) {
  base::Address address;
  if (socket != nullptr && socket->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, socket, sizeof v4);
    address.is_v4 = true;
    address.bytes[10] = address.bytes[11] = 0xff;
    std::memcpy(address.bytes.data() + 12, &v4.sin_addr, sizeof v4.sin_addr);
    return address;
  }
  if (socket != nullptr && socket->sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, socket, sizeof v6);
    std::memcpy(address.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    return address;
  }
  return std::nullopt;
}

}  // namespace

block::Exemptions exemptions_of(const Config& config, const std::vector<block::Exemption>& own) {
  block::Exemptions exemptions;
  for (const base::Network& network : respond::shipped_protection().networks)
    exemptions.add({network, "no part of the internet"});
  for (std::string_view text : kNobodys)
    exemptions.add({base::parse_network(text).value(), "nobody sends from there"});
  for (const base::Network& network : config.safety.protect.networks)
    exemptions.add({network, "protected by the configuration"});
  for (const block::Exemption& each : config.blocks.allow)
    exemptions.add(each);
  for (const block::Exemption& each : own)
    exemptions.add(each);
  return exemptions;
}

std::vector<block::Exemption> own_addresses(const char* ssh_connection) {
  std::vector<block::Exemption> own;
  if (ssh_connection != nullptr) {
    const std::string_view client = base::split(ssh_connection, ' ').front();
    if (const auto network = block::parse_blockable(client))
      own.push_back({*network, "the address you are logged in from"});
  }
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return own;
  for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
    const std::optional<base::Address> address = address_of(each->ifa_addr);
    if (address)
      own.push_back({{*address, address->is_v4 ? 32 : 128}, "an address of this machine"});
  }
  ::freeifaddrs(all);
  return own;
}

block::Exemptions exemptions_here(const Config& config) {
  return exemptions_of(config, own_addresses(std::getenv("SSH_CONNECTION")));
}

}  // namespace riposte::engine
