#pragma once

// A rule as it was read: what to look for, where, and what to say when it is found.
//
// Threads: immutable once read; shared by pointer between rule set, matchers and findings.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "rule/condition.h"
#include "rule/correlation.h"
#include "rule/log_source.h"

namespace riposte::rule {

enum class Level : std::uint8_t { Informational, Low, Medium, High, Critical };

inline constexpr std::array<std::string_view, 5> kLevelNames = {"informational", "low", "medium",
                                                                "high", "critical"};
inline std::string_view name_of(Level level) {
  return kLevelNames[static_cast<std::size_t>(level)];
}
std::optional<Level> parse_level(std::string_view name);

// Values of Sigma placeholders (`|expand`): name without the percent signs, to its values.
using Placeholders = std::map<std::string, std::vector<std::string>, std::less<>>;

// One test of `riposte.tests`: the events, and whether the rule must hit (at least one of them) or
// none.
struct RuleTest {
  std::string name;
  bool expect_hit = false;
  std::vector<std::string> events;  // JSON texts
  std::string file;                 // or: where they stand, relative to the rule's file
  base::Place place;
};

// `riposte.cost`: what one event costs who pays the bill, for findings that say what an hour of
// them would cost.
struct Cost {
  double usd = 0;  // for `per` events
  double per = 1;
  std::string of;      // "requests to a REST API, first 333 million a month"
  std::string source;  // where the price stands
};

struct Rule {
  std::string id;    // a UUID, or a digest of the document where none is given
  std::string name;  // `name`, else the file name without its ending (and "-2" ... for further
                     // documents of the file)
  bool has_own_name = false;
  std::string title;
  std::string description;
  std::string status;
  std::string author;
  std::vector<std::string> tags;
  std::vector<std::string> references;
  std::vector<std::string> false_positives;
  Level level = Level::Medium;  // Sigma leaves it open: medium where nothing is said
  LogSource log_source;
  Condition condition;                     // of a detection or an EventBridge pattern
  std::optional<Correlation> correlation;  // then `condition` never holds
  std::vector<RuleTest> tests;
  Placeholders test_placeholders;  // `riposte.placeholders`: what the tests of this rule assume
  // `riposte.addresses`: what they assume to be known of addresses, as JSON objects.
  std::map<std::string, std::string, std::less<>> test_addresses;
  std::optional<Cost> cost;
  std::string response;  // runbook offered for its findings, may be empty

  std::string file;
  base::Place place;
};

using RulePointer = std::shared_ptr<const Rule>;

}  // namespace riposte::rule
