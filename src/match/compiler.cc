// Rules to a Program: equal atoms share one id, and every rule waits for the atoms it cannot hold
// without.

#include <algorithm>
#include <map>
#include <string>

#include "match/program.h"

// Tested by src/match/matcher_test.cc

namespace riposte::match {
namespace {

using rule::Condition;
using rule::Dialect;
using rule::RuleIndex;

// Atoms of which one must hold for a condition to hold, and how many events they let through: the
// fewer the better.
struct Necessary {
  std::vector<AtomId> atoms;
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
  return common ? 50 : 1;
}

class Compiler {
 public:
  explicit Compiler(std::vector<rule::RulePointer> rules) {
    program_.rules = std::move(rules);
    program_.indexes.resize(2);
  }

  Program compile() {
    for (RuleIndex index = 0; index < program_.rules.size(); ++index)
      add(index, *program_.rules[index]);
    return std::move(program_);
  }

 private:
  void add(RuleIndex index, const rule::Rule& rule) {
    program_.formats.push_back(formats_of(rule));
    Lowered lowered = lower(rule.condition);
    program_.roots.push_back(lowered.step);
    if (!lowered.necessary) {
      program_.always.push_back(index);
      return;
    }
    std::vector<AtomId>& atoms = lowered.necessary->atoms;
    std::sort(atoms.begin(), atoms.end());
    atoms.erase(std::unique(atoms.begin(), atoms.end()), atoms.end());
    for (AtomId atom : atoms)
      program_.waiting[atom].push_back(index);
  }

  static bool asks_bridge(const Condition& condition) {
    return condition.kind == Condition::Kind::Consistent ||
           std::any_of(condition.children.begin(), condition.children.end(), asks_bridge);
  }

  static std::uint32_t formats_of(const rule::Rule& rule) {
    std::uint32_t formats = 0;
    const bool all = asks_bridge(rule.condition);  // a pattern names its source itself
    for (int format = 0; format < event::kFormatCount; ++format) {
      if (all || rule.log_source.covers(static_cast<event::Format>(format)))
        formats |= 1u << format;
    }
    return formats;
  }

  struct Lowered {
    std::uint32_t step = 0;
    std::optional<Necessary> necessary;  // nothing: the condition may hold whatever fires
  };

  Lowered lower(const Condition& condition) {
    switch (condition.kind) {
      case Condition::Kind::And:
        return lower_and(condition);
      case Condition::Kind::Or:
        return lower_or(condition);
      case Condition::Kind::Not:
        return {push(Step::Kind::Not, {lower(condition.children.front()).step}), std::nullopt};
      case Condition::Kind::Atom:
        return lower_atom(*condition.atom);
      case Condition::Kind::Consistent:
        return lower_pattern(condition);
    }
    return {};
  }

  // All children must hold: the narrowest of their necessities will do.
  Lowered lower_and(const Condition& condition) {
    std::vector<std::uint32_t> steps;
    std::optional<Necessary> best;
    for (const Condition& child : condition.children) {
      Lowered lowered = lower(child);
      steps.push_back(lowered.step);
      if (lowered.necessary && (!best || lowered.necessary->breadth < best->breadth))
        best = std::move(lowered.necessary);
    }
    return {push(Step::Kind::And, steps), std::move(best)};
  }

  // One child must hold: all their necessities together, if every one has some.
  Lowered lower_or(const Condition& condition) {
    std::vector<std::uint32_t> steps;
    std::optional<Necessary> all = Necessary();
    for (const Condition& child : condition.children) {
      Lowered lowered = lower(child);
      steps.push_back(lowered.step);
      if (!lowered.necessary) all.reset();
      if (all) join(*all, *lowered.necessary);
    }
    return {push(Step::Kind::Or, steps), std::move(all)};
  }

  Lowered lower_atom(const rule::Atom& atom) {
    if (const auto* test = std::get_if<rule::FieldRef>(&atom.predicate.test)) {
      program_.references.push_back({atom.paths, *test});
      return {push_leaf(Step::Kind::Reference, program_.references.size() - 1), std::nullopt};
    }
    const AtomId id = intern(atom);
    unsigned breadth = breadth_of(atom.predicate);
    for (const rule::FieldPath& path : atom.paths)
      breadth = std::max(breadth, breadth_of(path) * breadth_of(atom.predicate));
    return {push_leaf(Step::Kind::Atom, id), Necessary{{id}, breadth}};
  }

  Lowered lower_pattern(const Condition& condition) {
    Pattern pattern;
    std::optional<Necessary> best;
    for (const rule::FieldTest& test : condition.fields) {
      Pattern::Field field;
      Necessary necessary;
      for (const rule::Predicate& predicate : test.any_of) {
        const AtomId id = intern_positioned(test.path, predicate);
        field.any_of.push_back(id);
        join(necessary, {{id}, breadth_of(predicate) * breadth_of(test.path)});
      }
      if (test.or_absent) {
        field.present = intern_positioned(test.path, {rule::HasValue{}});
      } else if (!best || necessary.breadth < best->breadth) {
        best = std::move(necessary);
      }
      pattern.fields.push_back(std::move(field));
    }
    program_.patterns.push_back(std::move(pattern));
    return {push_leaf(Step::Kind::Pattern, program_.patterns.size() - 1), std::move(best)};
  }

  static void join(Necessary& all, const Necessary& more) {
    all.atoms.insert(all.atoms.end(), more.atoms.begin(), more.atoms.end());
    all.breadth += more.breadth;
  }

  AtomId intern_positioned(const rule::FieldPath& path, const rule::Predicate& predicate) {
    const AtomId id = intern({Dialect::EventBridge, {path}, predicate});
    program_.positioned[id] = true;
    return id;
  }

  AtomId intern(const rule::Atom& atom) {
    std::string meaning = atom.dialect == Dialect::Sigma ? "sigma" : "eventbridge";
    for (const rule::FieldPath& path : atom.paths)
      meaning += '\n' + rule::to_text(path);
    meaning += '\n' + rule::to_text(atom.predicate);
    const auto [found, is_new] = atoms_.try_emplace(std::move(meaning), program_.waiting.size());
    const AtomId id = found->second;
    if (!is_new) return id;
    program_.waiting.emplace_back();
    program_.positioned.push_back(false);
    for (const rule::FieldPath& path : atom.paths) {
      if (path.empty()) {
        if (!program_.any_value) program_.any_value.emplace(Dialect::Sigma);
        program_.any_value->add(id, atom.predicate);
        continue;
      }
      const FieldId field = program_.fields.add(atom.dialect, path);
      program_.indexes.resize(program_.fields.size());
      if (!program_.indexes[field]) program_.indexes[field].emplace(atom.dialect);
      program_.indexes[field]->add(id, atom.predicate);
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
  std::map<std::string, AtomId> atoms_;  // by meaning
};

}  // namespace

Program compile(std::vector<rule::RulePointer> rules) {
  return Compiler(std::move(rules)).compile();
}

}  // namespace riposte::match
