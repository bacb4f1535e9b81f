#include "rule/condition.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "json/writer.h"

namespace riposte::rule {

namespace {

// A condition of `kind` over the children, those of the same kind dissolved into it; a single child
// stands for itself.
Condition combine(Condition::Kind kind, std::vector<Condition> children) {
  std::vector<Condition> flat;
  flat.reserve(children.size());
  for (Condition& child : children) {
    if (child.kind == kind) {
      for (Condition& grandchild : child.children)
        flat.push_back(std::move(grandchild));
    } else {
      flat.push_back(std::move(child));
    }
  }
  if (flat.size() == 1) {
    Condition only = std::move(flat.front());
    return only;
  }
  Condition result;
  result.kind = kind;
  result.children = std::move(flat);
  return result;
}

}  // namespace

Condition Condition::all_of(std::vector<Condition> children) {
  return combine(Kind::And, std::move(children));
}

Condition Condition::any_of(std::vector<Condition> children) {
  return combine(Kind::Or, std::move(children));
}

Condition Condition::negate(Condition child) {
  if (child.kind == Kind::Not) {
    Condition inner = std::move(child.children.front());
    return inner;
  }
  Condition result;
  result.kind = Kind::Not;
  result.children.push_back(std::move(child));
  return result;
}

Condition Condition::of(Atom atom) {
  Condition result;
  result.kind = Kind::Atom;
  result.atom = std::move(atom);
  return result;
}

Condition Condition::consistent(std::vector<FieldTest> fields) {
  Condition result;
  result.kind = Kind::Consistent;
  result.fields = std::move(fields);
  return result;
}

namespace {

std::string cased(bool ignore_case) { return ignore_case ? "" : " (case-sensitive)"; }

std::string text_of(const TextIs& test) {
  return fmt::format("is {}{}", json::quoted(test.text), cased(test.ignore_case));
}

std::string text_of(const TextLike& test) {
  return fmt::format("is like {}{}", json::quoted(test.glob.to_text()), cased(test.ignore_case));
}

std::string text_of(const TextMatches& test) {
  const Regex::Flags flags = test.regex->flags();
  return fmt::format("matches /{}/{}{}{}", test.regex->expression(), flags.ignore_case ? "i" : "",
                     flags.multi_line ? "m" : "", flags.dot_matches_break ? "s" : "");
}

std::string text_of(const NumberIn& test) {
  const bool includes_both = test.lower_included && test.upper_included;
  if (test.lower && test.upper && *test.lower == *test.upper && includes_both)
    return fmt::format("= {}", *test.lower);
  std::string text;
  if (test.lower) text = fmt::format("{} {}", test.lower_included ? ">=" : ">", *test.lower);
  if (test.lower && test.upper) text += " and ";
  if (test.upper) text += fmt::format("{} {}", test.upper_included ? "<=" : "<", *test.upper);
  return text.empty() ? "is a number" : text;
}

std::string text_of(const InNetwork& test) { return "is within " + base::to_text(test.network); }

std::string text_of(const Exists&) { return "exists"; }

std::string text_of(const HasValue&) { return "has a value"; }

std::string_view name_of(TimePartIn::Part part) {
  switch (part) {
    case TimePartIn::Part::Minute:
      return "minute";
    case TimePartIn::Part::Hour:
      return "hour";
    case TimePartIn::Part::Day:
      return "day";
    case TimePartIn::Part::Week:
      return "week";
    case TimePartIn::Part::Month:
      return "month";
    case TimePartIn::Part::Year:
      return "year";
  }
  return "?";
}

std::string text_of(const TimePartIn& test) {
  return fmt::format("has {} {}", name_of(test.part), text_of(test.range));
}

std::string_view verb_of(FieldRef::Mode mode) {
  switch (mode) {
    case FieldRef::Mode::Equals:
      return "equals";
    case FieldRef::Mode::StartsWith:
      return "starts with";
    case FieldRef::Mode::EndsWith:
      return "ends with";
    case FieldRef::Mode::Contains:
      return "contains";
  }
  return "?";
}

// The alternatives after the first are where other shapes of the log keep the same field: noise to
// a reader.
std::string name_of(const std::vector<FieldPath>& paths) {
  return paths.empty() || paths.front().empty() ? "any value" : to_text(paths.front());
}

std::string text_of(const FieldRef& test) {
  return fmt::format("{} the field {}{}", verb_of(test.mode), name_of(test.paths),
                     cased(test.ignore_case));
}

std::string text_of(const Literal& test) {
  return "is exactly " + (test.type == Literal::Type::String ? json::quoted(test.text) : test.text);
}

std::string text_of(const AnythingBut& test) {
  std::vector<std::string> parts;
  for (const Predicate& predicate : test.none_of)
    parts.push_back(to_text(predicate));
  return fmt::format("is anything but ({})", base::join(parts, ", "));
}

std::string text_of(const FieldTest& field) {
  std::vector<std::string> parts;
  for (const Predicate& predicate : field.any_of)
    parts.push_back(to_text(predicate));
  if (field.or_absent) parts.emplace_back("is absent");
  return fmt::format("{} {}", to_text(field.path),
                     parts.empty() ? "never" : base::join(parts, " or "));
}

std::string joined(const std::vector<Condition>& children, std::string_view word) {
  std::vector<std::string> parts;
  parts.reserve(children.size());
  for (const Condition& child : children)
    parts.push_back(to_text(child));
  if (parts.size() == 1) return parts.front();
  return "(" + base::join(parts, word) + ")";
}

}  // namespace

bool asks_below(const Condition& condition, const FieldPath& prefix) {
  const auto is_below = [&prefix](const FieldPath& path) {
    return path.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
  };
  const auto child_asks = [&prefix](const Condition& child) { return asks_below(child, prefix); };
  const auto field_asks = [&is_below](const FieldTest& field) { return is_below(field.path); };
  if (condition.atom) {
    const auto* other = std::get_if<FieldRef>(&condition.atom->predicate.test);
    const std::vector<FieldPath>& paths = condition.atom->paths;
    if (std::any_of(paths.begin(), paths.end(), is_below)) return true;
    if (other != nullptr && std::any_of(other->paths.begin(), other->paths.end(), is_below))
      return true;
  }
  return std::any_of(condition.fields.begin(), condition.fields.end(), field_asks) ||
         std::any_of(condition.children.begin(), condition.children.end(), child_asks);
}

std::string to_text(const FieldPath& path) { return base::join(path, "."); }

std::string to_text(const Predicate& predicate) {
  return std::visit([](const auto& test) { return text_of(test); }, predicate.test);
}

std::string to_text(const Atom& atom) {
  return fmt::format("{} {}", name_of(atom.paths), to_text(atom.predicate));
}

std::string to_text(const Condition& condition) {
  switch (condition.kind) {
    case Condition::Kind::And:
      return condition.children.empty() ? "always" : joined(condition.children, " and ");
    case Condition::Kind::Or:
      return condition.children.empty() ? "never" : joined(condition.children, " or ");
    case Condition::Kind::Not:
      return "not " + to_text(condition.children.front());
    case Condition::Kind::Atom:
      return to_text(*condition.atom);
    case Condition::Kind::Consistent: {
      std::vector<std::string> parts;
      for (const FieldTest& field : condition.fields)
        parts.push_back(text_of(field));
      return "within the same elements (" + base::join(parts, "; ") + ")";
    }
  }
  return "?";
}

}  // namespace riposte::rule
