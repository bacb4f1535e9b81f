#pragma once

// Which addresses a connection may be made to, where somebody else had a say in the name: a
// webhook's URL may resolve to a machine of ours, or to the service that gives an instance its
// credentials. What counts is the address that is connected to, so a name cannot lie, nor change
// between a check and its use.
//
//     world             what is routed on the internet
//     private_networks  RFC 1918, 6598 and 4193, site-local
//     loopback          this machine
//
// Everything else (link-local, the metadata services' fd00:ec2::/32, multicast, reserved) never is.
// Addresses with an IPv4 address inside (mapped, NAT64, 6to4) are judged by that one.
//
// Threads: a plain value.

#include "base/network.h"

namespace riposte::net {

struct Destinations {
  bool world = true;
  bool private_networks = false;
  bool loopback = false;

  bool include(const base::Address& address) const;
};

}  // namespace riposte::net
