#include "match/matcher.h"

#include <algorithm>

#include "match/consistency.h"
#include "match/program.h"
#include "rule/fold.h"

namespace riposte::match {

using event::Event;
using json::Kind;
using json::Node;
using rule::Dialect;
using rule::RuleIndex;

struct Scratch::State {
  std::uint32_t epoch = 0;
  std::vector<std::uint32_t>
      atom_epochs;  // an atom holds in this event when its epoch is the current one
  std::vector<std::uint32_t> rule_epochs;  // likewise: the rule is a candidate
  std::vector<RuleIndex> candidates;
  std::vector<AtomId> fired;
  std::string buffer;

  // Of the walk along the EventBridge envelope: which array elements values stand in.
  Consistency consistency;
  ElementId element = kNoElement;                  // around the value under the walk
  std::vector<std::vector<ElementId>> places;      // by atom, of those that are positioned
  std::vector<std::vector<ElementId>> satisfying;  // by field of the pattern under judgement
  std::vector<FieldPlaces> field_places;
};

Scratch::Scratch() : state_(std::make_unique<State>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

namespace {

// Calls `visit` for every value at a path below `node`, arrays opened, until it says true.
template <typename Visit>
bool any_value_at(const Node& node, const rule::FieldPath& path, std::size_t depth,
                  const Visit& visit) {
  if (node.is(Kind::Array)) {
    for (const Node& element : json::children(node)) {
      if (any_value_at(element, path, depth, visit)) return true;
    }
    return false;
  }
  if (depth == path.size()) return visit(node);
  if (!node.is(Kind::Object)) return false;
  for (const Node& child : json::children(node)) {
    std::string_view rest = child.key;
    std::size_t used = depth;
    while (used < path.size()) {
      const std::size_t dot = rest.find('.');
      if (path[used] != "*" && path[used] != rest.substr(0, dot)) break;
      ++used;
      if (dot == std::string_view::npos) {
        if (any_value_at(child, path, used, visit)) return true;
        break;
      }
      rest.remove_prefix(dot + 1);
    }
  }
  return false;
}

// The same for the texts of a Sigma field: of the record, of the facts, or (no keys at all) of
// every scalar.
template <typename Visit>
bool any_text_at(const Event& event, const rule::FieldPath& path, const Visit& visit) {
  const auto visit_text = [&](const Node& value) {
    if (value.is(Kind::Object)) return visit(json::compact(value));
    return !value.is(Kind::Null) && visit(value.text);
  };
  if (path.empty()) {
    const Node* begin = event.record;
    return std::any_of(begin, begin + begin->size, [&](const Node& value) {
      return !value.is_container() && visit_text(value);
    });
  }
  const bool is_fact = path.front() == "riposte";
  const Node* root = is_fact ? event.facts : event.record;
  return root != nullptr && any_value_at(*root, path, is_fact ? 1 : 0, visit_text);
}

template <typename Visit>
bool any_text_at(const Event& event, const std::vector<rule::FieldPath>& paths,
                 const Visit& visit) {
  return std::any_of(paths.begin(), paths.end(),
                     [&](const rule::FieldPath& path) { return any_text_at(event, path, visit); });
}

bool reference_holds(const Reference& reference, const Event& event) {
  using Mode = rule::FieldRef::Mode;
  const bool ignore_case = reference.test.ignore_case;
  return any_text_at(event, reference.paths, [&](std::string_view text) {
    const std::string left = ignore_case ? rule::fold(text) : std::string(text);
    return any_text_at(event, reference.test.paths, [&](std::string_view other) {
      const std::string right = ignore_case ? rule::fold(other) : std::string(other);
      switch (reference.test.mode) {
        case Mode::Equals:
          return left == right;
        case Mode::StartsWith:
          return left.starts_with(right);
        case Mode::EndsWith:
          return left.ends_with(right);
        case Mode::Contains:
          return left.find(right) != std::string::npos;
      }
      return false;
    });
  });
}

// One event's way through the program: the walk, then the conditions.
class Run {
 public:
  Run(const Program& program, const Event& event, Scratch::State& scratch)
      : program_(program), event_(event), scratch_(scratch) {}

  void match(std::vector<rule::Hit>& hits) {
    begin();
    walk_event();
    // Beyond this line every atom of the event is known.
    std::sort(scratch_.candidates.begin(), scratch_.candidates.end());
    const std::uint32_t format = 1u << static_cast<unsigned>(event_.format);
    for (RuleIndex rule : scratch_.candidates) {
      if ((program_.formats[rule] & format) != 0 && holds(program_.roots[rule]))
        hits.push_back({rule});
    }
  }

 private:
  void begin() {
    scratch_.atom_epochs.resize(program_.waiting.size());
    scratch_.rule_epochs.resize(program_.rules.size());
    if (++scratch_.epoch == 0) {  // wrapped around: old marks would look new
      std::fill(scratch_.atom_epochs.begin(), scratch_.atom_epochs.end(), 0);
      std::fill(scratch_.rule_epochs.begin(), scratch_.rule_epochs.end(), 0);
      scratch_.epoch = 1;
    }
    scratch_.candidates = program_.always;
    for (RuleIndex rule : program_.always)
      scratch_.rule_epochs[rule] = scratch_.epoch;
    scratch_.places.resize(program_.waiting.size());
    scratch_.consistency.clear();
  }

  void walk_event() {
    const FieldId sigma = FieldTable::root(Dialect::Sigma);
    if (program_.fields.has_children(sigma)) {
      walk(*event_.record, sigma);
      if (event_.facts != nullptr) walk_key(*event_.facts, "riposte", sigma);
    }
    if (program_.any_value) walk_everything(*event_.record);
    const FieldId bridge = FieldTable::root(Dialect::EventBridge);
    if (program_.fields.has_children(bridge)) {
      names_elements_ = true;
      walk(*event_.envelope, bridge);
      if (event_.envelope_is_made) walk_key(*event_.record, "detail", bridge);
      if (event_.facts != nullptr) walk_key(*event_.facts, "riposte", bridge);
    }
  }

  void walk(const Node& node, FieldId field) {
    if (const std::optional<FieldIndex>& index = program_.indexes[field]) {
      scratch_.fired.clear();
      index->test(node, scratch_.buffer, scratch_.fired);
      fire();
    }
    if (node.is(Kind::Object)) {
      if (program_.fields.has_children(field)) walk_members(node, field);
    } else if (node.is(Kind::Array)) {
      walk_elements(node, field);
    }
  }

  void walk_elements(const Node& array, FieldId field) {
    if (!names_elements_) {
      for (const Node& element : json::children(array))
        walk(element, field);
      return;
    }
    const ElementId outer = scratch_.element;
    const ArrayId id = scratch_.consistency.open_array(outer);
    for (const Node& element : json::children(array)) {
      scratch_.element = element.is_container() ? scratch_.consistency.open_element(id) : outer;
      walk(element, field);
    }
    scratch_.element = outer;
  }

  void walk_members(const Node& object, FieldId field) {
    for (const Node& child : json::children(object))
      walk_key(child, child.key, field);
  }

  // A key with dots stands for several keys: {"a.b": 1} is the field a.b, just like {"a": {"b":
  // 1}}.
  void walk_key(const Node& child, std::string_view key, FieldId field) {
    const std::size_t dot = key.find('.');
    for (FieldId next :
         {program_.fields.child(field, key.substr(0, dot)), program_.fields.any_child(field)}) {
      if (next == FieldTable::kNone) continue;
      if (dot == std::string_view::npos) {
        walk(child, next);
      } else {
        walk_key(child, key.substr(dot + 1), next);
      }
    }
  }

  void walk_everything(const Node& node) {
    for (const Node* value = &node; value != &node + node.size; ++value) {
      if (value->is_container()) continue;
      scratch_.fired.clear();
      program_.any_value->test(*value, scratch_.buffer, scratch_.fired);
      fire();
    }
  }

  void fire() {
    for (AtomId atom : scratch_.fired) {
      const bool first = scratch_.atom_epochs[atom] != scratch_.epoch;
      if (program_.positioned[atom]) {
        if (first) scratch_.places[atom].clear();
        scratch_.places[atom].push_back(scratch_.element);
      }
      if (!first) continue;
      scratch_.atom_epochs[atom] = scratch_.epoch;
      for (RuleIndex rule : program_.waiting[atom]) {
        if (scratch_.rule_epochs[rule] == scratch_.epoch) continue;
        scratch_.rule_epochs[rule] = scratch_.epoch;
        scratch_.candidates.push_back(rule);
      }
    }
  }

  bool held(AtomId atom) const { return scratch_.atom_epochs[atom] == scratch_.epoch; }

  bool holds(std::uint32_t index) const {
    const Step& step = program_.steps[index];
    const auto begin = program_.children.begin() + step.first;
    const auto child_holds = [this](std::uint32_t child) { return holds(child); };
    switch (step.kind) {
      case Step::Kind::And:
        return std::all_of(begin, begin + step.count, child_holds);
      case Step::Kind::Or:
        return std::any_of(begin, begin + step.count, child_holds);
      case Step::Kind::Not:
        return !child_holds(*begin);
      case Step::Kind::Atom:
        return held(step.first);
      case Step::Kind::Reference:
        return reference_holds(program_.references[step.first], event_);
      case Step::Kind::Pattern:
        return holds(program_.patterns[step.first]);
    }
    return false;
  }

  // Each field must have some value, and all of them in the same array elements.
  bool holds(const Pattern& pattern) const {
    std::vector<std::vector<ElementId>>& satisfying = scratch_.satisfying;
    if (satisfying.size() < pattern.fields.size()) satisfying.resize(pattern.fields.size());
    scratch_.field_places.clear();
    for (std::size_t i = 0; i < pattern.fields.size(); ++i) {
      const Pattern::Field& field = pattern.fields[i];
      satisfying[i].clear();
      for (AtomId atom : field.any_of) {
        if (held(atom))
          satisfying[i].insert(satisfying[i].end(), scratch_.places[atom].begin(),
                               scratch_.places[atom].end());
      }
      if (satisfying[i].empty() && !field.present) return false;
      FieldPlaces places{satisfying[i], field.present.has_value(), {}};
      if (field.present && held(*field.present)) places.present = scratch_.places[*field.present];
      scratch_.field_places.push_back(places);
    }
    return scratch_.consistency.holds(scratch_.field_places);
  }

  const Program& program_;
  const Event& event_;
  Scratch::State& scratch_;
  bool names_elements_ = false;
};

}  // namespace

struct Matcher::State {
  Program program;
};

Matcher::Matcher(std::vector<rule::RulePointer> rules)
    : state_(new State{compile(std::move(rules))}) {}
Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

void Matcher::match(const Event& event, Scratch& scratch, std::vector<rule::Hit>& hits) const {
  Run(state_->program, event, *scratch.state_).match(hits);
}

const std::vector<rule::RulePointer>& Matcher::rules() const { return state_->program.rules; }

}  // namespace riposte::match
