#pragma once

// Which hits go into which correlations, and what of an event they need.
//
//     rules    failed   succeeded   brute_force (over failed)   taken_over (over the last two)
//     uses     failed -> brute_force[0]     succeeded -> taken_over[1]
//              brute_force -> taken_over[0]                joins in order: brute_force, taken_over
//
// A hit carries the values of all fields that some correlation asks of its rule, packed; the Plan
// knows which is which.
//
// Threads: a Plan is immutable and borrows nothing, the rules are shared. EventFields and
// FieldValues are confined to their owner.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "correlate/field_values.h"
#include "correlate/window.h"
#include "event/event.h"
#include "event/lineage.h"
#include "rule/hit.h"
#include "rule/rule.h"

namespace riposte::correlate {

// The values of each wanted field, in the order of the rule's wanted fields: packed fields,
// unpacked.
class FieldValues {
 public:
  // Borrows `packed`; the same ones again cost nothing.
  void unpack(std::string_view packed);
  void clear();

  std::span<const std::string_view> operator[](std::size_t field) const {
    const std::size_t begin = field == 0 ? 0 : ends_[field - 1];
    return std::span(values_).subspan(begin, ends_[field] - begin);
  }

 private:
  std::string_view packed_;
  std::vector<std::string_view> values_;
  std::vector<std::size_t> ends_;  // by field
};

class Plan;

// What a thread needs to take the wanted fields out of an event, each once, however many rules ask.
class EventFields {
 public:
  explicit EventFields(const Plan& plan);

  // Whose fields pack() takes from now on. Borrows the event.
  void begin(const event::RawEvent& event);
  // Appends the values of all fields that some correlation asks of the rule; see
  // Plan::asks_origin() for one that no event tells.
  void pack(rule::RuleIndex rule, std::string& out);

  // Whether what was packed of this event holds a key twice.
  bool repeats_key() const { return reader_.repeats_key(); }

 private:
  const Plan& plan_;  // borrowed
  event::RawEvent event_;
  FieldReader reader_;
  std::vector<std::string> packed_;      // by field
  std::vector<std::uint64_t> taken_at_;  // by field: the number of the event it was taken of
  std::uint64_t number_ = 0;
};

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

  // Of all rules in their order, and all that correlations say: windows go with one plan only.
  const std::string& fingerprint() const { return fingerprint_; }

  // Whether some correlation asks for fields that begin so: those below "riposte." are facts. The
  // origin of a caller is none.
  bool asks_below(std::string_view prefix) const;
  // Whether some correlation asks of the rule's hits who is at the start of the caller's chain of
  // sessions. The event does not tell: pack_fields() packs the caller in its place, and
  // with_origin() puts in who that is.
  bool asks_origin(rule::RuleIndex rule) const { return asks_origin_[rule]; }
  std::string with_origin(rule::RuleIndex rule, std::string_view packed,
                          const event::Lineage& lineage) const;

  // For single events; EventFields does the same for many.
  std::string pack_fields(rule::RuleIndex rule, const event::RawEvent& event) const;
  // Of the result of a correlation that others join: only what it groups by has a value.
  std::string pack_fields(const Join& join,
                          const std::vector<std::optional<std::string_view>>& group_values) const;

 private:
  friend class EventFields;

  // A field that some correlation asks of a rule.
  struct Wanted {
    std::string name;
    std::size_t field = 0;  // of fields_
  };

  void add_joins(const std::vector<rule::RulePointer>& rules);
  Join::Side side_of(const rule::Correlation& correlation, std::size_t side, rule::RuleIndex rule,
                     const rule::LogSource& log_source);
  std::size_t want(rule::RuleIndex rule, std::string_view name, const rule::LogSource& log_source);

  std::vector<Join> joins_;
  std::vector<std::vector<Use>> uses_;                // by rule
  std::vector<std::vector<Wanted>> wanted_;           // by rule
  std::vector<std::vector<rule::FieldPath>> fields_;  // where each different field may stand
  std::vector<bool> is_told_;                         // by rule
  std::vector<bool> asks_origin_;                     // by rule
  std::string fingerprint_;
};

}  // namespace riposte::correlate
