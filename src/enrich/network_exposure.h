#pragma once

// How much of the world a firewall rule lets in (or out to): arithmetic on ports and prefixes,
// because 0.0.0.0/0 has many spellings. 0.0.0.0/1 and 128.0.0.0/1, or 8.0.0.0/6, are the world as
// well; a textual comparison sees nothing.
//
//     ports      0        22   80  443       3389             65535
//     rule 1     |--------------------------------- 10.0.0.0/8 ---|     private: counts nothing
//     rule 2              [    0.0.0.0/1   ]
//     rule 3              [   128.0.0.0/1            ]
//                         ^^^^^^^^^^^^^^^^^^ here the union is the world: open
//
// For each stretch of ports between two boundaries the union of the ranges is measured, without
// those that no stranger has (RFC 1918, RFC 6598, loopback, link-local, multicast ...). From 1/256
// of the IPv4 space on, or of 2000::/3, which is all that IPv6 has handed out, the stretch is open
// to the world.
//
// The rules are found in any shape: nested as the console sends them, flat as old command lines do,
// capitalised as ModifySecurityGroupRules has them, and in the response where the request tells
// nothing. ICMP has no ports and opens none.
//
// Threads: immutable.

#include <optional>
#include <string>
#include <vector>

#include "base/network.h"
#include "json/document.h"
#include "json/writer.h"

namespace riposte::enrich {

struct NetworkExposure {
  bool egress = false;
  bool world = false;      // some port is open to the world; the following speak of such ports only
  bool all_ports = false;  // every one, or all but port 0
  bool web_only = false;   // none but 80 and 443
  std::vector<int> sensitive_ports;
  std::vector<std::string> cidrs;  // as written
  std::vector<std::string> prefix_lists;
};

inline constexpr std::size_t kOpeningsMax = 2000;  // ranges of one call; further ones are not read

// Nothing: the record opens no network (another call, a deny entry, no ranges at all).
std::optional<NetworkExposure> network_exposure_of(const json::Node& record);

// True from 1/256 of an address family on, private ranges left out.
bool covers_world(const std::vector<base::Network>& networks);

// Facts that do not hold are left out.
void write(const NetworkExposure& exposure, json::Writer& writer);

}  // namespace riposte::enrich
