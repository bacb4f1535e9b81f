#pragma once

// What is never blocked, and why: networks that are no part of the internet, what the configuration
// protects or allows, and where we ourselves are. A wider network that covers any of it is not
// blocked either.
//
// Cost: a look at each; there are few.
//
// Threads: immutable.

#include <optional>
#include <string>
#include <vector>

#include "base/network.h"
#include "base/time.h"

namespace riposte::block {

// Wider than this is no attacker but a part of the internet: who means it writes several.
inline constexpr int kWidestV4 = 16;
inline constexpr int kWidestV6 = 32;

struct Exemption {
  base::Network network;
  std::string why;                         // "the office, until 2026-12-01"
  std::optional<base::EventTime> until{};  // nothing: for ever
};

class Exemptions {
 public:
  Exemptions() = default;
  explicit Exemptions(std::vector<Exemption> exemptions) : exemptions_(std::move(exemptions)) {}

  void add(Exemption exemption) { exemptions_.push_back(std::move(exemption)); }

  // Why it is not blocked, or nothing.
  std::optional<std::string> against(const base::Network& network, base::EventTime now) const;

  // Whether any of it lies in the network, however wide that is.
  bool touches(const base::Network& network, base::EventTime now) const {
    return first_in(network, now) != nullptr;
  }

 private:
  const Exemption* first_in(const base::Network& network, base::EventTime now) const;

  std::vector<Exemption> exemptions_;
};

}  // namespace riposte::block
