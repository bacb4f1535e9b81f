#include "block/settings.h"

// Tested by src/block/block_store_test.cc

#include <algorithm>
#include <array>

namespace riposte::block {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"network_acl", "ip_set", "prefix_list", "file"};
constexpr std::array<std::string_view, 3> kWhenFull = {"worst", "newest", "aggregate"};

template <typename Enum, std::size_t kSize>
std::optional<Enum> parse(const std::array<std::string_view, kSize>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

base::Millis Terms::ttl_of(std::uint64_t offence, std::optional<base::Millis> asked) const {
  base::Millis span = std::min(asked.value_or(ttl), ttl_max);
  for (std::uint64_t i = 1; i < offence && escalation > 1 && span < ttl_max; ++i) {
    const auto factor = static_cast<std::int64_t>(escalation);
    span = span > ttl_max / factor ? ttl_max : span * factor;
  }
  return span;
}

std::string_view name_of(EnforcementKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::optional<EnforcementKind> parse_enforcement_kind(std::string_view name) {
  return parse<EnforcementKind>(kKinds, name);
}

std::string_view name_of(WhenFull when_full) {
  return kWhenFull[static_cast<std::size_t>(when_full)];
}
std::optional<WhenFull> parse_when_full(std::string_view name) {
  return parse<WhenFull>(kWhenFull, name);
}

}  // namespace riposte::block
