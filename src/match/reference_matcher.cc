#include "match/reference_matcher.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/text.h"
#include "base/time.h"
#include "json/utf8.h"
#include "match/consistency.h"
#include "rule/eventbridge_number.h"
#include "rule/fold.h"

namespace riposte::match {
namespace {

using json::Kind;
using json::Node;
using rule::Condition;
using rule::Dialect;
using rule::FieldPath;
using rule::Predicate;

constexpr std::string_view kFacts = "riposte";
constexpr std::string_view kDetail = "detail";

// The part of a path behind the keys already followed.
using Rest = std::vector<std::string>::const_iterator;

// Follows one key of the event, which may hold dots and then counts as several. Nothing where the
// path goes elsewhere.
std::optional<Rest> follow(std::string_view key, Rest at, Rest end) {
  for (std::string_view segment : base::split(key, '.')) {
    if (at == end || (*at != "*" && *at != segment)) return std::nullopt;
    ++at;
  }
  return at;
}

// The nodes at a path below `node`; arrays on the way are passed through, an array at its end is
// one node.
void resolve(const Node& node, Rest at, Rest end, std::vector<const Node*>& found) {
  if (at == end) {
    found.push_back(&node);
  } else if (node.is(Kind::Array)) {
    for (const Node& element : json::children(node))
      resolve(element, at, end, found);
  } else if (node.is(Kind::Object)) {
    for (const Node& member : json::children(node)) {
      if (const std::optional<Rest> next = follow(member.key, at, end))
        resolve(member, *next, end, found);
    }
  }
}

void add_scalars(const Node& node, std::vector<const Node*>& found) {
  if (!node.is_container()) {
    found.push_back(&node);
    return;
  }
  for (const Node& child : json::children(node))
    add_scalars(child, found);
}

// The nodes of a Sigma field, as Exists sees them.
std::vector<const Node*> sigma_nodes(const FieldPath& path, const event::Event& event) {
  std::vector<const Node*> found;
  if (path.empty()) {
    add_scalars(*event.record, found);
  } else if (path.front() == kFacts) {
    if (event.facts != nullptr) resolve(*event.facts, path.begin() + 1, path.end(), found);
  } else {
    resolve(*event.record, path.begin(), path.end(), found);
  }
  return found;
}

// What a Sigma predicate compares: arrays taken apart, however deep.
void add_values(const Node& node, std::vector<const Node*>& values) {
  if (!node.is(Kind::Array)) {
    values.push_back(&node);
    return;
  }
  for (const Node& element : json::children(node))
    add_values(element, values);
}

std::optional<std::string> sigma_text(const Node& value) {
  if (value.is(Kind::Null)) return std::nullopt;
  if (value.is(Kind::Object)) return json::compact(value);
  return std::string(value.text);
}

// A finite decimal number and nothing else.
std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

// Whether parts[p...] match text[t...], by trying everything once: reached[t] says that the parts
// so far can end at t.
bool glob_matches(const rule::Glob& glob, std::string_view text) {
  using PartKind = rule::Glob::Part::Kind;
  std::vector<bool> reached(text.size() + 1, false);
  reached[0] = true;
  for (const rule::Glob::Part& part : glob.parts()) {
    std::vector<bool> next(text.size() + 1, false);
    for (std::size_t t = 0; t <= text.size(); ++t) {
      if (!reached[t]) continue;
      const std::string_view rest = text.substr(t);
      if (part.kind == PartKind::Any) {
        std::fill(next.begin() + static_cast<std::ptrdiff_t>(t), next.end(), true);
        break;
      }
      if (part.kind == PartKind::Literal && rest.starts_with(part.text))
        next[t + part.text.size()] = true;
      if (part.kind == PartKind::One && !rest.empty()) {
        std::string_view behind = rest;
        json::take_code_point(behind);
        next[text.size() - behind.size()] = true;
      }
    }
    reached = std::move(next);
  }
  return reached[text.size()];
}

int part_of(base::EventTime time, rule::TimePartIn::Part part) {
  const base::CivilTime civil = base::civil(time);
  switch (part) {
    case rule::TimePartIn::Part::Minute:
      return civil.minute;
    case rule::TimePartIn::Part::Hour:
      return civil.hour;
    case rule::TimePartIn::Part::Day:
      return civil.day;
    case rule::TimePartIn::Part::Week:
      return civil.iso_week;
    case rule::TimePartIn::Part::Month:
      return civil.month;
    case rule::TimePartIn::Part::Year:
      return civil.year;
  }
  return 0;
}

bool compares(const std::string& text, const std::string& other, rule::FieldRef::Mode mode) {
  switch (mode) {
    case rule::FieldRef::Mode::Equals:
      return text == other;
    case rule::FieldRef::Mode::StartsWith:
      return text.starts_with(other);
    case rule::FieldRef::Mode::EndsWith:
      return text.ends_with(other);
    case rule::FieldRef::Mode::Contains:
      return text.find(other) != std::string::npos;
  }
  return false;
}

// One value against one predicate, as text.
class SigmaComparison {
 public:
  SigmaComparison(const Node& value, const std::string& text, const event::Event& event)
      : value_(value), text_(text), event_(event) {}

  bool operator()(const rule::TextIs& test) const { return seen(test.ignore_case) == test.text; }
  bool operator()(const rule::TextLike& test) const {
    return glob_matches(test.glob, seen(test.ignore_case));
  }
  bool operator()(const rule::TextMatches& test) const { return test.regex->found_in(text_); }
  bool operator()(const rule::NumberIn& test) const {
    const std::optional<double> number = number_in(text_);
    return number && test.contains(*number);
  }
  bool operator()(const rule::InNetwork& test) const {
    const std::optional<base::Address> address = base::parse_address(text_);
    return address && test.network.contains(*address);
  }
  bool operator()(const rule::TimePartIn& test) const {
    const std::optional<base::EventTime> time = base::parse_time(text_);
    return time && test.range.contains(part_of(*time, test.part));
  }
  bool operator()(const rule::FieldRef& test) const {
    for (const FieldPath& path : test.paths) {
      std::vector<const Node*> others;
      for (const Node* node : sigma_nodes(path, event_))
        add_values(*node, others);
      for (const Node* other : others) {
        const std::optional<std::string> text = sigma_text(*other);
        if (!text) continue;
        if (compares(seen(test.ignore_case), test.ignore_case ? rule::fold(*text) : *text,
                     test.mode))
          return true;
      }
    }
    return false;
  }
  bool operator()(const rule::AnythingBut& test) const {
    return std::none_of(test.none_of.begin(), test.none_of.end(),
                        [&](const Predicate& each) { return std::visit(*this, each.test); });
  }
  bool operator()(const rule::Literal& test) const { return text_ == test.text; }
  bool operator()(const rule::Exists&) const { return true; }
  bool operator()(const rule::HasValue&) const { return !value_.is(Kind::Null); }

 private:
  std::string seen(bool folded) const { return folded ? rule::fold(text_) : text_; }

  const Node& value_;
  const std::string& text_;
  const event::Event& event_;
};

bool satisfies_sigma(const std::vector<const Node*>& nodes, const Predicate& predicate,
                     const event::Event& event) {
  if (std::holds_alternative<rule::Exists>(predicate.test)) return !nodes.empty();
  if (std::holds_alternative<rule::HasValue>(predicate.test)) {
    return std::any_of(nodes.begin(), nodes.end(),
                       [](const Node* node) { return !node->is(Kind::Null); });
  }
  std::vector<const Node*> values;
  for (const Node* node : nodes)
    add_values(*node, values);
  for (const Node* value : values) {
    const std::optional<std::string> text = sigma_text(*value);
    if (text && std::visit(SigmaComparison(*value, *text, event), predicate.test)) return true;
  }
  return false;
}

// One scalar against one predicate, types kept apart.
class EventBridgeComparison {
 public:
  explicit EventBridgeComparison(const Node& value) : value_(value) {}

  bool operator()(const rule::Literal& test) const {
    switch (test.type) {
      case rule::Literal::Type::String:
        return value_.is_string() && value_.text == test.text;
      case rule::Literal::Type::Number:
        return value_.is(Kind::Number) && rule::same_number(value_.text, test.text);
      case rule::Literal::Type::True:
        return value_.is(Kind::True);
      case rule::Literal::Type::False:
        return value_.is(Kind::False);
      case rule::Literal::Type::Null:
        return value_.is(Kind::Null);
    }
    return false;
  }
  bool operator()(const rule::TextIs& test) const {
    return value_.is_string() && seen(test.ignore_case) == test.text;
  }
  bool operator()(const rule::TextLike& test) const {
    return value_.is_string() && glob_matches(test.glob, seen(test.ignore_case));
  }
  bool operator()(const rule::TextMatches& test) const {
    return value_.is_string() && test.regex->found_in(value_.text);
  }
  bool operator()(const rule::NumberIn& test) const {
    if (!value_.is(Kind::Number)) return false;
    const std::optional<double> number = rule::comparable_number(value_.text);
    return number && test.contains(*number);
  }
  bool operator()(const rule::InNetwork& test) const {
    if (!value_.is_string()) return false;
    const std::optional<base::Address> address = rule::pattern_address(value_.text);
    return address && test.network.contains(*address);
  }
  bool operator()(const rule::AnythingBut& test) const {
    return std::none_of(test.none_of.begin(), test.none_of.end(),
                        [&](const Predicate& each) { return std::visit(*this, each.test); });
  }
  bool operator()(const rule::Exists&) const { return true; }
  bool operator()(const rule::HasValue&) const { return true; }
  // No pattern can say these.
  bool operator()(const rule::TimePartIn&) const { return false; }
  bool operator()(const rule::FieldRef&) const { return false; }

 private:
  std::string seen(bool folded) const {
    return folded ? rule::fold(value_.text) : std::string(value_.text);
  }

  const Node& value_;
};

bool satisfies_eventbridge(const Node& value, const Predicate& predicate) {
  return std::visit(EventBridgeComparison(value), predicate.test);
}

// Every scalar of the event under the text of its path, with the array element it stands in: the
// event as EventBridge patterns see it.
class FlatEvent {
 public:
  struct Value {
    const Node* node;
    ElementId place;
  };

  explicit FlatEvent(const event::Event& event) {
    for (const Node& member : json::children(*event.envelope)) {
      if (!names_facts(member.key)) add(member, std::string(member.key), kNoElement);
    }
    if (event.envelope_is_made) add(*event.record, std::string(kDetail), kNoElement);
    if (event.facts != nullptr) add(*event.facts, std::string(kFacts), kNoElement);
  }

  const std::vector<Value>& at(const FieldPath& path) const {
    static const std::vector<Value> kNone;
    const auto found = values_.find(rule::to_text(path));
    return found == values_.end() ? kNone : found->second;
  }

  Consistency& consistency() { return consistency_; }

 private:
  // What the event itself says under our name is not to be believed.
  static bool names_facts(std::string_view key) { return base::split(key, '.').front() == kFacts; }

  void add(const Node& node, const std::string& path, ElementId place) {
    if (node.is(Kind::Object)) {
      for (const Node& member : json::children(node))
        add(member, path + "." + std::string(member.key), place);
    } else if (node.is(Kind::Array)) {
      const ArrayId array = consistency_.open_array(place);
      for (const Node& element : json::children(node)) {
        add(element, path, element.is_container() ? consistency_.open_element(array) : place);
      }
    } else {
      values_[path].push_back({&node, place});
    }
  }

  std::map<std::string, std::vector<Value>> values_;
  Consistency consistency_;
};

// Answers for one event.
class Judge {
 public:
  explicit Judge(const event::Event& event) : event_(event) {}

  bool holds(const Condition& condition) {
    switch (condition.kind) {
      case Condition::Kind::And:
        return std::all_of(condition.children.begin(), condition.children.end(),
                           [&](const Condition& each) { return holds(each); });
      case Condition::Kind::Or:
        return std::any_of(condition.children.begin(), condition.children.end(),
                           [&](const Condition& each) { return holds(each); });
      case Condition::Kind::Not:
        return !holds(condition.children.front());
      case Condition::Kind::Atom:
        return holds(*condition.atom);
      case Condition::Kind::Consistent:
        return holds(condition.fields);
    }
    return false;
  }

 private:
  bool holds(const rule::Atom& atom) {
    for (const FieldPath& path : atom.paths) {
      if (atom.dialect == Dialect::Sigma) {
        if (satisfies_sigma(sigma_nodes(path, event_), atom.predicate, event_)) return true;
      } else {
        for (const FlatEvent::Value& value : flat().at(path)) {
          if (satisfies_eventbridge(*value.node, atom.predicate)) return true;
        }
      }
    }
    return false;
  }

  bool holds(const std::vector<rule::FieldTest>& fields) {
    std::vector<std::vector<ElementId>> satisfying(fields.size());
    std::vector<std::vector<ElementId>> present(fields.size());
    std::vector<FieldPlaces> places;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      for (const FlatEvent::Value& value : flat().at(fields[i].path)) {
        present[i].push_back(value.place);
        const bool satisfied = std::any_of(fields[i].any_of.begin(), fields[i].any_of.end(),
                                           [&](const Predicate& predicate) {
                                             return satisfies_eventbridge(*value.node, predicate);
                                           });
        if (satisfied) satisfying[i].push_back(value.place);
      }
      places.push_back({satisfying[i], fields[i].or_absent, present[i]});
    }
    return flat().consistency().holds(places);
  }

  FlatEvent& flat() {
    if (!flat_) flat_.emplace(event_);
    return *flat_;
  }

  const event::Event& event_;
  std::optional<FlatEvent> flat_;
};

// Whether an EventBridge pattern is part of the condition.
bool holds_pattern(const Condition& condition) {
  if (condition.kind == Condition::Kind::Consistent) return true;
  return std::any_of(condition.children.begin(), condition.children.end(), holds_pattern);
}

}  // namespace

bool ReferenceMatcher::holds(const Condition& condition, const event::Event& event) {
  return Judge(event).holds(condition);
}

void ReferenceMatcher::match(const event::Event& event, std::vector<rule::Hit>& hits) const {
  Judge judge(event);
  for (rule::RuleIndex i = 0; i < rules_.size(); ++i) {
    const rule::Rule& each = *rules_[i];
    if (each.correlation) continue;
    if (!holds_pattern(each.condition) && !each.log_source.covers(event.format)) continue;
    if (judge.holds(each.condition)) hits.push_back({i});
  }
}

}  // namespace riposte::match
