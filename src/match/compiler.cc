// Rules to a Program: equal atoms share one id, and every rule waits for the atoms it cannot hold
// without. Those are what the first look asks; what else a rule asks is left to the second look,
// unless it costs the first one next to nothing.

#include <algorithm>
#include <climits>
#include <iterator>
#include <string>
#include <unordered_map>

#include "match/program.h"

// Tested by src/match/matcher_test.cc

namespace riposte::match {
namespace {

using rule::Condition;
using rule::Dialect;
using rule::RuleIndex;

// The key under which rules find the facts of an event. What an event itself keeps there is not
// looked at: facts are ours.
constexpr std::string_view kFacts = "riposte";

// Atoms of which one must hold for a condition to hold, and how many events they let through: the
// fewer the better.
struct Necessary {
  std::vector<rule::Atom> atoms;
  unsigned breadth = 0;
};

unsigned breadth_of(const rule::Predicate& predicate) {
  return std::visit(
      [](const auto& test) -> unsigned {
        using Test = std::decay_t<decltype(test)>;
        if constexpr (std::is_same_v<Test, rule::TextIs> || std::is_same_v<Test, rule::Literal>)
          return 1;
        if constexpr (std::is_same_v<Test, rule::TextLike> ||
                      std::is_same_v<Test, rule::TextMatches> ||
                      std::is_same_v<Test, rule::InNetwork> ||
                      std::is_same_v<Test, rule::NumberIn>) {
          return 20;
        }
        return 1000;
      },
      predicate.test);
}

// Fields whose few values nearly every event carries: a rule should rather wait for another one.
unsigned breadth_of(const rule::FieldPath& path) {
  static constexpr std::string_view kCommon[] = {"eventSource",   "awsRegion",   "eventType",
                                                 "eventCategory", "readOnly",    "source",
                                                 "type",          "detail-type", "managementEvent"};
  const bool common = !path.empty() && std::find(std::begin(kCommon), std::end(kCommon),
                                                 path.back()) != std::end(kCommon);
  // What lies deeper costs a longer walk: taken only where it is much narrower.
  return (common ? 50 : 1) * static_cast<unsigned>(path.size() + 1);
}

// What lets so many events through is broad: a common field, nearly any value, or many patterns.
constexpr unsigned kBroad = 50;

// A test that one look-up answers together with all others of its kind.
bool is_cheap(const rule::Predicate& predicate) {
  return std::holds_alternative<rule::TextIs>(predicate.test) ||
         std::holds_alternative<rule::Literal>(predicate.test) ||
         std::holds_alternative<rule::Exists>(predicate.test) ||
         std::holds_alternative<rule::HasValue>(predicate.test);
}

// Whether one field alone decides: then it does not matter which array elements its values are in.
bool is_single(const Condition& condition) {
  return condition.kind == Condition::Kind::Consistent && condition.fields.size() == 1;
}

rule::Atom atom_of(const rule::FieldPath& path, const rule::Predicate& predicate) {
  return {Dialect::EventBridge, {path}, predicate};
}

class Compiler {
 public:
  Program compile(const std::vector<rule::RulePointer>& rules, std::vector<RuleIndex> asked) {
    program_.rules = std::move(asked);
    std::vector<bool> broad;
    for (RuleIndex index = 0; index < program_.rules.size(); ++index)
      broad.push_back(wait(index, *rules[program_.rules[index]]) >= kBroad);
    // Beyond this line it is known what the first look passes.
    for (RuleIndex index = 0; index < program_.rules.size(); ++index) {
      is_broad_ = broad[index];
      program_.roots.push_back(lower(rules[program_.rules[index]]->condition));
    }
    for (Look* look : {&program_.first, &program_.second}) {
      for (Dialect dialect : {Dialect::Sigma, Dialect::EventBridge}) {
        look->facts[static_cast<std::size_t>(dialect)] =
            look->fields.child(FieldTable::root(dialect), kFacts);
      }
      look->detail = look->fields.child(FieldTable::root(Dialect::EventBridge), "detail");
      look->indexes.resize(look->fields.size());
      for (std::optional<FieldIndex>& index : look->indexes) {
        if (index) index->build();
      }
      if (look->any_value) look->any_value->build();
    }
    return std::move(program_);
  }

 private:
  // ---- What a rule waits for: the atoms of the first look.

  // Gives how broad it is.
  unsigned wait(RuleIndex index, const rule::Rule& rule) {
    const std::optional<Necessary> necessary = necessary_of(rule.condition);
    if (!necessary) {
      program_.always.push_back(index);
      return UINT_MAX;
    }
    std::vector<AtomId> atoms;
    for (const rule::Atom& atom : necessary->atoms)
      atoms.push_back(intern(program_.first, first_, atom));
    std::sort(atoms.begin(), atoms.end());
    atoms.erase(std::unique(atoms.begin(), atoms.end()), atoms.end());
    for (AtomId atom : atoms)
      program_.waiting[atom].push_back(index);
    return necessary->breadth;
  }

  // Nothing: the condition may hold whatever fires.
  static std::optional<Necessary> necessary_of(const Condition& condition) {
    switch (condition.kind) {
      case Condition::Kind::And:
        return narrowest(condition.children);
      case Condition::Kind::Or:
        return all_together(condition.children);
      case Condition::Kind::Not:
        return std::nullopt;
      case Condition::Kind::Atom:
        return necessary_of(*condition.atom);
      case Condition::Kind::Consistent:
        return narrowest(condition.fields);
    }
    return std::nullopt;
  }

  static std::optional<Necessary> necessary_of(const rule::Atom& atom) {
    if (std::holds_alternative<rule::FieldRef>(atom.predicate.test)) return std::nullopt;
    unsigned breadth = 0;
    for (const rule::FieldPath& path : atom.paths)
      breadth += breadth_of(path) * breadth_of(atom.predicate);
    return Necessary{{atom}, breadth};
  }

  static std::optional<Necessary> necessary_of(const rule::FieldTest& test) {
    if (test.or_absent) return std::nullopt;
    Necessary all;
    for (const rule::Predicate& predicate : test.any_of)
      join(all, *necessary_of(atom_of(test.path, predicate)));
    return all;
  }

  // All must hold: the narrowest necessity will do.
  template <typename Part>
  static std::optional<Necessary> narrowest(const std::vector<Part>& parts) {
    std::optional<Necessary> best;
    for (const Part& part : parts) {
      std::optional<Necessary> necessary = necessary_of(part);
      if (necessary && (!best || necessary->breadth < best->breadth)) best = std::move(necessary);
    }
    return best;
  }

  // One must hold: all necessities together, if every one has some.
  static std::optional<Necessary> all_together(const std::vector<Condition>& children) {
    Necessary all;
    for (const Condition& child : children) {
      std::optional<Necessary> necessary = necessary_of(child);
      if (!necessary) return std::nullopt;
      join(all, std::move(*necessary));
    }
    return all;
  }

  static void join(Necessary& all, Necessary more) {
    std::move(more.atoms.begin(), more.atoms.end(), std::back_inserter(all.atoms));
    all.breadth += more.breadth;
  }

  // ---- The conditions, over atoms of both looks.

  std::uint32_t lower(const Condition& condition) {
    switch (condition.kind) {
      case Condition::Kind::And:
        return lower_all(Step::Kind::And, condition.children);
      case Condition::Kind::Or:
        return lower_all(Step::Kind::Or, condition.children);
      case Condition::Kind::Not:
        return push(Step::Kind::Not, {lower(condition.children.front())});
      case Condition::Kind::Atom:
        return lower_atom(*condition.atom);
      case Condition::Kind::Consistent:
        return is_single(condition) ? lower_field(condition.fields.front())
                                    : lower_pattern(condition);
    }
    return 0;
  }

  // Children that the first look answers come first: they may spare the second one.
  std::uint32_t lower_all(Step::Kind kind, const std::vector<Condition>& children) {
    std::vector<std::uint32_t> steps;
    steps.reserve(children.size());
    for (const Condition& child : children)
      steps.push_back(lower(child));
    std::stable_partition(steps.begin(), steps.end(),
                          [this](std::uint32_t step) { return !is_late(step); });
    return push(kind, steps);
  }

  bool is_late(std::uint32_t index) const {
    const Step& step = program_.steps[index];
    switch (step.kind) {
      case Step::Kind::And:
      case Step::Kind::Or:
      case Step::Kind::Not: {
        const auto begin = program_.children.begin() + step.first;
        return std::any_of(begin, begin + step.count,
                           [this](std::uint32_t child) { return is_late(child); });
      }
      case Step::Kind::Atom:
        return false;
      default:
        return true;
    }
  }

  std::uint32_t lower_atom(const rule::Atom& atom) {
    if (const auto* test = std::get_if<rule::FieldRef>(&atom.predicate.test)) {
      program_.references.push_back({late_fields(Dialect::Sigma, atom.paths),
                                     late_fields(Dialect::Sigma, test->paths), test->mode,
                                     test->ignore_case});
      return push_leaf(Step::Kind::Reference, program_.references.size() - 1);
    }
    if (is_first(atom)) return push_leaf(Step::Kind::Atom, intern(program_.first, first_, atom));
    return push_leaf(Step::Kind::LateAtom, intern_late(atom));
  }

  // Of the objects that the first look passes through anyway a cheap test more is nearly free. Of a
  // rule that many events are candidates for, any cheap test is cheaper than a second look.
  bool is_first(const rule::Atom& atom) const {
    if (first_.contains(meaning_of(atom))) return true;
    if (!is_cheap(atom.predicate)) return false;
    return is_broad_ ||
           std::all_of(atom.paths.begin(), atom.paths.end(), [&](const rule::FieldPath& path) {
             return program_.first.fields.passes(atom.dialect, path);
           });
  }

  // One field of a pattern that has no other: some value, or none where it may be absent.
  std::uint32_t lower_field(const rule::FieldTest& test) {
    std::vector<std::uint32_t> steps;
    for (const rule::Predicate& predicate : test.any_of)
      steps.push_back(lower_atom(atom_of(test.path, predicate)));
    if (test.or_absent) {
      const std::uint32_t present = lower_atom(atom_of(test.path, {rule::HasValue{}}));
      steps.push_back(push(Step::Kind::Not, {present}));
    }
    return push(Step::Kind::Or, steps);
  }

  std::uint32_t lower_pattern(const Condition& condition) {
    Pattern pattern;
    for (const rule::FieldTest& test : condition.fields) {
      Pattern::Field field;
      for (const rule::Predicate& predicate : test.any_of)
        field.any_of.push_back(intern_positioned(test.path, predicate));
      if (test.or_absent) field.present = intern_positioned(test.path, {rule::HasValue{}});
      field.id = program_.second.fields.add(Dialect::EventBridge, test.path);
      if (const auto guard = guard_of(test)) pattern.guards.push_back(*guard);
      pattern.fields.push_back(std::move(field));
    }
    program_.patterns.push_back(std::move(pattern));
    return push_leaf(Step::Kind::Pattern, program_.patterns.size() - 1);
  }

  // Nothing where the first look does not answer, or the field may be absent.
  std::optional<std::vector<AtomId>> guard_of(const rule::FieldTest& test) {
    if (test.or_absent) return std::nullopt;
    std::vector<AtomId> atoms;
    for (const rule::Predicate& predicate : test.any_of) {
      const rule::Atom atom = atom_of(test.path, predicate);
      if (!is_first(atom)) return std::nullopt;
      atoms.push_back(intern(program_.first, first_, atom));
    }
    return atoms;
  }

  AtomId intern_positioned(const rule::FieldPath& path, const rule::Predicate& predicate) {
    const AtomId id = intern_late(atom_of(path, predicate));
    program_.positioned[id] = true;
    return id;
  }

  AtomId intern_late(const rule::Atom& atom) {
    const AtomId id = intern(program_.second, second_, atom);
    if (program_.late_fields[id].empty())
      program_.late_fields[id] = late_fields(atom.dialect, atom.paths);
    return id;
  }

  std::vector<FieldId> late_fields(Dialect dialect, const std::vector<rule::FieldPath>& paths) {
    std::vector<FieldId> fields;
    fields.reserve(paths.size());
    for (const rule::FieldPath& path : paths)
      fields.push_back(path.empty() ? FieldTable::kNone
                                    : program_.second.fields.add(dialect, path));
    return fields;
  }

  static std::string meaning_of(const rule::Atom& atom) {
    std::string meaning = atom.dialect == Dialect::Sigma ? "sigma" : "eventbridge";
    for (const rule::FieldPath& path : atom.paths)
      meaning += '\n' + rule::to_text(path);
    return meaning + '\n' + rule::to_text(atom.predicate);
  }

  using Atoms = std::unordered_map<std::string, AtomId>;  // by meaning

  AtomId intern(Look& look, Atoms& atoms, const rule::Atom& atom) {
    const auto [found, is_new] = atoms.try_emplace(meaning_of(atom), program_.waiting.size());
    const AtomId id = found->second;
    if (!is_new) return id;
    program_.waiting.emplace_back();
    program_.late_fields.emplace_back();
    program_.positioned.push_back(false);
    for (const rule::FieldPath& path : atom.paths) {
      if (path.empty()) {
        if (!look.any_value) look.any_value.emplace(Dialect::Sigma);
        look.any_value->add(id, atom.predicate);
        continue;
      }
      const FieldId field = look.fields.add(atom.dialect, path);
      look.indexes.resize(look.fields.size());
      if (!look.indexes[field]) look.indexes[field].emplace(atom.dialect);
      look.indexes[field]->add(id, atom.predicate);
    }
    return id;
  }

  std::uint32_t push(Step::Kind kind, const std::vector<std::uint32_t>& children) {
    const auto first = static_cast<std::uint32_t>(program_.children.size());
    program_.children.insert(program_.children.end(), children.begin(), children.end());
    program_.steps.push_back({kind, first, static_cast<std::uint32_t>(children.size())});
    return static_cast<std::uint32_t>(program_.steps.size() - 1);
  }

  std::uint32_t push_leaf(Step::Kind kind, std::size_t operand) {
    program_.steps.push_back({kind, static_cast<std::uint32_t>(operand), 0});
    return static_cast<std::uint32_t>(program_.steps.size() - 1);
  }

  Program program_;
  bool is_broad_ = false;  // the rule that is being lowered
  Atoms first_;
  Atoms second_;
};

bool asks_bridge(const Condition& condition) {
  return condition.kind == Condition::Kind::Consistent ||
         std::any_of(condition.children.begin(), condition.children.end(), asks_bridge);
}

bool is_asked(const rule::Rule& rule, event::Format format) {
  return rule.log_source.covers(format) ||
         asks_bridge(rule.condition);  // a pattern names its source itself
}

}  // namespace

Programs compile(std::vector<rule::RulePointer> rules) {
  Programs all;
  for (std::size_t format = 0; format < all.by_format.size(); ++format) {
    std::vector<RuleIndex> asked;
    for (RuleIndex rule = 0; rule < rules.size(); ++rule) {
      if (is_asked(*rules[rule], static_cast<event::Format>(format))) asked.push_back(rule);
    }
    const auto same = std::find_if(all.programs.begin(), all.programs.end(),
                                   [&](const Program& program) { return program.rules == asked; });
    all.by_format[format] = static_cast<std::size_t>(same - all.programs.begin());
    if (same == all.programs.end())
      all.programs.push_back(Compiler().compile(rules, std::move(asked)));
  }
  all.rules = std::move(rules);
  return all;
}

}  // namespace riposte::match
