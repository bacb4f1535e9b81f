#pragma once

// What to look for across events: how often, how much, which rules together or in which order, for
// whom, within which span of event time.
//
//     rules: [failed, succeeded]      whose hits are taken
//     group-by: [user]                each value, or choice of values, has a window of its own
//     timespan: 5m                    how wide the window is
//     type, condition                 what must be true of the hits in it
//
// The types without a prefix are those of Sigma's correlation specification 2.1; `riposte.` ones
// are ours. docs/formats/rules.md says what each means, docs/decisions/0011 when each is judged.
//
// Threads: immutable once read.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "base/time.h"

namespace riposte::rule {

// Rules that one correlation joins; public ones join up to ten.
inline constexpr std::size_t kCorrelatedRulesMax = 1000;
// The same where order counts: what is remembered of a key grows with the square of it.
inline constexpr std::size_t kOrderedRulesMax = 32;
// Spans that a spike is held against.
inline constexpr std::size_t kSpikeHistoryMax = 64;

enum class CorrelationType : std::uint8_t {
  EventCount,
  ValueCount,
  ValueSum,
  ValueAvg,
  ValuePercentile,
  Temporal,
  TemporalOrdered,
  NewValue,
  Absence,
  Spike,
  Travel,
};

std::string_view name_of(CorrelationType type);  // "event_count", "riposte.new_value"

// One comparison of a condition: {gte: 10}.
struct Bound {
  enum class Operator : std::uint8_t { Gt, Gte, Lt, Lte, Eq, Neq };
  Operator op = Operator::Gte;
  double number = 0;

  bool holds(double value) const;
};

// Which of the joined rules must have hit: "a and not b".
struct RuleExpression {
  enum class Kind : std::uint8_t { And, Or, Not, Rule };
  Kind kind = Kind::Rule;
  std::vector<RuleExpression> children;
  std::size_t rule = 0;  // Rule: position in Correlation::rules

  bool holds(const std::function<bool(std::size_t rule)>& has_hit) const;
  bool has_not() const;
};

struct Correlation {
  CorrelationType type = CorrelationType::EventCount;
  std::vector<std::string> rules;        // names, ids or titles of the rules it joins
  std::vector<base::Place> rule_places;  // of each of `rules`
  std::vector<std::string> rule_ids;     // ids of `rules`; the rule set finds them
  std::vector<std::string> group_by;
  base::Millis timespan{0};
  bool generate = false;  // whether the joined rules tell their own hits, too
  bool again = false;     // satisfied, the key begins anew at once: each next so many is told

  std::vector<Bound> bounds;                 // all must hold; two of them make a range
  std::optional<RuleExpression> expression;  // Temporal, TemporalOrdered: instead of bounds
  std::vector<std::string> fields;           // whose values are taken; several make one value
  std::optional<double> percentile;          // ValuePercentile: of numbers, 0 to 100

  // A name in group_by or `fields` that stands for another field in each rule.
  struct Alias {
    std::string name;
    std::string rule;  // as written in `rules`
    std::string field;
  };
  std::vector<Alias> aliases;

  base::Millis learning{0};             // NewValue: this long after a key's first hit
                                        // everything is new and nothing is told
  std::optional<std::size_t> expected;  // Absence: position of the rule that should have hit;
                                        // without one, any of them again
  enum class Side : std::uint8_t { After, Before };
  Side side = Side::After;          // Absence: on which side of the other hit
  double factor = 0;                // Spike: this many times the mean of the past spans
  std::size_t history = 7;          // Spike: how many past spans
  std::string latitude, longitude;  // Travel: fields, in degrees
  double speed = 900;               // Travel: kilometres an hour that are still possible
  double distance = 100;            // Travel: kilometres that are no travel

  bool accepts(double value) const;
  // What the hits of one rule call a field of this correlation.
  std::string_view field_in(std::size_t rule, std::string_view name) const;
  // True: a window is judged once its timespan is over. False: one more hit can only bring it
  // nearer to what it looks for, so that it is judged at every hit.
  bool settles() const;
};

}  // namespace riposte::rule
