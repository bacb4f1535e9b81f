#include "rule/sigma_correlation.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/span.h"
#include "base/text.h"
#include "rule/sigma_condition.h"
#include "rule/sigma_shape.h"

namespace riposte::rule {
namespace {

struct Type {
  CorrelationType type;
  bool needs_condition = false;  // a threshold
  bool takes_condition = true;
  bool needs_field = false;  // the field whose values count
  bool joins_rules = false;  // counts different rules: the condition may be an expression over them
};

constexpr Type kTypes[] = {
    {.type = CorrelationType::EventCount, .needs_condition = true},
    {.type = CorrelationType::ValueCount, .needs_condition = true, .needs_field = true},
    {.type = CorrelationType::ValueSum, .needs_condition = true, .needs_field = true},
    {.type = CorrelationType::ValueAvg, .needs_condition = true, .needs_field = true},
    {.type = CorrelationType::ValuePercentile, .needs_condition = true, .needs_field = true},
    {.type = CorrelationType::Temporal, .joins_rules = true},
    {.type = CorrelationType::TemporalOrdered, .joins_rules = true},
    {.type = CorrelationType::NewValue, .takes_condition = false},
    {.type = CorrelationType::Absence, .takes_condition = false},
    {.type = CorrelationType::Spike},
    {.type = CorrelationType::Travel, .takes_condition = false},
};

struct Operator {
  std::string_view name;
  Bound::Operator op;
};

constexpr Operator kOperators[] = {
    {"gt", Bound::Operator::Gt},   {"gte", Bound::Operator::Gte}, {"lt", Bound::Operator::Lt},
    {"lte", Bound::Operator::Lte}, {"eq", Bound::Operator::Eq},   {"neq", Bound::Operator::Neq},
};

// Keys of the block that only one of our own types has.
struct OwnKey {
  std::string_view name;
  CorrelationType type;
};

constexpr OwnKey kOwnKeys[] = {
    {"field", CorrelationType::NewValue},   {"learning", CorrelationType::NewValue},
    {"expected", CorrelationType::Absence}, {"side", CorrelationType::Absence},
    {"factor", CorrelationType::Spike},     {"history", CorrelationType::Spike},
    {"latitude", CorrelationType::Travel},  {"longitude", CorrelationType::Travel},
    {"speed", CorrelationType::Travel},     {"distance", CorrelationType::Travel},
};

// An expression over rules is read as one over selections; the atom that stands for a rule has its
// position as the only key of its path.
Condition stand_in_for(std::size_t rule) {
  return Condition::of({Dialect::Sigma, {{std::to_string(rule)}}, {Exists{}}});
}

RuleExpression expression_of(const Condition& condition) {
  RuleExpression expression;
  switch (condition.kind) {
    case Condition::Kind::And:
      expression.kind = RuleExpression::Kind::And;
      break;
    case Condition::Kind::Or:
      expression.kind = RuleExpression::Kind::Or;
      break;
    case Condition::Kind::Not:
      expression.kind = RuleExpression::Kind::Not;
      break;
    default:
      expression.kind = RuleExpression::Kind::Rule;
      expression.rule = std::stoul(condition.atom->paths.front().front());
  }
  for (const Condition& child : condition.children)
    expression.children.push_back(expression_of(child));
  return expression;
}

bool is_all_of(const RuleExpression& expression, std::size_t rules) {
  if (expression.kind == RuleExpression::Kind::Rule) return rules == 1;
  return expression.kind == RuleExpression::Kind::And && expression.children.size() == rules &&
         std::all_of(expression.children.begin(), expression.children.end(),
                     [](const auto& child) { return child.kind == RuleExpression::Kind::Rule; });
}

class BlockReader {
 public:
  BlockReader(const json::Value& block, const ScalarPlaces& places, base::Diagnostics& diagnostics)
      : block_(block), places_(places), diagnostics_(diagnostics) {}

  std::optional<Correlation> read() {
    if (!block_.is_object()) {
      error(block_,
            fmt::format("\"correlation\" must be a map, not {}", json::name_of(block_.kind())));
      return std::nullopt;
    }
    const std::size_t errors_before = diagnostics_.error_count();
    const Type* type = read_type();
    check_known_keys(type);
    read_rules();
    correlation_.group_by = texts_member(block_, "group-by", diagnostics_);
    correlation_.timespan = read_span("timespan");
    if (type != nullptr) {
      read_condition(*type);
      read_own(*type);
    }
    read_aliases();
    read_generate();
    if (diagnostics_.error_count() > errors_before) return std::nullopt;
    return std::move(correlation_);
  }

 private:
  void error(const json::Value& value, std::string message, std::string hint = {}) {
    diagnostics_.error(value.place(), "sigma-correlation", std::move(message), std::move(hint));
  }

  const json::Value* require(std::string_view key) {
    const json::Value* value = member_of(block_, key);
    if (value == nullptr) error(block_, fmt::format("a correlation needs \"{}\"", key));
    return value;
  }

  void check_known_keys(const Type* type) {
    std::vector<std::string_view> known = {"type",      "rules",   "group-by", "timespan",
                                           "condition", "aliases", "generate"};
    for (const OwnKey& key : kOwnKeys) {
      if (type != nullptr && type->type == key.type) known.push_back(key.name);
    }
    check_keys(block_, known, UnknownKeys::AreToldIfNear, "sigma-unknown-key", diagnostics_);
  }

  const Type* read_type() {
    const json::Value* value = require("type");
    if (value == nullptr) return nullptr;
    std::vector<std::string_view> names;
    for (const Type& type : kTypes) {
      if (value->is_string() && name_of(type.type) == value->text()) {
        correlation_.type = type.type;
        return &type;
      }
      names.push_back(name_of(type.type));
    }
    const std::string near = base::nearest(value->text(), names);
    error(*value, fmt::format("\"{}\" is no type of correlation", value->text()),
          near.empty() ? "event_count, value_count, temporal, temporal_ordered, value_sum, "
                         "value_avg, value_percentile"
                       : fmt::format("did you mean \"{}\"?", near));
    return nullptr;
  }

  void read_rules() {
    const json::Value* value = require("rules");
    if (value == nullptr) return;
    if (value->is_array() && value->items().empty())
      error(*value, "a correlation joins at least one rule");
    if (!value->is_array()) return add_rule(*value);
    const std::size_t most = correlation_.type == CorrelationType::TemporalOrdered
                                 ? kOrderedRulesMax
                                 : kCorrelatedRulesMax;
    if (value->items().size() > most) {
      return diagnostics_.error(value->place(), "sigma-limit",
                                fmt::format("such a correlation joins at most {} rules", most));
    }
    for (const json::Value& item : value->items())
      add_rule(item);
  }

  void add_rule(const json::Value& value) {
    if (!value.is_scalar() || value.is_null()) {
      return error(value,
                   fmt::format("a rule is named by text, not by {}", json::name_of(value.kind())));
    }
    correlation_.rules.push_back(value.text());
    correlation_.rule_places.push_back(places_.of(value.place()));
  }

  // "90m"; zero where it is wrong.
  base::Millis read_span(std::string_view key) {
    const json::Value* value = require(key);
    if (value == nullptr) return base::Millis{0};
    const std::string_view text = value->text();
    if (const auto span = base::parse_span(text)) return *span;
    error(*value, fmt::format("\"{}\" is no span of time", text), "a number and s, m, h or d: 90m");
    return base::Millis{0};
  }

  void read_condition(const Type& type) {
    const json::Value* value = member_of(block_, "condition");
    if (value == nullptr) {
      if (type.needs_condition)
        error(block_, fmt::format("{} needs a condition", name_of(type.type)),
              "for example: condition: {gte: 10}");
      return;
    }
    if (!type.takes_condition)
      return error(*value, fmt::format("{} has no condition", name_of(type.type)));
    if (value->is_string() && type.joins_rules) return read_expression(*value);
    if (!value->is_object())
      return error(*value, "the condition of a correlation is a map", "for example: {gte: 10}");
    bool has_operator = false;
    for (const json::Value::Member& member : value->members())
      has_operator = read_criterion(type, member) || has_operator;
    if (!has_operator)
      error(*value, "the condition compares with nothing", "one of gt, gte, lt, lte, eq, neq");
    if (type.needs_field && member_of(*value, "field") == nullptr) {
      error(*value, fmt::format("{} needs the field whose values it takes", name_of(type.type)),
            "condition: {field: ..., gte: 10}");
    }
  }

  // Whether the member is a comparison; one that is wrong counts, it was told already.
  bool read_criterion(const Type& type, const json::Value::Member& member) {
    if (member.key == "field") {
      correlation_.fields = texts_of(member.value, member.key, diagnostics_);
      const bool adds_up =
          type.type == CorrelationType::ValueSum || type.type == CorrelationType::ValueAvg;
      if (adds_up && correlation_.fields.size() > 1)
        error(member.value, fmt::format("{} takes one field", name_of(type.type)));
      return false;
    }
    if (member.key == "percentile") {
      correlation_.percentile = number_of(member, 0, 100);
      return false;
    }
    const Operator* op =
        std::find_if(std::begin(kOperators), std::end(kOperators),
                     [&](const Operator& each) { return each.name == member.key; });
    if (op == std::end(kOperators)) {
      diagnostics_.error(member.key_place, "sigma-correlation",
                         fmt::format("\"{}\" is no comparison", member.key),
                         "one of gt, gte, lt, lte, eq, neq");
    } else if (!member.value.is_number()) {
      error(member.value, fmt::format("\"{}\" compares with a number, not {}", member.key,
                                      json::name_of(member.value.kind())));
    } else {
      correlation_.bounds.push_back({op->op, *member.value.as_number()});
    }
    return true;
  }

  double number_of(const json::Value::Member& member, double least, double most) {
    const std::optional<double> number = member.value.as_number();
    if (number && *number >= least && *number <= most) return *number;
    error(member.value, fmt::format("\"{}\" is a number from {} to {}", member.key, least, most));
    return least;
  }

  // Newer rules say which of the rules must have hit: "a and not b".
  void read_expression(const json::Value& value) {
    std::vector<NamedCondition> named;
    for (std::size_t i = 0; i < correlation_.rules.size(); ++i)
      named.push_back({correlation_.rules[i], value.place(), stand_in_for(i)});
    const std::optional<Condition> condition =
        SigmaConditionReader(named, diagnostics_).read({value.text(), places_.of(value.place())});
    if (!condition) return;
    correlation_.expression = expression_of(*condition);
    if (correlation_.type != CorrelationType::TemporalOrdered) return;
    if (!is_all_of(*correlation_.expression, correlation_.rules.size())) {
      error(value, "temporal_ordered wants all of its rules, in the order of \"rules\"",
            "leave the condition out, or use temporal");
    }
    correlation_.expression.reset();
  }

  // What only types of ours have.
  void read_own(const Type& type) {
    switch (type.type) {
      case CorrelationType::NewValue:
        if (const json::Value* field = require("field"))
          correlation_.fields = texts_of(*field, "field", diagnostics_);
        correlation_.learning = read_span("learning");
        return;
      case CorrelationType::Absence:
        return read_absence();
      case CorrelationType::Spike:
        if (require("factor") != nullptr) correlation_.factor = own_number("factor", 1, 1e6, 0);
        correlation_.history = static_cast<std::size_t>(
            own_number("history", 1, static_cast<double>(kSpikeHistoryMax), 7));
        return;
      case CorrelationType::Travel:
        require("latitude");
        require("longitude");
        correlation_.latitude = text_member(block_, "latitude", diagnostics_);
        correlation_.longitude = text_member(block_, "longitude", diagnostics_);
        correlation_.speed = own_number("speed", 1, 1e9, correlation_.speed);
        correlation_.distance = own_number("distance", 0, 1e5, correlation_.distance);
        return;
      default:
        return;
    }
  }

  double own_number(std::string_view key, double least, double most, double otherwise) {
    for (const json::Value::Member& member : block_.members()) {
      if (member.key == key && !member.value.is_null()) return number_of(member, least, most);
    }
    return otherwise;
  }

  void read_absence() {
    if (const json::Value* expected = member_of(block_, "expected")) {
      const auto found =
          std::find(correlation_.rules.begin(), correlation_.rules.end(), expected->text());
      if (found == correlation_.rules.end()) {
        error(*expected, fmt::format("\"{}\" is none of the correlated rules", expected->text()));
      } else if (correlation_.rules.size() < 2) {
        error(*expected, "what is expected needs another rule that expects it");
      }
      correlation_.expected = static_cast<std::size_t>(found - correlation_.rules.begin());
    }
    const json::Value* side = member_of(block_, "side");
    if (side == nullptr) return;
    if (side->text() != "after" && side->text() != "before")
      return error(*side, "what is expected stands `after` or `before` the other hit");
    if (side->text() == "after") return;
    correlation_.side = Correlation::Side::Before;
    if (!correlation_.expected)
      error(*side, "`before` needs the rule that is expected", "expected: one of the rules");
  }

  void read_aliases() {
    const json::Value* aliases = member_of(block_, "aliases");
    if (aliases == nullptr) return;
    if (!aliases->is_object()) return error(*aliases, "aliases are a map of names");
    for (const json::Value::Member& alias : aliases->members()) {
      if (!alias.value.is_object()) {
        error(alias.value,
              fmt::format("the alias \"{}\" must map rules to their fields", alias.key));
        continue;
      }
      for (const json::Value::Member& rule : alias.value.members())
        read_alias(alias.key, rule);
    }
  }

  void read_alias(const std::string& name, const json::Value::Member& rule) {
    if (!rule.value.is_string()) {
      error(rule.value, fmt::format("the field of \"{}\" must be text", rule.key));
    } else if (std::find(correlation_.rules.begin(), correlation_.rules.end(), rule.key) ==
               correlation_.rules.end()) {
      diagnostics_.warning(rule.key_place, "sigma-correlation",
                           fmt::format("\"{}\" is none of the correlated rules", rule.key));
    }
    correlation_.aliases.push_back({name, rule.key, rule.value.text()});
  }

  void read_generate() {
    const json::Value* value = member_of(block_, "generate");
    if (value == nullptr) return;
    if (!value->is_bool()) return error(*value, "\"generate\" is either true or false");
    correlation_.generate = *value->as_bool();
  }

  const json::Value& block_;
  const ScalarPlaces& places_;
  base::Diagnostics& diagnostics_;
  Correlation correlation_;
};

}  // namespace

std::optional<Correlation> read_correlation(const json::Value& block, const ScalarPlaces& places,
                                            base::Diagnostics& diagnostics) {
  return BlockReader(block, places, diagnostics).read();
}

}  // namespace riposte::rule
