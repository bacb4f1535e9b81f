#include "match/network_index.h"

#include <algorithm>

#include "rule/eventbridge_number.h"

namespace riposte::match {
namespace {

using base::Address;
using base::Network;

bool before(const Address& a, const Address& b) {
  return a.is_v4 != b.is_v4 ? a.is_v4 : a.bytes < b.bytes;
}

bool before(const Network& a, const Network& b) {
  if (before(a.first, b.first)) return true;
  return a.first == b.first && a.prefix < b.prefix;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Four numbers of at most 255 without leading zeros: both dialects read these alike. Other texts
// are for the readers that know every form.
std::optional<Address> plain_quads(std::string_view text) {
  Address address;
  address.is_v4 = true;
  address.bytes[10] = address.bytes[11] = 0xff;
  std::size_t at = 0;
  for (std::size_t quad = 0; quad < 4; ++quad) {
    if (quad > 0 && (at == text.size() || text[at++] != '.')) return std::nullopt;
    const std::size_t begin = at;
    unsigned value = 0;
    while (at < text.size() && is_digit(text[at]) && at < begin + 3)
      value = value * 10 + static_cast<unsigned>(text[at++] - '0');
    const bool leading_zero = at > begin + 1 && text[begin] == '0';
    if (at == begin || leading_zero || value > 255) return std::nullopt;
    address.bytes[12 + quad] = static_cast<std::uint8_t>(value);
  }
  if (at != text.size()) return std::nullopt;
  return address;
}

}  // namespace

void NetworkIndex::build() {
  std::sort(added_.begin(), added_.end(), [](const auto& a, const auto& b) {
    if (before(a.first, b.first)) return true;
    return !before(b.first, a.first) && a.second < b.second;
  });
  std::vector<std::uint32_t> open;  // the networks around the one before, widest first
  for (std::size_t i = 0; i < added_.size(); ++i) {
    const auto& [network, mark] = added_[i];
    if (i == 0 || before(added_[i - 1].first, network)) {
      while (!open.empty() && !networks_[open.back()].network.contains(network))
        open.pop_back();
      const std::uint32_t around = open.empty() ? kNone : open.back();
      open.push_back(static_cast<std::uint32_t>(networks_.size()));
      networks_.push_back({network, around});
      postings_.begin_key();
    }
    postings_.add(mark);
  }
  added_ = {};
}

void NetworkIndex::find(const Address& address, std::vector<Mark>& marks) const {
  const auto behind = std::upper_bound(networks_.begin(), networks_.end(), address,
                                       [](const Address& wanted, const Entry& entry) {
                                         return before(wanted, entry.network.first);
                                       });
  if (behind == networks_.begin()) return;
  auto at = static_cast<std::uint32_t>(behind - networks_.begin() - 1);
  for (; at != kNone; at = networks_[at].around) {
    if (networks_[at].network.contains(address)) postings_.append(at, marks);
  }
}

std::optional<Address> read_address(std::string_view text, rule::Dialect dialect) {
  constexpr std::string_view kFirst = "0123456789abcdefABCDEF:.";
  if (text.empty() || kFirst.find(text.front()) == std::string_view::npos) return std::nullopt;
  if (const std::optional<Address> quads = plain_quads(text)) return quads;
  return dialect == rule::Dialect::Sigma ? base::parse_address(text) : rule::pattern_address(text);
}

}  // namespace riposte::match
