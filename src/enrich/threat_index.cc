#include "enrich/threat_index.h"

#include <algorithm>
#include <cstring>

namespace riposte::enrich {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

Bytes cut(Bytes bytes, int length) {
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(length - 8 * i, 0, 8);
    bytes[static_cast<std::size_t>(i)] &= static_cast<std::uint8_t>(0xFF00 >> kept);
  }
  return bytes;
}

}  // namespace

std::size_t ThreatIndex::HashOfBytes::operator()(const Bytes& bytes) const {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

bool ThreatIndex::Entry::holds_at(std::optional<base::EventTime> time) const {
  return !time || ((!valid_from || *valid_from <= *time) && (!valid_until || *time < *valid_until));
}

ThreatIndex::ThreatIndex(std::vector<ThreatList> lists) {
  for (ThreatList& list : lists) {
    const auto number = static_cast<std::uint32_t>(names_.size());
    names_.push_back(std::move(list.name));
    for (Indicator& indicator : list.indicators) {
      const auto slot = static_cast<std::uint32_t>(entries_.size());
      Entry entry{number,
                  {},
                  std::move(indicator.description),
                  indicator.valid_from,
                  indicator.valid_until};
      if (const auto* network = std::get_if<base::Network>(&indicator.what)) {
        const bool is_address = network->prefix == (network->first.is_v4 ? 32 : 128);
        entry.indicator = is_address ? base::to_text(network->first) : base::to_text(*network);
        prefixes_of(*network).networks[network->first.bytes].push_back(slot);
      } else {
        entry.indicator = std::get<std::string>(indicator.what);
        domains_[entry.indicator].push_back(slot);
      }
      entries_.push_back(std::move(entry));
    }
  }
}

ThreatIndex::Prefixes& ThreatIndex::prefixes_of(const base::Network& network) {
  const int length = network.first.is_v4 ? 96 + network.prefix : network.prefix;
  const auto found = std::find_if(prefixes_.begin(), prefixes_.end(), [&](const Prefixes& each) {
    return each.length == length && each.is_v4 == network.first.is_v4;
  });
  if (found != prefixes_.end()) return *found;
  return prefixes_.emplace_back(Prefixes{length, network.first.is_v4, {}});
}

std::vector<const ThreatIndex::Entry*> ThreatIndex::find(const base::Address& address) const {
  std::vector<const Entry*> found;
  for (const Prefixes& prefixes : prefixes_) {
    if (prefixes.is_v4 != address.is_v4) continue;
    const auto slots = prefixes.networks.find(cut(address.bytes, prefixes.length));
    if (slots == prefixes.networks.end()) continue;
    for (const std::uint32_t slot : slots->second)
      found.push_back(&entries_[slot]);
  }
  return found;
}

std::vector<const ThreatIndex::Entry*> ThreatIndex::find_domain(std::string_view domain) const {
  std::vector<const Entry*> found;
  const std::optional<std::string> normal = normal_domain(domain);
  if (!normal || domains_.empty()) return found;
  std::string_view rest = *normal;
  while (true) {
    const auto slots = domains_.find(std::string(rest));
    if (slots != domains_.end()) {
      for (const std::uint32_t slot : slots->second)
        found.push_back(&entries_[slot]);
    }
    const std::size_t dot = rest.find('.');
    if (dot == std::string_view::npos) return found;
    rest.remove_prefix(dot + 1);
  }
}

}  // namespace riposte::enrich
