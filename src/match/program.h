#pragma once

// What the compiler makes of a rule set and the matcher runs: tables only, no behaviour.
//
// An event is looked at twice at most. The first look asks only what decides whether a rule can
// hold at all, and nearly every event ends there. The second look is for the rules that are left:
// it asks their remaining fields.
//
// Threads: immutable once compiled.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "match/field_index.h"
#include "match/field_table.h"
#include "rule/hit.h"
#include "rule/rule.h"

namespace riposte::match {

// The fields of one look, and by field what is asked of its values.
struct Look {
  FieldTable fields;
  std::vector<std::optional<FieldIndex>> indexes;  // by FieldId
  std::optional<FieldIndex> any_value;             // keywords

  // By dialect: where the event's facts are mounted; and `detail` of the envelope. kNone where no
  // rule asks.
  std::array<FieldId, 2> facts = {FieldTable::kNone, FieldTable::kNone};
  FieldId detail = FieldTable::kNone;
};

// A node of a condition. All conditions lie in one row of steps; children are found through
// Program::children.
struct Step {
  enum class Kind : std::uint8_t { And, Or, Not, Atom, LateAtom, Reference, Pattern };
  Kind kind = Kind::And;
  std::uint32_t first =
      0;  // And, Or, Not: index into Program::children; others: the atom, reference or pattern
  std::uint32_t count = 0;  // And, Or, Not: how many children
};

// Two fields of the same event against each other (Sigma `fieldref`); of the second look. A field
// of kNone stands for any value.
struct Reference {
  std::vector<FieldId> fields;
  std::vector<FieldId> others;
  rule::FieldRef::Mode mode = rule::FieldRef::Mode::Equals;
  bool ignore_case = true;
};

// One alternative of an EventBridge pattern: several fields that must hold in the same array
// elements. Its atoms are of the second look.
struct Pattern {
  struct Field {
    FieldId id = 0;
    std::vector<AtomId> any_of;  // one of them must hold ...
    std::optional<AtomId>
        present;  // ... or, where this is set, this one must not: the field is absent
  };
  std::vector<Field> fields;  // in the order of the condition's fields
};

struct Program {
  std::vector<rule::RulePointer> rules;
  std::vector<std::uint32_t> formats;  // by rule: one bit for each event::Format it is asked about

  Look first;
  Look second;

  std::vector<std::vector<rule::RuleIndex>> waiting;  // by atom: rules to look at when it holds
  std::vector<std::vector<FieldId>> late_fields;  // by atom of the second look: where it is asked;
                                                  // kNone: of any value
  std::vector<bool> positioned;                   // by atom: a Pattern needs to know where it held
  // By format: rules to look at for every event of it.
  std::array<std::vector<rule::RuleIndex>, event::kFormatCount> always;

  std::vector<Step> steps;
  std::vector<std::uint32_t> children;
  std::vector<std::uint32_t> roots;  // by rule: the first step of its condition
  std::vector<Reference> references;
  std::vector<Pattern> patterns;
};

Program compile(std::vector<rule::RulePointer> rules);

}  // namespace riposte::match
