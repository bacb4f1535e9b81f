#pragma once

// Lists of addresses, networks and domains that others have seen doing harm, read from what they
// are published as. The content tells the form, never the name of the file:
//
//     plain    one a line; # and ; begin comments; "0.0.0.0 evil.example" of a hosts file is its
//              domain
//     CSV      commas or tabs; a header line names the columns (indicator, ip, domain, valid_until,
//              description ...); without one the first field that is an indicator
//     STIX     a 2.1 bundle: indicators whose pattern compares addresses and domain names, joined
//              by OR; valid_from and valid_until hold, revoked ones do not count
//     MISP     an event, or a response with several: attributes that are to_ids and not deleted
//
// What fails: a line or an indicator that cannot be read is counted and told with its place, and
// the rest is read. What is of another kind (hashes, URLs, patterns that need several
// observations) is counted apart. Networks that hold more than kPrefixMin allows are flaws: one
// line 0.0.0.0/0 would make everybody a threat.
//
// Threads: functions without state.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/network.h"
#include "base/result.h"
#include "base/time.h"

namespace riposte::enrich {

inline constexpr std::size_t kThreatListBytesMax = std::size_t{256} << 20;  // of one file
inline constexpr std::size_t kFlawsMax = 20;  // of one list that are told; the rest is counted
inline constexpr int kPrefixMinV4 = 8;
inline constexpr int kPrefixMinV6 = 16;

struct Indicator {
  std::variant<base::Network, std::string> what;  // a network (of one address) or a domain
  std::string description;                        // what its list says of it, may be empty
  std::optional<base::EventTime> valid_from;
  std::optional<base::EventTime> valid_until;  // from then on it does not count
};

struct ThreatList {
  std::string name;  // the file's name without its ending
  std::vector<Indicator> indicators;

  struct Flaw {
    std::size_t line = 0;  // of STIX and MISP: the number of the object
    std::string reason;
  };
  std::vector<Flaw> flaws;  // the first kFlawsMax
  std::uint64_t flaw_count = 0;
  std::uint64_t other_count = 0;  // indicators of kinds that are not looked up
};

// An error where the whole is nothing that can be read: JSON that is broken or of no known form.
base::Result<ThreatList> read_threat_list(std::string_view text, std::string_view name);

// A domain as it is compared: lower case, without a dot at its end. Nothing: it is none.
std::optional<std::string> normal_domain(std::string_view text);

}  // namespace riposte::enrich
