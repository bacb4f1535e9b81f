#include "match/matcher.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "event/envelope.h"
#include "match/consistency.h"
#include "match/program.h"
#include "match/value_memo.h"
#include "rule/fold.h"

namespace riposte::match {

using event::RawEvent;
using json::Kind;
using json::RawValue;
using rule::Dialect;
using rule::RuleIndex;

namespace {

// A value that the second look came by.
struct Capture {
  RawValue value;
  ElementId element = kNoElement;
  std::uint32_t next = 0;  // of the same field; 0: none
};

// Per field of the second look, valid while `epoch` is that of the event.
struct Captured {
  std::uint32_t epoch = 0;
  std::uint32_t first = 0;  // Scratch::State::captures; 0: none
  std::uint32_t asked = 0;  // the epoch in which its index was asked
};

}  // namespace

struct Scratch::State {
  std::uint32_t epoch = 0;
  std::vector<std::uint32_t>
      atom_epochs;  // an atom holds in this event when its epoch is the current one
  std::vector<std::uint32_t> rule_epochs;  // likewise: the rule is a candidate
  std::vector<RuleIndex> candidates;
  std::vector<AtomId> fired;
  TextScratch texts;
  ValueMemo memo;
  std::string unescaped;

  bool repeats_key = false;
  std::uint32_t object = 0;  // objects walked so far, over all events
  std::array<std::vector<std::uint32_t>, 2>
      seen;  // by look and field: the last object with this key

  // Of the second look.
  bool looked_twice = false;
  std::vector<Capture> captures;
  std::vector<Captured> captured;     // by field
  std::uint32_t any_value_asked = 0;  // the epoch in which keywords were asked
  Consistency consistency;
  ElementId element = kNoElement;                  // around the value under the walk
  std::vector<std::vector<ElementId>> places;      // by atom, of those that are positioned
  std::vector<std::vector<ElementId>> satisfying;  // by field of the pattern under judgement
  std::vector<FieldPlaces> field_places;

  std::uint32_t envelope_epoch = 0;
  event::EnvelopeMaker envelope_maker;
  RawValue envelope;
};

Scratch::Scratch() = default;
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

bool Scratch::repeats_key() const { return last_ != nullptr && last_->repeats_key; }

Scratch::State& Scratch::of(std::size_t program) {
  while (states_.size() <= program)
    states_.push_back(std::make_unique<State>());
  last_ = states_[program].get();
  return *last_;
}

namespace {

// Whether a key is not the plain name of one field: it contains a dot or an escape. It lies in a
// JSON text: 16 bytes behind it are readable.
bool is_compound(std::string_view key) {
  using Bytes [[gnu::vector_size(16)]] = char;
  using Words [[gnu::vector_size(16)]] = std::int64_t;
  for (std::size_t at = 0; at < key.size(); at += sizeof(Bytes)) {
    Bytes bytes;
    std::memcpy(&bytes, key.data() + at, sizeof bytes);
    const auto found = reinterpret_cast<Words>((bytes == '.') | (bytes == '\\'));
    if ((found[0] | found[1]) != 0) return key.find_first_of(".\\") != std::string_view::npos;
  }
  return false;
}

// Calls visit(value, field) for every value of an event that some rule asks for.
//
// `Visitor` also names the array elements on the way: enter_array(), enter_element(), leave().
template <typename Visitor>
class Walk {
 public:
  Walk(const Look& look, std::vector<std::uint32_t>& seen, Scratch::State& scratch,
       Visitor& visitor)
      : look_(look), fields_(look.fields), seen_(seen), scratch_(scratch), visitor_(visitor) {
    seen_.resize(fields_.size());
  }

  void event(const RawEvent& event, const RawValue& envelope) {
    const FieldId sigma = FieldTable::root(Dialect::Sigma);
    if (fields_.has_children(sigma)) {
      facts_ = look_.facts[sigma];
      members(event.record, sigma);
      if (event.facts && facts_ != FieldTable::kNone) value(event.facts, facts_);
    }
    const FieldId bridge = FieldTable::root(Dialect::EventBridge);
    if (fields_.has_children(bridge)) {
      visitor_.names_elements = true;
      facts_ = look_.facts[bridge];
      members(envelope, bridge);
      if (event.needs_envelope() && look_.detail != FieldTable::kNone)
        value(event.record, look_.detail);
      if (event.facts && facts_ != FieldTable::kNone) value(event.facts, facts_);
    }
  }

 private:
  void value(const RawValue& value, FieldId field) {
    visitor_.visit(value, field);
    if (!value.is_container()) return;
    if (value.is(Kind::Array)) {
      elements(value, field);
    } else if (fields_.has_children(field)) {
      members(value, field);
    }
  }

  void elements(const RawValue& array, FieldId field) {
    const auto outer = visitor_.enter_array();
    for (const RawValue element : json::elements(array)) {
      visitor_.enter_element(outer, element);
      value(element, field);
    }
    visitor_.leave(outer);
  }

  void members(const RawValue& object, FieldId field) {
    if (!object.is(Kind::Object)) {
      if (object.is(Kind::Array)) elements(object, field);
      return;
    }
    const std::uint32_t number = ++scratch_.object;
    const FieldId any = fields_.any_child(field);
    const FieldTable::Children children = fields_.children(field);
    const bool trusts_keys = !fields_.has_backslashes();
    for (const json::RawMember member : json::members(object)) {
      const std::string_view key = member.key;
      const FieldId child = children.find(key);
      const bool is_plain = child != FieldTable::kNone && trusts_keys;
      if (!is_plain && is_compound(key)) {
        std::string plain;
        json::append_unescaped(key, plain);
        compound(member.value, plain, field);
        continue;
      }
      if (child != FieldTable::kNone) {
        scratch_.repeats_key = scratch_.repeats_key || seen_[child] == number;
        seen_[child] = number;
        if (child != facts_) value(member.value, child);
      }
      if (any != FieldTable::kNone) value(member.value, any);
    }
  }

  // A key with dots stands for several keys: {"a.b": 1} is the field a.b, just like {"a": {"b":
  // 1}}.
  void compound(const RawValue& member, std::string_view key, FieldId field) {
    const std::size_t dot = key.find('.');
    for (FieldId next : {fields_.child(field, key.substr(0, dot)), fields_.any_child(field)}) {
      if (next == FieldTable::kNone || next == facts_) continue;
      if (dot == std::string_view::npos) {
        value(member, next);
      } else {
        compound(member, key.substr(dot + 1), next);
      }
    }
  }

  const Look& look_;
  const FieldTable& fields_;
  std::vector<std::uint32_t>& seen_;
  Scratch::State& scratch_;
  Visitor& visitor_;
  FieldId facts_ = FieldTable::kNone;  // below the root that is walked
};

// Calls visit(scalar) for every scalar in a value.
template <typename Visit>
void for_each_scalar(const RawValue& value, const Visit& visit) {
  if (value.is(Kind::Object)) {
    for (const json::RawMember member : json::members(value))
      for_each_scalar(member.value, visit);
  } else if (value.is(Kind::Array)) {
    for (const RawValue element : json::elements(value))
      for_each_scalar(element, visit);
  } else {
    visit(value);
  }
}

// One event's way through the program: the first look, the candidates, and where these leave
// something open the second look.
class Run {
 public:
  Run(const Program& program, const RawEvent& event, Scratch::State& scratch)
      : program_(program), event_(event), scratch_(scratch) {}

  void match(std::vector<rule::Hit>& hits) {
    begin();
    look_once();
    // Beyond this line the candidates are known.
    std::sort(scratch_.candidates.begin(), scratch_.candidates.end());
    for (RuleIndex rule : scratch_.candidates) {
      if (holds(program_.roots[rule])) hits.push_back({program_.rules[rule]});
    }
  }

 private:
  void begin() {
    scratch_.atom_epochs.resize(program_.waiting.size());
    scratch_.rule_epochs.resize(program_.rules.size());
    scratch_.captured.resize(program_.second.fields.size());
    scratch_.places.resize(program_.waiting.size());
    if (++scratch_.epoch == 0) {  // wrapped around: old marks would look new
      std::fill(scratch_.atom_epochs.begin(), scratch_.atom_epochs.end(), 0);
      std::fill(scratch_.rule_epochs.begin(), scratch_.rule_epochs.end(), 0);
      std::fill(scratch_.captured.begin(), scratch_.captured.end(), Captured());
      scratch_.any_value_asked = 0;
      scratch_.envelope_epoch = 0;
      scratch_.epoch = 1;
    }
    scratch_.repeats_key = false;
    scratch_.looked_twice = false;
    scratch_.candidates = program_.always;
    for (RuleIndex rule : scratch_.candidates)
      scratch_.rule_epochs[rule] = scratch_.epoch;
  }

  RawValue envelope() {
    if (!event_.needs_envelope()) return event_.envelope;
    if (scratch_.envelope_epoch != scratch_.epoch) {
      scratch_.envelope = scratch_.envelope_maker.make(event_.record);
      scratch_.envelope_epoch = scratch_.epoch;
    }
    return scratch_.envelope;
  }

  template <typename Visitor>
  void walk(const Look& look, std::size_t number, Visitor& visitor) {
    const bool asks_bridge = look.fields.has_children(FieldTable::root(Dialect::EventBridge));
    Walk<Visitor>(look, scratch_.seen[number], scratch_, visitor)
        .event(event_, asks_bridge ? envelope() : RawValue());
  }

  // ---- The first look.

  struct FirstLook {
    Run& run;
    bool names_elements = false;

    void visit(const RawValue& value, FieldId field) {
      const std::optional<FieldIndex>& index = run.program_.first.indexes[field];
      if (index) run.ask(*index, value);
    }
    int enter_array() { return 0; }
    void enter_element(int, const RawValue&) {}
    void leave(int) {}
  };

  void look_once() {
    FirstLook look{*this};
    walk(program_.first, 0, look);
    if (program_.first.any_value) {
      for_each_scalar(event_.record,
                      [this](const RawValue& scalar) { ask(*program_.first.any_value, scalar); });
    }
  }

  // Marks what holds for a value, and the rules that waited for it.
  void ask(const FieldIndex& index, const RawValue& value) {
    for (AtomId atom : test(index, value, {scratch_.atom_epochs, scratch_.epoch})) {
      if (held(atom)) continue;
      scratch_.atom_epochs[atom] = scratch_.epoch;
      for (RuleIndex rule : program_.waiting[atom]) {
        if (scratch_.rule_epochs[rule] == scratch_.epoch) continue;
        scratch_.rule_epochs[rule] = scratch_.epoch;
        scratch_.candidates.push_back(rule);
      }
    }
  }

  // The atoms that hold for a value, less some of those that are held.
  const std::vector<AtomId>& test(const FieldIndex& index, const RawValue& value,
                                  const HeldAtoms& held) {
    const Kind kind = value.kind();
    if (kind == Kind::String && index.tests_text()) {
      return scratch_.memo.answer(index, value.text(), [&]() -> const std::vector<AtomId>& {
        return compute(index, kind, value.text(scratch_.unescaped), {});
      });
    }
    if (kind == Kind::Object && index.needs_object_text())
      return compute(index, kind, value.compact_text(scratch_.unescaped), held);
    return compute(index, kind, kind < Kind::Array ? value.text() : std::string_view(), held);
  }

  const std::vector<AtomId>& compute(const FieldIndex& index, Kind kind, std::string_view text,
                                     const HeldAtoms& held) {
    scratch_.fired.clear();
    index.test(kind, text, scratch_.texts, scratch_.fired, held);
    return scratch_.fired;
  }

  bool held(AtomId atom) const { return scratch_.atom_epochs[atom] == scratch_.epoch; }

  // ---- The second look.

  struct SecondLook {
    struct Outer {
      ElementId element;
      ArrayId array;
    };

    Run& run;
    bool names_elements = false;

    void visit(const RawValue& value, FieldId field) { run.capture(value, field); }
    Outer enter_array() const {
      Scratch::State& scratch = run.scratch_;
      const ElementId outer = scratch.element;
      return {outer, names_elements ? scratch.consistency.open_array(outer) : 0};
    }
    void enter_element(const Outer& outer, const RawValue& element) const {
      if (!names_elements) return;
      run.scratch_.element = element.is_container()
                                 ? run.scratch_.consistency.open_element(outer.array)
                                 : outer.element;
    }
    void leave(const Outer& outer) const { run.scratch_.element = outer.element; }
  };

  void look_twice() {
    if (scratch_.looked_twice) return;
    scratch_.looked_twice = true;
    scratch_.captures.assign(1, Capture());
    scratch_.consistency.clear();
    SecondLook look{*this};
    walk(program_.second, 1, look);
  }

  void capture(const RawValue& value, FieldId field) {
    Captured& captured = scratch_.captured[field];
    if (captured.epoch != scratch_.epoch) captured = {scratch_.epoch, 0, 0};
    const auto index = static_cast<std::uint32_t>(scratch_.captures.size());
    scratch_.captures.push_back({value, scratch_.element, captured.first});
    captured.first = index;
  }

  // Calls `visit` for every capture of a field until it says true.
  template <typename Visit>
  bool any_capture(FieldId field, const Visit& visit) {
    const Captured& captured = scratch_.captured[field];
    if (captured.epoch != scratch_.epoch) return false;
    for (std::uint32_t at = captured.first; at != 0; at = scratch_.captures[at].next) {
      if (visit(scratch_.captures[at])) return true;
    }
    return false;
  }

  // Whether the atom holds, after its fields were asked for all their atoms.
  bool held_late(AtomId atom) {
    if (held(atom)) return true;
    look_twice();
    for (FieldId field : program_.late_fields[atom]) {
      if (field == FieldTable::kNone) {
        ask_any_value();
      } else {
        ask_late(field);
      }
    }
    return held(atom);
  }

  void ask_late(FieldId field) {
    Captured& captured = scratch_.captured[field];
    if (captured.epoch != scratch_.epoch || captured.asked == scratch_.epoch) return;
    captured.asked = scratch_.epoch;
    any_capture(field, [&](const Capture& capture) {
      ask_late(*program_.second.indexes[field], capture.value, capture.element);
      return false;
    });
  }

  void ask_late(const FieldIndex& index, const RawValue& value, ElementId element) {
    for (AtomId atom : test(index, value, {})) {
      if (program_.positioned[atom]) {
        if (!held(atom)) scratch_.places[atom].clear();
        scratch_.places[atom].push_back(element);
      }
      scratch_.atom_epochs[atom] = scratch_.epoch;
    }
  }

  void ask_any_value() {
    if (scratch_.any_value_asked == scratch_.epoch) return;
    scratch_.any_value_asked = scratch_.epoch;
    for_each_scalar(event_.record, [this](const RawValue& scalar) {
      ask_late(*program_.second.any_value, scalar, kNoElement);
    });
  }

  // ---- Conditions.

  bool holds(std::uint32_t index) {
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
      case Step::Kind::LateAtom:
        return held_late(step.first);
      case Step::Kind::Reference:
        return holds(program_.references[step.first]);
      case Step::Kind::Pattern:
        return holds(program_.patterns[step.first]);
    }
    return false;
  }

  // Each field must have some value, and all of them in the same array elements.
  bool holds(const Pattern& pattern) {
    for (const std::vector<AtomId>& guard : pattern.guards) {
      if (std::none_of(guard.begin(), guard.end(), [this](AtomId atom) { return held(atom); }))
        return false;
    }
    std::vector<std::vector<ElementId>>& satisfying = scratch_.satisfying;
    if (satisfying.size() < pattern.fields.size()) satisfying.resize(pattern.fields.size());
    scratch_.field_places.clear();
    look_twice();
    for (std::size_t i = 0; i < pattern.fields.size(); ++i) {
      const Pattern::Field& field = pattern.fields[i];
      ask_late(field.id);
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

  // The texts that a reference compares: of scalars that are not null, and of objects.
  template <typename Visit>
  bool any_text(const std::vector<FieldId>& fields, bool ignore_case, const Visit& visit) {
    const auto visit_value = [&](const RawValue& value) {
      if (value.is(Kind::Null) || value.is(Kind::Array)) return false;
      std::string buffer;
      const std::string text(value.is(Kind::Object) ? value.compact_text(buffer)
                                                    : value.text(buffer));
      return visit(ignore_case ? rule::fold(text) : text);
    };
    return std::any_of(fields.begin(), fields.end(), [&](FieldId field) {
      if (field != FieldTable::kNone) {
        return any_capture(field,
                           [&](const Capture& capture) { return visit_value(capture.value); });
      }
      bool any = false;
      for_each_scalar(event_.record,
                      [&](const RawValue& scalar) { any = any || visit_value(scalar); });
      return any;
    });
  }

  bool holds(const Reference& reference) {
    using Mode = rule::FieldRef::Mode;
    look_twice();
    return any_text(reference.fields, reference.ignore_case, [&](const std::string& left) {
      return any_text(reference.others, reference.ignore_case, [&](const std::string& right) {
        switch (reference.mode) {
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

  const Program& program_;
  const RawEvent& event_;
  Scratch::State& scratch_;
};

bool asks_facts(const Look& look) {
  return look.facts[0] != FieldTable::kNone || look.facts[1] != FieldTable::kNone;
}

}  // namespace

struct Matcher::State {
  Programs programs;
};

Matcher::Matcher(std::vector<rule::RulePointer> rules)
    : state_(new State{compile(std::move(rules))}) {}
Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

void Matcher::match(const RawEvent& event, Scratch& scratch, std::vector<rule::Hit>& hits) const {
  const Programs& all = state_->programs;
  const std::size_t number = all.by_format[static_cast<std::size_t>(event.format)];
  Run(all.programs[number], event, scratch.of(number)).match(hits);
}

bool Matcher::asks_facts() const {
  const std::vector<Program>& all = state_->programs.programs;
  return std::any_of(all.begin(), all.end(), [](const Program& program) {
    return match::asks_facts(program.first) || match::asks_facts(program.second);
  });
}

const std::vector<rule::RulePointer>& Matcher::rules() const { return state_->programs.rules; }

}  // namespace riposte::match
