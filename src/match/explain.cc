#include "match/explain.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "match/reference_matcher.h"

namespace riposte::match {
namespace {

using event::Event;
using json::Kind;
using json::Node;
using rule::Condition;
using rule::Dialect;
using rule::FieldPath;

constexpr std::size_t kFoundShown = 4;         // values of one field
constexpr std::size_t kAlternativesShown = 6;  // that one field may be
constexpr std::size_t kReasonsShown = 3;       // atoms that a reason names
constexpr std::string_view kAnyValue = "any value";

// Every value at `path` below `node`: arrays are taken apart, and a key with dots stands for
// several keys. An empty array is shown as it is.
void find_values(const Node& node, const FieldPath& path, std::size_t depth,
                 std::vector<const Node*>& found) {
  if (node.is(Kind::Array) && (node.size > 1 || depth < path.size())) {
    for (const Node& element : json::children(node))
      find_values(element, path, depth, found);
  } else if (depth == path.size()) {
    found.push_back(&node);
  } else if (node.is(Kind::Object)) {
    for (const Node& member : json::children(node)) {
      std::size_t reached = depth;
      const std::vector<std::string_view> keys = base::split(member.key, '.');
      const bool leads_there = std::all_of(keys.begin(), keys.end(), [&](std::string_view key) {
        if (reached == path.size() || (path[reached] != "*" && path[reached] != key)) return false;
        ++reached;
        return true;
      });
      if (leads_there) find_values(member, path, reached, found);
    }
  }
}

std::vector<const Node*> values_at(const FieldPath& path, Dialect dialect, const Event& event) {
  std::vector<const Node*> found;
  if (!path.empty() && path.front() == "riposte") {
    if (event.facts != nullptr) find_values(*event.facts, path, 1, found);
  } else if (dialect == Dialect::Sigma) {
    find_values(*event.record, path, 0, found);
  } else if (event.envelope_is_made && !path.empty() && path.front() == "detail") {
    find_values(*event.record, path, 1, found);
  } else {
    find_values(*event.envelope, path, 0, found);
  }
  return found;
}

// Of keywords, which look at every value: those that satisfy the condition.
std::vector<const Node*> satisfying_values(const Condition& condition, const Event& event) {
  std::vector<const Node*> found;
  Event alone = event;
  for (const Node* node = event.record; node != event.record + event.record->size; ++node) {
    alone.record = node;
    if (!node->is_container() && ReferenceMatcher::holds(condition, alone)) found.push_back(node);
  }
  return found;
}

// One field, and what it may be.
struct Field {
  std::vector<FieldPath> paths;
  Dialect dialect = Dialect::Sigma;
  std::vector<Condition> alternatives;  // each of them one predicate on this field
  std::vector<std::string> texts;       // of the alternatives, without the name of the field
};

std::string name_of(const Field& field) {
  const FieldPath& path = field.paths.front();
  return path.empty() ? std::string(kAnyValue) : rule::to_text(path);
}

// The alternatives that hold come first: who reads on wants those.
std::string describe(const Field& field, const std::vector<bool>& holding) {
  std::vector<std::string> shown;
  for (const bool wanted : {true, false}) {
    for (std::size_t i = 0; i < field.texts.size(); ++i) {
      if (holding[i] == wanted && shown.size() < kAlternativesShown)
        shown.push_back(field.texts[i]);
    }
  }
  const std::size_t hidden = field.texts.size() - shown.size();
  return fmt::format("{} {}{}", name_of(field), base::join(shown, " or "),
                     hidden > 0 ? fmt::format(" or {} more", hidden) : "");
}

Verdict judge(const Field& field, const Event& event) {
  Verdict verdict;
  verdict.kind = Verdict::Kind::Field;
  std::vector<bool> holding;
  for (const Condition& alternative : field.alternatives) {
    holding.push_back(ReferenceMatcher::holds(alternative, event));
    verdict.holds = verdict.holds || holding.back();
  }
  verdict.text = describe(field, holding);

  verdict.anywhere = field.paths.front().empty();

  std::set<std::string> seen;
  for (const FieldPath& path : field.paths) {
    const std::vector<const Node*> values =
        verdict.anywhere ? satisfying_values(Condition::any_of(field.alternatives), event)
                         : values_at(path, field.dialect, event);
    for (const Node* value : values) {
      std::string text = json::compact(*value);
      if (!seen.insert(text).second) continue;
      ++verdict.found_count;
      if (verdict.found.size() < kFoundShown) verdict.found.push_back(std::move(text));
    }
  }
  return verdict;
}

Field field_of(const rule::Atom& atom) { return {atom.paths, atom.dialect, {}, {}}; }

void add(const Condition& atom, Field& field) {
  field.alternatives.push_back(atom);
  field.texts.push_back(rule::to_text(atom.atom->predicate));
}

Field field_of(const rule::FieldTest& test) {
  Field field{{test.path}, Dialect::EventBridge, {}, {}};
  for (const rule::Predicate& predicate : test.any_of) {
    field.alternatives.push_back(
        Condition::consistent({{.path = test.path, .any_of = {predicate}}}));
    field.texts.push_back(rule::to_text(predicate));
  }
  if (test.or_absent) {
    field.alternatives.push_back(
        Condition::consistent({{.path = test.path, .any_of = {}, .or_absent = true}}));
    field.texts.emplace_back("is absent");
  }
  return field;
}

Verdict judge(const Condition& condition, const Event& event);

std::vector<Verdict> judge_all(const std::vector<Condition>& conditions, const Event& event) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(conditions.size());
  for (const Condition& condition : conditions)
    verdicts.push_back(judge(condition, event));
  return verdicts;
}

// Neighbours that ask for the same field become one.
std::vector<Verdict> judge_alternatives(const std::vector<Condition>& conditions,
                                        const Event& event) {
  std::vector<Verdict> verdicts;
  for (std::size_t i = 0; i < conditions.size();) {
    if (conditions[i].kind != Condition::Kind::Atom) {
      verdicts.push_back(judge(conditions[i++], event));
      continue;
    }
    Field field = field_of(*conditions[i].atom);
    while (i < conditions.size() && conditions[i].kind == Condition::Kind::Atom &&
           conditions[i].atom->paths == field.paths &&
           conditions[i].atom->dialect == field.dialect) {
      add(conditions[i++], field);
    }
    verdicts.push_back(judge(field, event));
  }
  return verdicts;
}

Verdict judge(const Condition& condition, const Event& event) {
  Verdict verdict;
  verdict.holds = ReferenceMatcher::holds(condition, event);
  switch (condition.kind) {
    case Condition::Kind::Atom: {
      Field field = field_of(*condition.atom);
      add(condition, field);
      return judge(field, event);
    }
    case Condition::Kind::And:
      verdict.text = condition.children.empty() ? "always" : "all of";
      verdict.children = judge_all(condition.children, event);
      break;
    case Condition::Kind::Or:
      verdict.kind = Verdict::Kind::AnyOf;
      verdict.text = condition.children.empty() ? "never: there is nothing it could be" : "any of";
      verdict.children = judge_alternatives(condition.children, event);
      break;
    case Condition::Kind::Not:
      verdict.kind = Verdict::Kind::Not;
      verdict.text = "not";
      verdict.children = judge_all(condition.children, event);
      break;
    case Condition::Kind::Consistent:
      verdict.text = "all of, within the same elements of arrays";
      for (const rule::FieldTest& field : condition.fields) {
        verdict.children.push_back(judge(field_of(field), event));
      }
      break;
  }
  const bool is_only_field =
      verdict.children.size() == 1 && verdict.children.front().kind == Verdict::Kind::Field;
  if (is_only_field && verdict.kind != Verdict::Kind::Not) {
    Verdict only = std::move(verdict.children.front());
    return only;
  }
  return verdict;
}

std::string why(const Verdict& verdict);

// What keeps a verdict from holding: the first thing in the way.
std::string why_not(const Verdict& verdict) {
  switch (verdict.kind) {
    case Verdict::Kind::Field:
      return fmt::format(
          "no {} ({})",
          std::string_view(verdict.text).substr(verdict.anywhere ? kAnyValue.find("value") : 0),
          found_text(verdict));
    case Verdict::Kind::Not:
      return "what it excludes is there: " + why(verdict.children.front());
    case Verdict::Kind::AnyOf:
      if (verdict.children.empty()) return "it can never hold";
      return fmt::format("none of {} alternatives holds; the first: {}", verdict.children.size(),
                         why_not(verdict.children.front()));
    case Verdict::Kind::AllOf:
      break;
  }
  for (const Verdict& child : verdict.children) {
    if (!child.holds) return why_not(child);
  }
  return "each field holds, but not within the same elements of arrays";
}

// What makes a verdict hold: one way in which it does.
std::string why(const Verdict& verdict) {
  switch (verdict.kind) {
    case Verdict::Kind::Field:
      return verdict.text;
    case Verdict::Kind::Not:
      return "nothing it excludes is there";
    case Verdict::Kind::AnyOf:
      for (const Verdict& child : verdict.children) {
        if (child.holds) return why(child);
      }
      return "";
    case Verdict::Kind::AllOf:
      break;
  }
  std::vector<std::string> parts;
  for (const Verdict& child : verdict.children) {
    if (child.kind != Verdict::Kind::Not && parts.size() < kReasonsShown)
      parts.push_back(why(child));
  }
  const std::size_t hidden = verdict.children.size() - parts.size();
  if (parts.empty())
    return verdict.children.empty() ? "it always holds" : "nothing it excludes is there";
  return base::join(parts, ", ") + (hidden > 0 ? fmt::format(", and {} more", hidden) : "");
}

// A pattern asks for what it is about itself; its rule's log source decides nothing.
bool is_pattern(const Condition& condition) {
  return condition.kind == Condition::Kind::Consistent ||
         std::any_of(condition.children.begin(), condition.children.end(), is_pattern);
}

std::string reason_of(const rule::Rule& rule, const Explanation& explanation) {
  if (rule.correlation)
    return "it is a correlation: one event cannot say whether it fires";
  if (!explanation.log_source_covers) return "its log source does not cover this event";
  return explanation.condition.holds ? why(explanation.condition) : why_not(explanation.condition);
}

}  // namespace

std::string found_text(const Verdict& field) {
  if (field.found_count == 0) return field.anywhere ? "found nowhere" : "the field is absent";
  const std::size_t hidden = field.found_count - field.found.size();
  return fmt::format("found {}{}", base::join(field.found, ", "),
                     hidden > 0 ? fmt::format(" and {} more", hidden) : "");
}

Explanation explain(const rule::RulePointer& rule, const Event& event) {
  std::vector<rule::Hit> hits;
  ReferenceMatcher({rule}).match(event, hits);
  Explanation explanation;
  explanation.fires = !hits.empty();
  explanation.log_source_covers =
      is_pattern(rule->condition) || rule->log_source.covers(event.format);
  explanation.condition = judge(rule->condition, event);
  explanation.reason = reason_of(*rule, explanation);
  return explanation;
}

}  // namespace riposte::match
