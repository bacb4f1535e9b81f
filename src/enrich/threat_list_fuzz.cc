// Threat lists of any content: every form of them, and no look-up may fail on what was read.

#include <cstdint>

#include "enrich/threat_index.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using riposte::enrich::ThreatIndex;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto list = riposte::enrich::read_threat_list(text, "fuzz");
  if (!list.ok()) return 0;
  const std::vector<riposte::enrich::Indicator> indicators = list.value().indicators;
  const ThreatIndex index({std::move(list).value()});
  for (const riposte::enrich::Indicator& each : indicators) {
    const auto* network = std::get_if<riposte::base::Network>(&each.what);
    const bool found = network != nullptr
                           ? !index.find(network->first).empty()
                           : !index.find_domain(std::get<std::string>(each.what)).empty();
    if (!found) __builtin_trap();
  }
  return 0;
}
