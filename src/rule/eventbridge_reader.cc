#include "rule/eventbridge_reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "json/document.h"
#include "json/scanner.h"
#include "rule/eventbridge_number.h"
#include "rule/fold.h"

namespace riposte::rule {
namespace {

using base::Place;
using json::Value;

constexpr std::string_view kOr = "$or";

constexpr std::array<std::string_view, 9> kOperators = {
    "exactly",      "prefix", "suffix", "equals-ignore-case", "wildcard", "numeric",
    "anything-but", "exists", "cidr"};

// Names that event-ruler keeps for operators, today's and tomorrow's: under "$or" they cannot be
// fields.
constexpr std::array<std::string_view, 24> kReserved = {"exactly",
                                                        "equals-ignore-case",
                                                        "prefix",
                                                        "suffix",
                                                        "anything-but",
                                                        "exists",
                                                        "wildcard",
                                                        "numeric",
                                                        "cidr",
                                                        "=",
                                                        "<",
                                                        "<=",
                                                        ">",
                                                        ">=",
                                                        "regex",
                                                        "not-wildcard",
                                                        "not-equals-ignore-case",
                                                        "date-after",
                                                        "date-on-or-after",
                                                        "date-before",
                                                        "date-on-or-before",
                                                        "in-date-range",
                                                        "ip-address-in-range",
                                                        "ip-address-not-in-range"};

bool is_reserved(std::string_view name) {
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

// Whether "$or" joins alternatives or is a field like any other. event-ruler reads a pattern as the
// first, and if that fails as the second, with an older reader that knows fewer forms of
// anything-but.
enum class OrMeaning { Operator, Field };

struct Problem {
  Place place;
  std::string code;
  std::string message;
  std::string hint;
};

Predicate literal(Literal::Type type, std::string text) { return {Literal{type, std::move(text)}}; }
Predicate exactly(std::string text) { return literal(Literal::Type::String, std::move(text)); }
Predicate like(const Glob& glob) { return {TextLike{glob, false}}; }
Predicate like_ignoring_case(const Glob& glob) { return {TextLike{glob.folded(), true}}; }
Predicate equals_ignoring_case(std::string_view text) { return {TextIs{fold(text), true}}; }

// A string of a list: addresses compare as addresses, as in event-ruler.
Predicate string_or_address(const std::string& text) {
  const std::optional<base::Address> address = pattern_address(text);
  if (!address) return exactly(text);
  return {InNetwork{{*address, address->is_v4 ? 32 : 128}}};
}

// JSON's way of writing what YAML may have written as 0x10 or +1.
std::string number_text(const Value& value) { return json::to_json(value); }

// The bits of a network's length, or nothing.
std::optional<int> parse_length(std::string_view digits) {
  if (digits.empty() || digits.size() > 3) return std::nullopt;
  int length = 0;
  for (char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    length = length * 10 + (c - '0');
  }
  return length;
}

// Reads one pattern with one meaning of "$or". All alternatives are built side by side: a field is
// added to each of them, and "$or" replaces them by their products with its own.
class PatternReader {
 public:
  explicit PatternReader(OrMeaning meaning) : meaning_(meaning) {}

  std::optional<Condition> read(const Value& pattern) {
    if (!pattern.is_object()) {
      complain(pattern.place(), "eventbridge-pattern",
               "a pattern is a map of fields, not " + std::string(name_of(pattern.kind())));
      return std::nullopt;
    }
    alternatives_.emplace_back();
    read_object(pattern, {}, Nesting::Outside);
    if (!problems_.empty()) return std::nullopt;
    return build(pattern.place());
  }

  const std::vector<Problem>& problems() const { return problems_; }
  const std::vector<Problem>& warnings() const { return warnings_; }

  // Why "$or" is no operator here, the first reason.
  const Problem* or_problem() const {
    for (const Problem& problem : problems_) {
      if (problem.code == "eventbridge-or") return &problem;
    }
    return nullptr;
  }

 private:
  enum class Nesting { Outside, InsideOr };
  // Fields by their path's text, which is the order they are judged in; the numbers count tests_.
  using Alternative = std::map<std::string, std::size_t>;

  void complain(Place place, std::string code, std::string message, std::string hint = {}) {
    problems_.push_back({place, std::move(code), std::move(message), std::move(hint)});
  }

  // An empty path swallows its dot, as in event-ruler: {"": {"a": [1]}} is the field a.
  static std::string join(const std::string& path, const std::string& key) {
    return path.empty() ? key : path + "." + key;
  }

  void warn_of_repeated(const Value::Member& member) {
    warnings_.push_back({member.key_place, "eventbridge-duplicate-key",
                         "the key \"" + member.key + "\" stands twice in one map",
                         member.key == kOr && meaning_ == OrMeaning::Operator
                             ? "both must be satisfied"
                             : "for fields named twice the last one stands"});
  }

  void give_up(Place place, std::string message) {
    complain(place, "eventbridge-limit", std::move(message), "write several rules");
    has_given_up_ = true;
  }

  void read_object(const Value& object, const std::string& path, Nesting nesting) {
    if (object.members().empty()) {
      complain(object.place(), "eventbridge-pattern", "an empty map says nothing about the event",
               "name a field, or leave it out");
    }
    std::set<std::string_view> keys;
    for (const Value::Member& member : object.members()) {
      if (has_given_up_) return;
      if (!keys.insert(member.key).second) warn_of_repeated(member);
      if (meaning_ == OrMeaning::Operator && member.key == kOr) {
        read_or(member, path);
      } else {
        read_field(member, path, nesting);
      }
    }
  }

  void read_field(const Value::Member& member, const std::string& path, Nesting nesting) {
    if (nesting == Nesting::InsideOr && is_reserved(member.key)) {
      complain(
          member.key_place, "eventbridge-or",
          "\"" + member.key + "\" is the name of an operator and cannot be a field inside \"$or\"",
          "an operator belongs in a list: field: [{" + member.key + ": ...}]");
      return;
    }
    const std::string name = join(path, member.key);
    if (member.value.is_object()) return read_object(member.value, name, nesting);
    if (member.value.is_array()) return read_list(member.value, name);
    complain(member.value.place(), "eventbridge-pattern",
             "\"" + member.key + "\" must be a map of fields or a list of values, not " +
                 std::string(name_of(member.value.kind())),
             "put the value in a list: [" + json::to_json(member.value) + "]");
  }

  void read_or(const Value::Member& member, const std::string& path) {
    const Value& list = member.value;
    if (!list.is_array() || list.items().size() < 2) {
      complain(list.place(), "eventbridge-or", "\"$or\" takes a list of at least two maps");
      return;
    }
    const std::vector<Alternative> before = std::move(alternatives_);
    std::vector<Alternative> all;
    for (const Value& item : list.items()) {
      if (!item.is_object()) {
        complain(item.place(), "eventbridge-or",
                 "\"$or\" joins maps of fields, not " + std::string(name_of(item.kind())));
        continue;
      }
      alternatives_ = before;
      read_object(item, path, Nesting::InsideOr);
      if (all.size() + alternatives_.size() > kPatternAlternativesMax) {
        give_up(member.key_place, "the \"$or\" of this pattern multiply to more than " +
                                      std::to_string(kPatternAlternativesMax) + " combinations");
        return;
      }
      all.insert(all.end(), alternatives_.begin(), alternatives_.end());
    }
    alternatives_ = std::move(all);
    if (alternatives_.empty()) alternatives_.emplace_back();
  }

  void read_list(const Value& list, const std::string& path) {
    FieldTest test;
    for (std::string_view key : base::split(path, '.'))
      test.path.emplace_back(key);
    if (list.items().empty()) {
      complain(list.place(), "eventbridge-value", "an empty list matches nothing",
               "name a value, or leave the field out");
    }
    for (const Value& item : list.items())
      read_item(item, test);
    tests_.push_back(std::move(test));
    for (Alternative& alternative : alternatives_) {
      alternative[path] = tests_.size() - 1;
      if (alternative.size() > kPatternFieldsMax) {
        return give_up(list.place(),
                       "a pattern has at most " + std::to_string(kPatternFieldsMax) + " fields");
      }
    }
  }

  void read_item(const Value& item, FieldTest& test) {
    switch (item.kind()) {
      case Value::Kind::Null:
        return add(test, literal(Literal::Type::Null, "null"));
      case Value::Kind::Bool:
        return add(test, *item.as_bool() ? literal(Literal::Type::True, "true")
                                         : literal(Literal::Type::False, "false"));
      case Value::Kind::Number:
        return add(test, literal(Literal::Type::Number, number_text(item)));
      case Value::Kind::String:
        return add(test, string_or_address(item.text()));
      case Value::Kind::Object:
        return read_operator(item, test);
      case Value::Kind::Array:
        return complain(item.place(), "eventbridge-value", "a list cannot stand in a list",
                        "write its values into the outer one");
    }
  }

  static void add(FieldTest& test, Predicate predicate) {
    test.any_of.push_back(std::move(predicate));
  }

  // The one member of an operator's map, or null and a complaint.
  const Value::Member* only_member(const Value& object) {
    if (object.members().size() == 1) return &object.members().front();
    if (object.members().empty()) {
      complain(object.place(), "eventbridge-operator", "an empty map is no operator");
    } else {
      complain(object.members()[1].key_place, "eventbridge-operator",
               "an operator stands alone in its map",
               "put \"" + object.members()[1].key + "\" into a map of its own");
    }
    return nullptr;
  }

  void unknown_operator(const Value::Member& member, const std::vector<std::string_view>& known,
                        const std::string& where) {
    const std::string meant = base::nearest(member.key, known);
    complain(member.key_place, "eventbridge-operator",
             "unknown operator \"" + member.key + "\"" + where,
             meant.empty() ? "known are: " + base::join({known.begin(), known.end()}, ", ")
                           : "did you mean \"" + meant + "\"?");
  }

  // The text an operator takes, or null and a complaint.
  const std::string* text_of(const Value& value, const std::string& name) {
    if (value.is_string()) return &value.text();
    complain(value.place(), "eventbridge-operator",
             name + " takes text, not " + std::string(name_of(value.kind())));
    return nullptr;
  }

  void read_operator(const Value& object, FieldTest& test) {
    const Value::Member* member = only_member(object);
    if (member == nullptr) return;
    const Value& value = member->value;
    const std::string& name = member->key;
    if (name == "exists") return read_exists(value, test);
    if (name == "anything-but") return read_anything_but(value, test);
    if (name == "numeric") return read_numeric(value, test);
    if (name == "cidr") return read_cidr(value, test);
    if ((name == "prefix" || name == "suffix") && value.is_object())
      return read_affix_ignoring_case(name, value, test);
    if (std::find(kOperators.begin(), kOperators.end(), name) == kOperators.end()) {
      return unknown_operator(*member, {kOperators.begin(), kOperators.end()}, "");
    }
    const std::string* text = text_of(value, name);
    if (text == nullptr) return;
    if (std::optional<Predicate> predicate = text_predicate(name, *text, value.place()))
      add(test, std::move(*predicate));
  }

  // One of the operators that take a text.
  std::optional<Predicate> text_predicate(std::string_view name, const std::string& text,
                                          Place place) {
    if (name == "exactly") return exactly(text);
    if (name == "prefix") return like(Glob::starts_with(text));
    if (name == "suffix") return like(Glob::ends_with(text));
    if (name == "equals-ignore-case") return equals_ignoring_case(text);
    const std::optional<Glob> glob = parse_wildcard(text, place);
    if (!glob) return std::nullopt;
    return like(*glob);
  }

  // * is any number of characters; \* and \\ are themselves; no other escapes, and no two * in a
  // row.
  std::optional<Glob> parse_wildcard(std::string_view text, Place place) {
    std::vector<Glob::Part> parts;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char next = i + 1 < text.size() ? text[i + 1] : '\0';
      if (text[i] == '*') {
        if (next == '*') {
          complain(place, "eventbridge-wildcard",
                   "two * in a row, at character " + std::to_string(i + 1),
                   "one * is enough; a literal one is \\*");
          return std::nullopt;
        }
        parts.push_back({Glob::Part::Kind::Any, {}});
      } else if (text[i] == '\\') {
        if (next != '*' && next != '\\') {
          complain(place, "eventbridge-wildcard",
                   "a \\ that escapes nothing, at character " + std::to_string(i + 1),
                   "a literal \\ is \\\\");
          return std::nullopt;
        }
        parts.push_back({Glob::Part::Kind::Literal, std::string(1, next)});
        ++i;
      } else {
        parts.push_back({Glob::Part::Kind::Literal, std::string(1, text[i])});
      }
    }
    return Glob(std::move(parts));
  }

  void read_affix_ignoring_case(const std::string& name, const Value& object, FieldTest& test) {
    const Value::Member* member = only_member(object);
    if (member == nullptr) return;
    if (member->key != "equals-ignore-case")
      return unknown_operator(*member, {"equals-ignore-case"}, " in " + name);
    const std::string* text = text_of(member->value, "equals-ignore-case");
    if (text == nullptr) return;
    add(test,
        like_ignoring_case(name == "prefix" ? Glob::starts_with(*text) : Glob::ends_with(*text)));
  }

  void read_exists(const Value& value, FieldTest& test) {
    const std::optional<bool> wanted = value.as_bool();
    if (!wanted)
      return complain(value.place(), "eventbridge-operator",
                      "exists takes true or false, not " + std::string(name_of(value.kind())));
    if (*wanted) return add(test, {HasValue{}});
    test.or_absent = true;
  }

  void read_cidr(const Value& value, FieldTest& test) {
    const std::string* text = text_of(value, "cidr");
    if (text == nullptr) return;
    const std::size_t slash = text->find('/');
    const std::optional<base::Address> address =
        pattern_address(std::string_view(*text).substr(0, slash));
    if (slash == std::string::npos || !address) {
      return complain(value.place(), "eventbridge-cidr", json::to_json(value) + " is no network",
                      "write one as 10.0.0.0/8 or 2001:db8::/32");
    }
    const std::optional<int> length = parse_length(std::string_view(*text).substr(slash + 1));
    const int length_max = address->is_v4 ? 31 : 127;
    if (!length || *length > length_max) {
      return complain(value.place(), "eventbridge-cidr",
                      "the length of this network must be from 0 to " + std::to_string(length_max),
                      length ? "a single address needs no cidr: write the address itself" : "");
    }
    add(test,
        {InNetwork{*base::parse_network(base::to_text(*address) + "/" + std::to_string(*length))}});
  }

  // The value of a number that compares, or nothing and a complaint.
  std::optional<double> number_of(const Value& value, const std::string& name) {
    if (!value.is_number()) {
      complain(value.place(), "eventbridge-number",
               name + " takes a number, not " + std::string(name_of(value.kind())));
      return std::nullopt;
    }
    const std::optional<double> number = comparable_number(number_text(value));
    if (!number) {
      complain(value.place(), "eventbridge-number",
               value.text() + " has more digits than comparisons keep",
               "to match exactly this number, put it into the list without an operator");
    }
    return number;
  }

  // [">", 0, "<=", 5], or half of it, or ["=", 3].
  void read_numeric(const Value& value, FieldTest& test) {
    const std::vector<Value>& terms = value.items();
    if (!value.is_array() || (terms.size() != 2 && terms.size() != 4)) {
      return complain(value.place(), "eventbridge-number",
                      "numeric takes a list of one or two comparisons",
                      R"(write [">", 0] or [">=", 0, "<", 10])");
    }
    if (!terms[0].is_string() || !is_comparison(terms[0].text())) {
      return complain(terms[0].place(), "eventbridge-number",
                      json::to_json(terms[0]) + " is no comparison",
                      "known are =, <, <=, > and >=");
    }
    const std::string& comparison = terms[0].text();
    const std::optional<double> number = number_of(terms[1], comparison);
    if (!number) return;
    if (terms.size() == 2 && comparison == "=")
      return add(test, literal(Literal::Type::Number, number_text(terms[1])));
    NumberIn range;
    const bool is_lower = comparison.starts_with('>');
    (is_lower ? range.lower : range.upper) = number;
    (is_lower ? range.lower_included : range.upper_included) = comparison.ends_with('=');
    if (terms.size() == 4 && !read_upper(terms, comparison, range)) return;
    add(test, {range});
  }

  static bool is_comparison(std::string_view text) {
    return text == "=" || text == "<" || text == "<=" || text == ">" || text == ">=";
  }

  // The second comparison, an upper bound behind a lower one.
  bool read_upper(const std::vector<Value>& terms, const std::string& first, NumberIn& range) {
    const bool is_upper =
        terms[2].is_string() && (terms[2].text() == "<" || terms[2].text() == "<=");
    if (!is_upper || !first.starts_with('>')) {
      complain(terms[is_upper ? 0 : 2].place(), "eventbridge-number",
               "of two comparisons the first is > or >=, the second < or <=");
      return false;
    }
    range.upper = number_of(terms[3], terms[2].text());
    range.upper_included = terms[2].text().ends_with('=');
    if (!range.upper) return false;
    if (*range.lower >= *range.upper) {
      complain(terms[3].place(), "eventbridge-number",
               "the upper bound must be above the lower one", "nothing lies between them");
      return false;
    }
    return true;
  }

  void read_anything_but(const Value& value, FieldTest& test) {
    AnythingBut but;
    const std::size_t problems_before = problems_.size();
    if (value.is_object()) {
      read_anything_but_operator(value, but);
    } else if (value.is_array() || value.is_string() || value.is_number()) {
      read_anything_but_values(value, but);
    } else {
      complain(value.place(), "eventbridge-operator",
               "anything-but takes text, a number, a list of them, or one operator");
    }
    if (problems_.size() == problems_before) add(test, {std::move(but)});
  }

  // The values themselves: all of them texts, or all of them numbers.
  void read_anything_but_values(const Value& value, AnythingBut& but) {
    const std::vector<Value> single = {value};
    const std::vector<Value>& values = value.is_array() ? value.items() : single;
    if (values.empty())
      return complain(value.place(), "eventbridge-value", "an empty list excludes nothing");
    for (const Value& each : values) {
      if (!each.is_string() && !each.is_number()) {
        return complain(
            each.place(), "eventbridge-operator",
            "anything-but excludes texts or numbers, not " + std::string(name_of(each.kind())));
      }
      if (each.kind() != values.front().kind()) {
        return complain(each.place(), "eventbridge-operator",
                        "anything-but excludes texts or numbers, not both at once",
                        "write two rules, or one kind only");
      }
      if (each.is_number() && !number_of(each, "anything-but")) return;
      but.none_of.push_back(each.is_string() ? exactly(each.text())
                                             : literal(Literal::Type::Number, number_text(each)));
    }
  }

  void read_anything_but_operator(const Value& object, AnythingBut& but) {
    const Value::Member* member = only_member(object);
    if (member == nullptr) return;
    const std::string& name = member->key;
    const bool is_known = name == "prefix" || name == "suffix" || name == "equals-ignore-case" ||
                          (name == "wildcard" && meaning_ == OrMeaning::Operator);
    if (!is_known)
      return unknown_operator(*member, {"prefix", "suffix", "equals-ignore-case", "wildcard"},
                              " in anything-but");

    const Value& value = member->value;
    const bool may_be_list = meaning_ == OrMeaning::Operator || name == "equals-ignore-case";
    if (!value.is_array() || !may_be_list) return exclude(name, value, but);
    if (value.items().empty())
      return complain(value.place(), "eventbridge-value", "an empty list excludes nothing");
    for (const Value& each : value.items())
      exclude(name, each, but);
  }

  void exclude(const std::string& name, const Value& value, AnythingBut& but) {
    const std::string* text = text_of(value, name);
    if (text == nullptr) return;
    if (text->empty() && (name == "prefix" || name == "suffix")) {
      return complain(value.place(), "eventbridge-operator", "every text has the empty " + name,
                      "name the " + name + " to exclude");
    }
    if (std::optional<Predicate> predicate = text_predicate(name, *text, value.place()))
      but.none_of.push_back(std::move(*predicate));
  }

  std::optional<Condition> build(Place place) {
    std::size_t predicates = 0;
    std::vector<Condition> conditions;
    for (const Alternative& alternative : alternatives_) {
      std::vector<FieldTest> fields;
      for (const auto& [path, test] : alternative) {
        predicates += 1 + tests_[test].any_of.size();
        if (predicates > kPatternPredicatesMax) {
          give_up(place, "the \"$or\" of this pattern multiply its values to more than " +
                             std::to_string(kPatternPredicatesMax));
          return std::nullopt;
        }
        fields.push_back(tests_[test]);
      }
      conditions.push_back(Condition::consistent(std::move(fields)));
    }
    return Condition::any_of(std::move(conditions));
  }

  OrMeaning meaning_;
  std::vector<Problem> problems_;
  std::vector<Problem> warnings_;
  std::vector<FieldTest> tests_;  // those overridden by a later one too
  std::vector<Alternative> alternatives_;
  bool has_given_up_ = false;  // a limit is reached: reading on would only cost time
};

struct Outcome {
  std::optional<Condition> condition;
  std::vector<Problem> problems;
  std::vector<Problem> warnings;
};

// Reads the pattern both ways where it must; the problems told are those of the way its author most
// likely meant.
Outcome read_object(const Value& pattern) {
  PatternReader reader(OrMeaning::Operator);
  std::optional<Condition> condition = reader.read(pattern);
  if (condition) return {std::move(condition), {}, reader.warnings()};
  if (reader.or_problem() != nullptr) {
    PatternReader as_field(OrMeaning::Field);
    condition = as_field.read(pattern);
    if (condition) {
      Outcome outcome = {std::move(condition), {}, as_field.warnings()};
      outcome.warnings.push_back(*reader.or_problem());
      outcome.warnings.back().hint =
          "\"$or\" is read as an ordinary field here, as EventBridge does";
      return outcome;
    }
  }
  return {std::nullopt, reader.problems(), reader.warnings()};
}

}  // namespace

std::optional<Condition> read_eventbridge(const Value& pattern, base::Diagnostics& diagnostics) {
  const Value* object = &pattern;
  std::optional<Value> parsed;
  if (pattern.is_string()) {
    base::Diagnostics inner;
    parsed = json::read_json(pattern.text(), inner, json::RepeatedKeys::Allowed);
    if (!parsed) {
      diagnostics.error(pattern.place(), "eventbridge-syntax",
                        "the pattern's text is not JSON: " + inner.all().front().message);
      return std::nullopt;
    }
    object = &*parsed;
  }
  const auto place_of = [&](const Problem& problem) {
    return parsed ? pattern.place() : problem.place;
  };

  const Outcome outcome = read_object(*object);
  for (const Problem& problem : outcome.problems) {
    diagnostics.error(place_of(problem), problem.code, problem.message, problem.hint);
  }
  for (const Problem& problem : outcome.warnings) {
    diagnostics.warning(place_of(problem), problem.code, problem.message, problem.hint);
  }
  return outcome.condition;
}

}  // namespace riposte::rule
