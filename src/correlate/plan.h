#pragma once

// Which hits go into which correlations, and what of an event they need.
//
//     rules        failed   succeeded   brute_force (correlation over failed)   taken_over (over
//     both) uses         failed -> brute_force[0]                 succeeded -> taken_over[1]
//                  brute_force -> taken_over[0]             joins in order: brute_force, taken_over
//
// A hit carries the values of all fields that some correlation asks of its rule, packed; the Plan
// packs them and knows which is which.
//
// Threads: immutable; borrows nothing, the rules are shared.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "correlate/window.h"
#include "event/event.h"
#include "event/lineage.h"
#include "rule/hit.h"
#include "rule/rule.h"

namespace riposte::correlate {

// The values of each wanted field, in the order of the rule's wanted fields.
using FieldValues = std::vector<std::vector<std::string_view>>;

class Plan {
 public:
  // One correlation.
  struct Join {
    rule::RuleIndex rule = 0;
    rule::RulePointer pointer;
    std::unique_ptr<Window> window;

    // By joined rule: where its group-by values and counted fields stand among its wanted ones.
    struct Side {
      std::vector<std::size_t> group_by;
      std::vector<std::size_t> fields;
    };
    std::vector<Side> sides;

    const rule::Correlation& correlation() const { return *pointer->correlation; }
  };

  struct Use {
    std::size_t join = 0;
    std::size_t side = 0;  // position in the rules of the correlation
  };

  explicit Plan(const std::vector<rule::RulePointer>& rules);

  // A correlation comes behind those that it joins.
  const std::vector<Join>& joins() const { return joins_; }
  const std::vector<Use>& uses(rule::RuleIndex rule) const { return uses_[rule]; }

  bool is_joined(rule::RuleIndex rule) const { return !uses_[rule].empty(); }
  // Whether hits of the rule are told by themselves: not those that are only parts of something.
  bool is_told(rule::RuleIndex rule) const { return is_told_[rule]; }

  // Of all rules in their order, and what they join: windows go with one plan only.
  const std::string& fingerprint() const { return fingerprint_; }

  // Whether some correlation asks for what enrich adds.
  bool asks_facts() const;
  // Whether some correlation asks of the rule's hits who is at the start of the caller's chain of
  // sessions. The event does not tell: pack_fields() packs the caller in its place, and
  // with_origin() puts in who that is.
  bool asks_origin(rule::RuleIndex rule) const;
  std::string with_origin(rule::RuleIndex rule, std::string_view packed,
                          const event::Lineage& lineage) const;

  std::string pack_fields(rule::RuleIndex rule, const event::Event& event) const;
  // Of the result of a correlation that others join: only what it groups by has a value.
  std::string pack_fields(const Join& join,
                          const std::vector<std::optional<std::string_view>>& group_values) const;
  static FieldValues unpack_fields(std::string_view packed);

 private:
  // A field that some correlation asks of a rule.
  struct Wanted {
    std::string name;
    std::vector<rule::FieldPath> paths;
  };

  void add_joins(const std::vector<rule::RulePointer>& rules);
  Join::Side side_of(const rule::Correlation& correlation, std::size_t side, rule::RuleIndex rule,
                     const rule::LogSource& log_source);
  std::size_t want(rule::RuleIndex rule, std::string_view name, const rule::LogSource& log_source);

  std::vector<Join> joins_;
  std::vector<std::vector<Use>> uses_;       // by rule
  std::vector<std::vector<Wanted>> wanted_;  // by rule
  std::vector<bool> is_told_;                // by rule
  std::string fingerprint_;
};

}  // namespace riposte::correlate
