#include "block/exemptions.h"

// Tested by src/block/block_store_test.cc

namespace riposte::block {

const Exemption* Exemptions::first_in(const base::Network& network, base::EventTime now) const {
  for (const Exemption& each : exemptions_) {
    const bool is_over = each.until && *each.until <= now;
    if (!is_over && (each.network.contains(network) || network.contains(each.network)))
      return &each;
  }
  return nullptr;
}

std::optional<std::string> Exemptions::against(const base::Network& network,
                                               base::EventTime now) const {
  if (const Exemption* found = first_in(network, now)) {
    const bool is_inside = found->network.contains(network);
    return base::to_text(network) + (is_inside ? " lies in " : " covers ") +
           base::to_text(found->network) + ": " + found->why;
  }
  const int widest = network.first.is_v4 ? kWidestV4 : kWidestV6;
  if (network.prefix >= widest) return std::nullopt;
  return base::to_text(network) + " is wider than /" + std::to_string(widest);
}

}  // namespace riposte::block
