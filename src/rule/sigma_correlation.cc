#include "rule/sigma_correlation.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "rule/sigma_condition.h"
#include "rule/sigma_shape.h"

namespace riposte::rule {
namespace {

struct Type {
  std::string_view name;
  bool needs_condition;  // a threshold
  bool needs_field;      // the field whose values count
  bool joins_rules;      // counts different rules: the condition may be an expression over them
};

constexpr Type kTypes[] = {
    {"event_count", true, false, false},      {"value_count", true, true, false},
    {"value_sum", true, true, false},         {"value_avg", true, true, false},
    {"value_percentile", true, true, false},  {"temporal", false, false, true},
    {"temporal_ordered", false, false, true}, {"riposte.new_value", false, false, false},
    {"riposte.absence", false, false, false}, {"riposte.spike", false, false, false},
    {"riposte.travel", false, false, false},
};

constexpr std::string_view kOperators[] = {"gt", "gte", "lt", "lte", "eq", "neq"};

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
    check_keys(block_,
               {"type", "rules", "group-by", "timespan", "condition", "aliases", "generate"},
               UnknownKeys::AreToldIfNear, "sigma-unknown-key", diagnostics_);
    const Type* type = read_type();
    read_rules();
    correlation_.group_by = texts_member(block_, "group-by", diagnostics_);
    read_timespan();
    if (type != nullptr) check_condition(*type);
    check_aliases();
    read_generate();
    if (diagnostics_.error_count() > errors_before) return std::nullopt;
    correlation_.block = block_;
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

  const Type* read_type() {
    const json::Value* value = require("type");
    if (value == nullptr) return nullptr;
    correlation_.type = value->text();
    std::vector<std::string_view> names;
    for (const Type& type : kTypes) {
      if (value->is_string() && type.name == value->text()) return &type;
      names.push_back(type.name);
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

  void read_timespan() {
    const json::Value* value = require("timespan");
    if (value == nullptr) return;
    correlation_.timespan = value->text();
    const std::string_view text = value->text();
    const bool has_unit =
        !text.empty() && std::string_view("smhd").find(text.back()) != std::string_view::npos;
    const std::string_view number = text.substr(0, text.empty() ? 0 : text.size() - 1);
    const bool has_number = !number.empty() && number.size() <= 9 &&
                            number.find_first_not_of("0123456789") == std::string_view::npos &&
                            number.find_first_not_of('0') != std::string_view::npos;
    if (has_unit && has_number) return;
    error(*value, fmt::format("\"{}\" is no span of time", text), "a number and s, m, h or d: 90m");
  }

  void check_condition(const Type& type) {
    const json::Value* value = member_of(block_, "condition");
    if (value == nullptr) {
      if (type.needs_condition)
        error(block_, fmt::format("{} needs a condition", type.name),
              "for example: condition: {gte: 10}");
      return;
    }
    if (value->is_string() && type.joins_rules) return check_expression(*value);
    if (!value->is_object())
      return error(*value, "the condition of a correlation is a map", "for example: {gte: 10}");
    bool has_operator = false;
    for (const json::Value::Member& member : value->members())
      has_operator = check_criterion(member) || has_operator;
    if (!has_operator)
      error(*value, "the condition compares with nothing", "one of gt, gte, lt, lte, eq, neq");
    if (type.needs_field && member_of(*value, "field") == nullptr) {
      error(*value, fmt::format("{} needs the field whose values it takes", type.name),
            "condition: {field: ..., gte: 10}");
    }
  }

  // Whether the member is a comparison; one that is wrong counts, it was told already.
  bool check_criterion(const json::Value::Member& member) {
    if (member.key == "field" || member.key == "percentile") {
      texts_of(member.value, member.key, diagnostics_);
      return false;
    }
    if (std::find(std::begin(kOperators), std::end(kOperators), member.key) ==
        std::end(kOperators)) {
      diagnostics_.error(member.key_place, "sigma-correlation",
                         fmt::format("\"{}\" is no comparison", member.key),
                         "one of gt, gte, lt, lte, eq, neq");
    } else if (!member.value.is_number()) {
      error(member.value, fmt::format("\"{}\" compares with a number, not {}", member.key,
                                      json::name_of(member.value.kind())));
    }
    return true;
  }

  // Newer rules say which of the rules must have hit: "a and not b".
  void check_expression(const json::Value& value) {
    std::vector<NamedCondition> named;
    for (const std::string& rule : correlation_.rules)
      named.push_back({rule, value.place(), Condition::any_of({})});
    if (named.size() > kIdentifiersMax)
      return error(value, fmt::format("a correlation joins at most {} rules", kIdentifiersMax));
    SigmaConditionReader(named, diagnostics_).read({value.text(), places_.of(value.place())});
  }

  void check_aliases() {
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
        check_alias(rule);
    }
  }

  void check_alias(const json::Value::Member& rule) {
    if (!rule.value.is_string()) {
      error(rule.value, fmt::format("the field of \"{}\" must be text", rule.key));
    } else if (std::find(correlation_.rules.begin(), correlation_.rules.end(), rule.key) ==
               correlation_.rules.end()) {
      diagnostics_.warning(rule.key_place, "sigma-correlation",
                           fmt::format("\"{}\" is none of the correlated rules", rule.key));
    }
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
