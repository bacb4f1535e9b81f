#pragma once

// All threat lists of a run, for looking up an address or a domain.
//
//     address   for each prefix length that occurs, the address cut to it is looked up in a table
//     domain    the name and every parent of it: evil.example means a.b.evil.example, too
//
// Cost: one look-up for each prefix length of the address's family (at most 25 or 113, in real
// lists a handful) or label; some 100 bytes an indicator.
//
// Threads: immutable. Lists that change become another index, which takes the place of this one as
// a whole.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "enrich/threat_list.h"

namespace riposte::enrich {

class ThreatIndex {
 public:
  ThreatIndex() = default;
  explicit ThreatIndex(std::vector<ThreatList> lists);

  struct Entry {
    std::uint32_t list = 0;
    std::string indicator;  // as a text that people know it by
    std::string description;
    std::optional<base::EventTime> valid_from;
    std::optional<base::EventTime> valid_until;

    // Whether it counts for an event of that time; one of no time is not spared.
    bool holds_at(std::optional<base::EventTime> time) const;
  };

  // Everything that is said of it, whether it holds at some time or not.
  std::vector<const Entry*> find(const base::Address& address) const;
  std::vector<const Entry*> find_domain(std::string_view domain) const;

  const std::string& list_name(const Entry& entry) const { return names_[entry.list]; }
  bool empty() const { return entries_.empty(); }

 private:
  struct HashOfBytes {
    std::size_t operator()(const std::array<std::uint8_t, 16>& bytes) const;
  };
  using Slots = std::vector<std::uint32_t>;  // of entries_
  struct Prefixes {
    int length = 0;  // of 128 bits, IPv4 in its mapped form
    bool is_v4 = false;
    std::unordered_map<std::array<std::uint8_t, 16>, Slots, HashOfBytes> networks;
  };

  Prefixes& prefixes_of(const base::Network& network);

  std::vector<std::string> names_;
  std::vector<Entry> entries_;
  std::vector<Prefixes> prefixes_;
  std::unordered_map<std::string, Slots> domains_;
};

}  // namespace riposte::enrich
