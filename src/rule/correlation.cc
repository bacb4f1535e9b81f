#include "rule/correlation.h"

#include <algorithm>
#include <array>

namespace riposte::rule {
namespace {

constexpr std::array<std::string_view, 11> kTypeNames = {
    "event_count",      "value_count",   "value_sum",        "value_avg",
    "value_percentile", "temporal",      "temporal_ordered", "riposte.new_value",
    "riposte.absence",  "riposte.spike", "riposte.travel",
};

bool only_rises(const Bound& bound) {
  return bound.op == Bound::Operator::Gt || bound.op == Bound::Operator::Gte;
}

}  // namespace

std::string_view name_of(CorrelationType type) {
  return kTypeNames[static_cast<std::size_t>(type)];
}

bool Bound::holds(double value) const {
  switch (op) {
    case Operator::Gt:
      return value > number;
    case Operator::Gte:
      return value >= number;
    case Operator::Lt:
      return value < number;
    case Operator::Lte:
      return value <= number;
    case Operator::Eq:
      return value == number;
    case Operator::Neq:
      return value != number;
  }
  return false;
}

bool RuleExpression::holds(const std::function<bool(std::size_t rule)>& has_hit) const {
  const auto child_holds = [&](const RuleExpression& child) { return child.holds(has_hit); };
  switch (kind) {
    case Kind::And:
      return std::all_of(children.begin(), children.end(), child_holds);
    case Kind::Or:
      return std::any_of(children.begin(), children.end(), child_holds);
    case Kind::Not:
      return !children.front().holds(has_hit);
    case Kind::Rule:
      return has_hit(rule);
  }
  return false;
}

bool RuleExpression::has_not() const {
  return kind == Kind::Not || std::any_of(children.begin(), children.end(),
                                          [](const auto& child) { return child.has_not(); });
}

bool Correlation::accepts(double value) const {
  return std::all_of(bounds.begin(), bounds.end(),
                     [value](const Bound& bound) { return bound.holds(value); });
}

std::string_view Correlation::field_in(std::size_t rule, std::string_view name) const {
  for (const Alias& alias : aliases) {
    if (alias.name == name && alias.rule == rules[rule]) return alias.field;
  }
  return name;
}

bool Correlation::settles() const {
  const bool rises = std::all_of(bounds.begin(), bounds.end(), only_rises);
  switch (type) {
    case CorrelationType::ValueAvg:
    case CorrelationType::ValuePercentile:
      return true;
    case CorrelationType::Temporal:
      return expression ? expression->has_not() : !rises;
    case CorrelationType::EventCount:
    case CorrelationType::ValueCount:
    case CorrelationType::ValueSum:
    case CorrelationType::TemporalOrdered:
      return !rises;
    default:
      return false;
  }
}

}  // namespace riposte::rule
