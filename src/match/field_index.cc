#include "match/field_index.h"

#include "base/text.h"
#include "base/time.h"
#include "rule/eventbridge_number.h"
#include "rule/fold.h"

// Tested by src/match/matcher_test.cc

namespace riposte::match {

using json::Kind;
using json::Node;
using rule::Dialect;

namespace {

template <typename... Ts>
struct Overload : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overload(Ts...) -> Overload<Ts...>;

bool time_part_holds(const rule::TimePartIn& test, std::string_view text) {
  const std::optional<base::EventTime> time = base::parse_time(text);
  if (!time) return false;
  const base::CivilTime parts = base::civil(*time);
  using Part = rule::TimePartIn::Part;
  switch (test.part) {
    case Part::Minute:
      return test.range.contains(parts.minute);
    case Part::Hour:
      return test.range.contains(parts.hour);
    case Part::Day:
      return test.range.contains(parts.day);
    case Part::Week:
      return test.range.contains(parts.iso_week);
    case Part::Month:
      return test.range.contains(parts.month);
    case Part::Year:
      return test.range.contains(parts.year);
  }
  return false;
}

bool in_network(const rule::InNetwork& test, std::string_view text, Dialect dialect) {
  const std::optional<base::Address> address =
      dialect == Dialect::Sigma ? base::parse_address(text) : rule::pattern_address(text);
  return address && test.network.contains(*address);
}

}  // namespace

void FieldIndex::add(AtomId atom, const rule::Predicate& predicate) {
  std::visit(Overload{
                 [&](const rule::Exists&) { exists_.push_back(atom); },
                 [&](const rule::HasValue&) { has_value_.push_back(atom); },
                 [&](const rule::TextIs& test) {
                   (test.ignore_case ? exact_folded_ : exact_)[test.text].push_back(atom);
                 },
                 [&](const rule::TextLike& test) {
                   (test.ignore_case ? patterns_folded_ : patterns_).push_back({atom, test.glob});
                 },
                 [&](const rule::TextMatches&) {
                   text_tests_.push_back({atom, predicate});
                 },
                 [&](const rule::InNetwork&) {
                   text_tests_.push_back({atom, predicate});
                 },
                 [&](const rule::TimePartIn&) {
                   text_tests_.push_back({atom, predicate});
                 },
                 [&](const rule::Literal& test) {
                   if (test.type == rule::Literal::Type::String) {
                     exact_[test.text].push_back(atom);
                   } else {
                     value_tests_.push_back({atom, predicate});
                   }
                 },
                 [&](const rule::NumberIn&) {
                   value_tests_.push_back({atom, predicate});
                 },
                 [&](const rule::AnythingBut&) {
                   value_tests_.push_back({atom, predicate});
                 },
                 [&](const rule::FieldRef&) {},  // compares two fields: Matcher does it
             },
             predicate.test);
}

bool FieldIndex::tests_text() const {
  return !exact_.empty() || !exact_folded_.empty() || !patterns_.empty() ||
         !patterns_folded_.empty() || !text_tests_.empty();
}

void FieldIndex::test(const Node& value, std::string& buffer, std::vector<AtomId>& atoms) const {
  if (dialect_ == Dialect::Sigma) {
    atoms.insert(atoms.end(), exists_.begin(), exists_.end());
    if (value.is(Kind::Null)) return;
    atoms.insert(atoms.end(), has_value_.begin(), has_value_.end());
    if (value.is(Kind::Array)) return;
    if (tests_text()) {
      if (value.is(Kind::Object)) {
        test_text(json::compact(value), buffer, atoms);
      } else {
        test_text(value.text, buffer, atoms);
      }
    }
    if (value.is(Kind::Object)) return;
  } else {
    if (value.is_container()) return;
    atoms.insert(atoms.end(), has_value_.begin(), has_value_.end());
    if (value.is_string() && tests_text()) test_text(value.text, buffer, atoms);
  }
  for (const Other& other : value_tests_) {
    if (holds(other.predicate, value, buffer)) atoms.push_back(other.atom);
  }
}

void FieldIndex::test_text(std::string_view text, std::string& buffer,
                           std::vector<AtomId>& atoms) const {
  if (!exact_.empty()) {
    if (const auto found = exact_.find(text); found != exact_.end()) {
      atoms.insert(atoms.end(), found->second.begin(), found->second.end());
    }
  }
  for (const Pattern& pattern : patterns_) {
    if (pattern.glob.matches(text)) atoms.push_back(pattern.atom);
  }
  if (!exact_folded_.empty() || !patterns_folded_.empty()) {
    buffer.clear();
    rule::append_folded(buffer, text);
    if (const auto found = exact_folded_.find(buffer); found != exact_folded_.end()) {
      atoms.insert(atoms.end(), found->second.begin(), found->second.end());
    }
    for (const Pattern& pattern : patterns_folded_) {
      if (pattern.glob.matches(buffer)) atoms.push_back(pattern.atom);
    }
  }
  for (const Other& other : text_tests_) {
    const bool holds = std::visit(
        Overload{
            [&](const rule::TextMatches& test) { return test.regex->found_in(text); },
            [&](const rule::InNetwork& test) { return in_network(test, text, dialect_); },
            [&](const rule::TimePartIn& test) { return time_part_holds(test, text); },
            [](const auto&) { return false; },
        },
        other.predicate.test);
    if (holds) atoms.push_back(other.atom);
  }
}

// One predicate against one scalar, types respected: what stands under anything-but, and what no
// table serves.
bool FieldIndex::holds(const rule::Predicate& predicate, const Node& value,
                       std::string& buffer) const {
  const bool has_text = dialect_ == Dialect::Sigma ? !value.is_container() : value.is_string();
  return std::visit(Overload{
                        [](const rule::Exists&) { return true; },
                        [&](const rule::HasValue&) {
                          return dialect_ == Dialect::EventBridge || !value.is(Kind::Null);
                        },
                        [&](const rule::TextIs& test) {
                          if (!has_text) return false;
                          if (!test.ignore_case) return value.text == test.text;
                          buffer.clear();
                          rule::append_folded(buffer, value.text);
                          return buffer == test.text;
                        },
                        [&](const rule::TextLike& test) {
                          if (!has_text) return false;
                          if (!test.ignore_case) return test.glob.matches(value.text);
                          buffer.clear();
                          rule::append_folded(buffer, value.text);
                          return test.glob.matches(buffer);
                        },
                        [&](const rule::TextMatches& test) {
                          return has_text && test.regex->found_in(value.text);
                        },
                        [&](const rule::InNetwork& test) {
                          return has_text && in_network(test, value.text, dialect_);
                        },
                        [&](const rule::TimePartIn& test) {
                          return has_text && time_part_holds(test, value.text);
                        },
                        [&](const rule::NumberIn& test) {
                          if (dialect_ == Dialect::EventBridge && !value.is(Kind::Number))
                            return false;
                          const std::optional<double> number =
                              dialect_ == Dialect::Sigma ? base::parse_number(value.text)
                                                         : rule::comparable_number(value.text);
                          return number && test.contains(*number);
                        },
                        [&](const rule::Literal& test) {
                          using Type = rule::Literal::Type;
                          switch (test.type) {
                            case Type::String:
                              return value.is_string() && value.text == test.text;
                            case Type::Number:
                              return value.is(Kind::Number) &&
                                     rule::same_number(value.text, test.text);
                            case Type::True:
                              return value.is(Kind::True);
                            case Type::False:
                              return value.is(Kind::False);
                            case Type::Null:
                              return value.is(Kind::Null);
                          }
                          return false;
                        },
                        [&](const rule::AnythingBut& test) {
                          for (const rule::Predicate& excluded : test.none_of) {
                            if (holds(excluded, value, buffer)) return false;
                          }
                          return true;
                        },
                        [](const rule::FieldRef&) { return false; },
                    },
                    predicate.test);
}

}  // namespace riposte::match
