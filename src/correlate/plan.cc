// Tested by src/correlate/correlator_test.cc

#include "correlate/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"
#include "base/digest.h"
#include "correlate/origin.h"
#include "rule/field_mapping.h"

namespace riposte::correlate {
namespace {

using rule::Correlation;

void put_texts(std::string& out, const std::vector<std::string>& texts) {
  put_count(out, texts.size());
  for (const std::string& text : texts)
    put_text(out, text);
}

void put_expression(std::string& out, const rule::RuleExpression& expression) {
  put_count(out, static_cast<std::uint64_t>(expression.kind));
  put_count(out, expression.rule);
  put_count(out, expression.children.size());
  for (const rule::RuleExpression& child : expression.children)
    put_expression(out, child);
}

// Everything that decides what its windows hold and when they are satisfied.
void put_identity(std::string& out, const Correlation& correlation) {
  put_text(out, name_of(correlation.type));
  put_number(out, static_cast<std::uint64_t>(correlation.timespan.count()));
  put_texts(out, correlation.rule_ids);
  put_texts(out, correlation.group_by);
  put_texts(out, correlation.fields);
  put_count(out, correlation.bounds.size());
  for (const rule::Bound& bound : correlation.bounds) {
    put_count(out, static_cast<std::uint64_t>(bound.op));
    put_real(out, bound.number);
  }
  put_count(out, correlation.expression ? 1 : 0);
  if (correlation.expression) put_expression(out, *correlation.expression);
  put_count(out, correlation.percentile ? 1 : 0);
  put_real(out, correlation.percentile.value_or(0));
  put_count(out, correlation.aliases.size());
  for (const Correlation::Alias& alias : correlation.aliases)
    put_texts(out, {alias.name, alias.rule, alias.field});
  put_number(out, static_cast<std::uint64_t>(correlation.learning.count()));
  put_count(out, correlation.expected ? *correlation.expected + 1 : 0);
  put_count(out, static_cast<std::uint64_t>(correlation.side));
  put_real(out, correlation.factor);
  put_count(out, correlation.history);
  put_texts(out, {correlation.latitude, correlation.longitude});
  put_real(out, correlation.speed);
  put_real(out, correlation.distance);
}

}  // namespace

Plan::Plan(const std::vector<rule::RulePointer>& rules)
    : uses_(rules.size()),
      wanted_(rules.size()),
      is_told_(rules.size(), true),
      asks_origin_(rules.size()) {
  add_joins(rules);
  for (rule::RuleIndex rule = 0; rule < rules.size(); ++rule) {
    if (uses_[rule].empty()) continue;
    is_told_[rule] = std::any_of(uses_[rule].begin(), uses_[rule].end(), [this](const Use& use) {
      return joins_[use.join].correlation().generate;
    });
  }

  std::string identity;
  for (const rule::RulePointer& rule : rules)
    put_text(identity, rule->id);
  for (const Join& join : joins_)
    put_identity(identity, join.correlation());
  fingerprint_ = base::sha256_hex(identity);
}

void Plan::add_joins(const std::vector<rule::RulePointer>& rules) {
  std::map<std::string_view, rule::RuleIndex> by_id;
  for (rule::RuleIndex rule = 0; rule < rules.size(); ++rule)
    by_id.emplace(rules[rule]->id, rule);

  std::vector<rule::RuleIndex> left;
  for (rule::RuleIndex rule = 0; rule < rules.size(); ++rule) {
    if (rules[rule]->correlation) left.push_back(rule);
  }
  std::vector<bool> is_ready(rules.size(), true);
  for (const rule::RuleIndex rule : left)
    is_ready[rule] = false;

  while (!left.empty()) {
    const auto waits = [&](rule::RuleIndex rule) {
      const std::vector<std::string>& ids = rules[rule]->correlation->rule_ids;
      return std::any_of(ids.begin(), ids.end(),
                         [&](const std::string& id) { return !is_ready[by_id.at(id)]; });
    };
    const auto next = std::find_if_not(left.begin(), left.end(), waits);
    CHECK(next != left.end(), "a rule set has no correlations that go in circles");
    const rule::RuleIndex rule = *next;
    left.erase(next);
    is_ready[rule] = true;

    Join join{rule, rules[rule], make_window(*rules[rule]->correlation), {}};
    for (std::size_t side = 0; side < join.correlation().rule_ids.size(); ++side) {
      const rule::RuleIndex joined = by_id.at(join.correlation().rule_ids[side]);
      uses_[joined].push_back({joins_.size(), side});
      join.sides.push_back(side_of(join.correlation(), side, joined, rules[joined]->log_source));
    }
    joins_.push_back(std::move(join));
  }
}

Plan::Join::Side Plan::side_of(const rule::Correlation& correlation, std::size_t side,
                               rule::RuleIndex rule, const rule::LogSource& log_source) {
  Join::Side result;
  for (const std::string& name : correlation.group_by)
    result.group_by.push_back(want(rule, correlation.field_in(side, name), log_source));
  std::vector<std::string> fields = correlation.fields;
  if (correlation.type == rule::CorrelationType::Travel)
    fields = {correlation.latitude, correlation.longitude};
  for (const std::string& name : fields)
    result.fields.push_back(want(rule, correlation.field_in(side, name), log_source));
  return result;
}

std::size_t Plan::want(rule::RuleIndex rule, std::string_view name,
                       const rule::LogSource& log_source) {
  std::vector<Wanted>& wanted = wanted_[rule];
  const auto found = std::find_if(wanted.begin(), wanted.end(),
                                  [name](const Wanted& each) { return each.name == name; });
  if (found != wanted.end()) return static_cast<std::size_t>(found - wanted.begin());
  std::vector<rule::FieldPath> paths = rule::paths_of(log_source, name);
  const auto known = std::find(fields_.begin(), fields_.end(), paths);
  wanted.push_back({std::string(name), static_cast<std::size_t>(known - fields_.begin())});
  if (name == kOriginField) asks_origin_[rule] = true;
  if (known == fields_.end()) fields_.push_back(std::move(paths));
  return wanted.size() - 1;
}

bool Plan::asks_below(std::string_view prefix) const {
  for (const std::vector<Wanted>& fields : wanted_) {
    for (const Wanted& wanted : fields) {
      if (wanted.name.starts_with(prefix) && wanted.name != kOriginField) return true;
    }
  }
  return false;
}

std::string Plan::with_origin(rule::RuleIndex rule, std::string_view packed,
                              const event::Lineage& lineage) const {
  std::string result;
  ByteReader reader(packed);
  for (const Wanted& wanted : wanted_[rule]) {
    std::uint64_t left = reader.count();
    if (wanted.name == kOriginField) {
      const std::string origin = lineage.chain_of(unpack_caller(reader.text())).origin;
      put_count(result, origin.empty() ? 0 : 1);
      if (!origin.empty()) put_text(result, origin);
      continue;
    }
    put_count(result, left);
    for (; left > 0 && reader.ok(); --left)
      put_text(result, reader.text());
  }
  return result;
}

std::string Plan::pack_fields(rule::RuleIndex rule, const event::RawEvent& event) const {
  EventFields fields(*this);
  std::string packed;
  fields.begin(event);
  fields.pack(rule, packed);
  return packed;
}

std::string Plan::pack_fields(
    const Join& join, const std::vector<std::optional<std::string_view>>& group_values) const {
  std::string packed;
  const std::vector<std::string>& names = join.correlation().group_by;
  for (const Wanted& wanted : wanted_[join.rule]) {
    const auto name = std::find(names.begin(), names.end(), wanted.name);
    const auto at = static_cast<std::size_t>(name - names.begin());
    const bool is_there = name != names.end() && group_values[at];
    put_count(packed, is_there ? 1 : 0);
    if (is_there) put_text(packed, *group_values[at]);
  }
  return packed;
}

EventFields::EventFields(const Plan& plan)
    : plan_(plan), packed_(plan.fields_.size()), taken_at_(plan.fields_.size()) {}

void EventFields::begin(const event::RawEvent& event) {
  event_ = event;
  reader_.begin(event);
  ++number_;
}

void EventFields::pack(rule::RuleIndex rule, std::string& out) {
  for (const Plan::Wanted& wanted : plan_.wanted_[rule]) {
    std::string& packed = packed_[wanted.field];
    if (std::exchange(taken_at_[wanted.field], number_) != number_) {
      packed.clear();
      if (wanted.name == kOriginField) {
        put_count(packed, 1);
        put_text(packed, pack_caller(event::caller_in(event_)));
      } else {
        const auto& values = reader_.values_at(plan_.fields_[wanted.field]);
        put_count(packed, values.size());
        for (const std::string_view value : values)
          put_text(packed, value);
      }
    }
    out += packed;
  }
}

void FieldValues::clear() {
  packed_ = {};
  values_.clear();
  ends_.clear();
}

void FieldValues::unpack(std::string_view packed) {
  if (packed.data() == packed_.data() && packed.size() == packed_.size()) return;
  clear();
  packed_ = packed;
  ByteReader reader(packed);
  while (!reader.at_end()) {
    for (std::uint64_t left = reader.count(); left > 0 && reader.ok(); --left)
      values_.push_back(reader.text());
    ends_.push_back(values_.size());
  }
}

}  // namespace riposte::correlate
