#include "enrich/network_exposure.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "enrich/fields.h"

namespace riposte::enrich {

using base::Network;
using json::Kind;
using json::Node;

namespace {

constexpr int kPortMax = 65535;

// Ports that attackers ask for first: remote shells, file shares, databases, control planes.
constexpr int kSensitivePorts[] = {
    20,   21,   22,   23,   25,   110,  135,  143,  445,  1433, 1434, 2375, 2376, 3000,  3306, 3389,
    4333, 5000, 5432, 5500, 5601, 5985, 5986, 6379, 8080, 8088, 8888, 9200, 9300, 11211, 27017};

// Both ends inclusive. IPv4 addresses are counted one by one, IPv6 by /64 networks: 64 bits hold
// either.
struct Range {
  std::uint64_t first;
  std::uint64_t last;
};

// IPv4 ranges that no stranger has, in order and apart from each other.
constexpr Range kReserved[] = {
    {0x00000000, 0x00ffffff},  // 0.0.0.0/8      this network
    {0x0a000000, 0x0affffff},  // 10.0.0.0/8     private
    {0x64400000, 0x647fffff},  // 100.64.0.0/10  carriers
    {0x7f000000, 0x7fffffff},  // 127.0.0.0/8    loopback
    {0xa9fe0000, 0xa9feffff},  // 169.254.0.0/16 link-local
    {0xac100000, 0xac1fffff},  // 172.16.0.0/12  private
    {0xc0a80000, 0xc0a8ffff},  // 192.168.0.0/16 private
    {0xc6120000, 0xc613ffff},  // 198.18.0.0/15  benchmarks
    {0xe0000000, 0xffffffff},  // 224.0.0.0/3    multicast and later
};
constexpr std::uint64_t kWorldV4 = (std::uint64_t{1} << 32) / 256;

// 2000::/3 as /64 networks. What lies outside (fc00::/7, fe80::/10 ...) is not routed.
constexpr Range kGlobalV6 = {0x2000000000000000, 0x3fffffffffffffff};
constexpr std::uint64_t kWorldV6 = (std::uint64_t{1} << 61) / 256;

std::uint64_t bits_of(const Network& network, std::size_t from, std::size_t to) {
  std::uint64_t bits = 0;
  for (std::size_t i = from; i < to; ++i) {
    bits = bits << 8 | network.first.bytes[i];
  }
  return bits;
}

Range range_of(const Network& network) {
  const int width = network.first.is_v4 ? 32 : 64;
  const std::uint64_t first =
      network.first.is_v4 ? bits_of(network, 12, 16) : bits_of(network, 0, 8);
  const int host_bits = std::max(0, width - network.prefix);
  const std::uint64_t hosts =
      host_bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << host_bits) - 1;
  return {first, first + hosts};
}

std::uint64_t overlap(Range a, Range b) {
  const std::uint64_t first = std::max(a.first, b.first);
  const std::uint64_t last = std::min(a.last, b.last);
  return first <= last ? last - first + 1 : 0;
}

std::uint64_t public_size_v4(Range range) {
  std::uint64_t size = range.last - range.first + 1;
  for (const Range& reserved : kReserved) {
    size -= overlap(range, reserved);
  }
  return size;
}

std::uint64_t public_size(Range range, bool is_v4) {
  return is_v4 ? public_size_v4(range) : overlap(range, kGlobalV6);
}

// The size of the union of one family's networks.
std::uint64_t public_size(const std::vector<Network>& networks, bool is_v4) {
  std::vector<Range> ranges;
  for (const Network& network : networks) {
    if (network.first.is_v4 == is_v4) ranges.push_back(range_of(network));
  }
  std::sort(ranges.begin(), ranges.end(), [](Range a, Range b) { return a.first < b.first; });
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < ranges.size();) {
    Range merged = ranges[i++];
    while (i < ranges.size() && ranges[i].first <= merged.last) {
      merged.last = std::max(merged.last, ranges[i++].last);
    }
    size += public_size(merged, is_v4);
  }
  return size;
}

struct Ports {
  int first = 0;
  int last = kPortMax;
};

struct Opening {
  std::optional<Ports> ports;  // nothing: a protocol without ports
  Network network;
  std::string_view text;
};

// Requests write ports as numbers, some as text.
std::optional<int> integer_of(const Node* node) {
  if (node == nullptr || !(node->is(Kind::Number) || node->is_string())) return std::nullopt;
  int value = 0;
  const char* end = node->text.data() + node->text.size();
  const auto [stop, error] = std::from_chars(node->text.data(), end, value);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

// Published logs have their addresses made up, 225.01.00.16 among them. With /0 behind it any
// address is the world.
std::optional<Network> network_of(std::string_view text) {
  const auto network = base::parse_network(text);
  if (network || !text.ends_with("/0")) return network;
  const bool is_v6 = text.find(':') != std::string_view::npos;
  const bool is_address =
      text.find_first_not_of("0123456789abcdefABCDEF.:/") == std::string_view::npos;
  return is_address ? base::parse_network(is_v6 ? "::/0" : "0.0.0.0/0") : std::nullopt;
}

enum class Protocol { All, WithPorts, Other };

Protocol protocol_of(std::string_view text) {
  if (text == "-1" || base::equals_ignore_case(text, "all")) return Protocol::All;
  for (std::string_view name : {"tcp", "udp", "sctp", "dccp", "6", "17", "132", "33"}) {
    if (base::equals_ignore_case(text, name)) return Protocol::WithPorts;
  }
  return Protocol::Other;
}

// Reads every range below a node. An object that names a protocol or ports rules over the ranges in
// it.
class OpeningReader {
 public:
  void read(const Node& node) { visit(node, {}, Ports{}); }

  std::vector<Opening> openings;
  std::vector<std::string> prefix_lists;
  std::optional<bool> egress;  // as rules themselves say it

 private:
  void visit(const Node& node, std::string_view key, std::optional<Ports> ports) {
    if (node.is_string()) return read_text(key, node.text, ports);
    if (!node.is_container()) return;
    ports = ports_of(node, ports);
    if (const Node* flag = find_folded(node, "isEgress")) egress = flag->text == "true";
    for (const Node& child : json::children(node)) {
      visit(child, node.is(Kind::Array) ? key : child.key, ports);
    }
  }

  void read_text(std::string_view key, std::string_view text, std::optional<Ports> ports) {
    if (base::equals_ignore_case(key, "prefixListId")) {
      if (prefix_lists.size() < kOpeningsMax) prefix_lists.emplace_back(text);
      return;
    }
    for (std::string_view name : {"cidrIp", "cidrIpv4", "cidrIpv6", "cidrBlock", "ipv6CidrBlock"}) {
      if (!base::equals_ignore_case(key, name)) continue;
      const auto network = network_of(text);
      if (network && openings.size() < kOpeningsMax) openings.push_back({ports, *network, text});
    }
  }

  static std::optional<Ports> ports_of(const Node& node, std::optional<Ports> outer) {
    const Node* protocol = find_folded(node, "ipProtocol");
    for (std::string_view name : {"aclProtocol", "protocol"}) {
      if (protocol == nullptr) protocol = find_folded(node, name);
    }
    const Node* range = find_folded(node, "portRange");
    const std::optional<int> from =
        integer_of(range != nullptr ? find_folded(*range, "from") : find_folded(node, "fromPort"));
    const std::optional<int> to =
        integer_of(range != nullptr ? find_folded(*range, "to") : find_folded(node, "toPort"));
    if (protocol == nullptr && !from && !to) return outer;

    const Protocol kind = protocol == nullptr ? Protocol::WithPorts : protocol_of(protocol->text);
    if (kind == Protocol::Other) return std::nullopt;
    // Ports that are missing or -1 are all ports.
    const int first = from.value_or(-1);
    const int last = to.value_or(first);
    if (kind == Protocol::All || (first < 0 && last < 0)) return Ports{};
    return Ports{std::max(0, first), std::min(last, kPortMax)};
  }
};

bool holds(const Opening& opening, int port) {
  return opening.ports && opening.ports->first <= port && port <= opening.ports->last;
}

// The stretches of ports whose ranges together are the world, in order.
std::vector<Ports> open_stretches(const std::vector<Opening>& openings) {
  std::vector<int> starts;
  for (const Opening& opening : openings) {
    if (!opening.ports || opening.ports->first > opening.ports->last) continue;
    starts.push_back(opening.ports->first);
    starts.push_back(opening.ports->last + 1);
  }
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());

  std::vector<Ports> stretches;
  std::vector<Network> networks;
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
    networks.clear();
    for (const Opening& opening : openings) {
      if (holds(opening, starts[i])) networks.push_back(opening.network);
    }
    if (!covers_world(networks)) continue;
    const Ports stretch{starts[i], starts[i + 1] - 1};
    if (!stretches.empty() && stretches.back().last + 1 == stretch.first) {
      stretches.back().last = stretch.last;
    } else {
      stretches.push_back(stretch);
    }
  }
  return stretches;
}

bool is_open(const std::vector<Ports>& stretches, int port) {
  return std::any_of(stretches.begin(), stretches.end(), [port](const Ports& stretch) {
    return stretch.first <= port && port <= stretch.last;
  });
}

void add_once(std::vector<std::string>& list, std::string_view text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.emplace_back(text);
}

void measure(const std::vector<Opening>& openings, NetworkExposure& exposure) {
  const std::vector<Ports> stretches = open_stretches(openings);
  if (stretches.empty()) return;
  exposure.world = true;
  exposure.all_ports = stretches.front().first <= 1 && stretches.front().last == kPortMax;
  exposure.web_only = std::all_of(stretches.begin(), stretches.end(), [](const Ports& stretch) {
    return stretch.first == stretch.last && (stretch.first == 80 || stretch.first == 443);
  });
  for (int port : kSensitivePorts) {
    if (is_open(stretches, port)) exposure.sensitive_ports.push_back(port);
  }
  for (const Opening& opening : openings) {
    const bool touches =
        opening.ports &&
        std::any_of(stretches.begin(), stretches.end(), [&opening](const Ports& stretch) {
          return opening.ports->first <= stretch.last && stretch.first <= opening.ports->last;
        });
    const bool counts = public_size(range_of(opening.network), opening.network.first.is_v4) > 0;
    if (touches && counts) add_once(exposure.cidrs, opening.text);
  }
}

void write_list(std::string_view name, const std::vector<std::string>& list, json::Writer& writer) {
  if (list.empty()) return;
  writer.key(name).array([&] {
    for (const std::string& text : list) {
      writer.value(text);
    }
  });
}

}  // namespace

bool covers_world(const std::vector<Network>& networks) {
  return public_size(networks, true) >= kWorldV4 || public_size(networks, false) >= kWorldV6;
}

std::optional<NetworkExposure> network_exposure_of(const Node& record) {
  const std::string_view name = record.string_at("eventName");
  const Node* request = record.find("requestParameters");
  if (name.find("NetworkAclEntry") != std::string_view::npos && request != nullptr) {
    const Node* action = find_folded(*request, "ruleAction");
    if (action != nullptr && !base::equals_ignore_case(action->text, "allow")) return std::nullopt;
  }

  OpeningReader reader;
  if (request != nullptr) reader.read(*request);
  const Node* response = record.find("responseElements");
  if (reader.openings.empty() && reader.prefix_lists.empty() && response != nullptr) {
    reader.read(*response);
  }
  if (reader.openings.empty() && reader.prefix_lists.empty()) return std::nullopt;

  NetworkExposure exposure;
  const Node* egress = request != nullptr ? find_folded(*request, "egress") : nullptr;
  // ModifySecurityGroupRules does not say which way its rules go: the more dangerous one is
  // assumed.
  exposure.egress = egress != nullptr
                        ? egress->text == "true"
                        : name == "AuthorizeSecurityGroupEgress" || reader.egress.value_or(false);
  exposure.prefix_lists = std::move(reader.prefix_lists);
  measure(reader.openings, exposure);
  return exposure;
}

void write(const NetworkExposure& exposure, json::Writer& writer) {
  writer.object([&] {
    writer.field("direction", exposure.egress ? "egress" : "ingress");
    if (exposure.world) {
      writer.key("world").object([&] {
        writer.field("any", true);
        if (exposure.all_ports) writer.field("all_ports", true);
        if (exposure.web_only) writer.field("web_only", true);
        if (!exposure.sensitive_ports.empty()) {
          writer.key("sensitive_ports").array([&] {
            for (int port : exposure.sensitive_ports) {
              writer.value(port);
            }
          });
        }
        write_list("cidrs", exposure.cidrs, writer);
      });
    }
    write_list("prefix_lists", exposure.prefix_lists, writer);
  });
}

}  // namespace riposte::enrich
