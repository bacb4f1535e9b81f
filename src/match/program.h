#pragma once

// What the compiler makes of a rule set and the matcher runs: tables only, no behaviour.
//
// Threads: immutable once compiled.

#include <cstdint>
#include <optional>
#include <vector>

#include "match/field_index.h"
#include "match/field_table.h"
#include "rule/hit.h"
#include "rule/rule.h"

namespace riposte::match {

// A node of a condition. All conditions lie in one row of steps; children are found through
// Program::children.
struct Step {
  enum class Kind : std::uint8_t { And, Or, Not, Atom, Reference, Pattern };
  Kind kind = Kind::And;
  std::uint32_t first =
      0;  // And, Or, Not: index into Program::children; others: the atom, reference or pattern
  std::uint32_t count = 0;  // And, Or, Not: how many children
};

// A field compared with another field of the same event (Sigma `fieldref`).
struct Reference {
  std::vector<rule::FieldPath> paths;
  rule::FieldRef test;
};

// One alternative of an EventBridge pattern.
struct Pattern {
  struct Field {
    std::vector<AtomId> any_of;  // one of them must hold ...
    std::optional<AtomId>
        present;  // ... or, where this is set, this one must not: the field is absent
  };
  std::vector<Field> fields;  // in the order of the condition's fields
};

struct Program {
  std::vector<rule::RulePointer> rules;
  std::vector<std::uint32_t> formats;  // by rule: one bit for each event::Format it is asked about

  FieldTable fields;
  std::vector<std::optional<FieldIndex>> indexes;  // by FieldId
  std::optional<FieldIndex> any_value;             // keywords

  std::vector<bool> positioned;  // by atom: a Pattern needs to know where it held
  std::vector<std::vector<rule::RuleIndex>> waiting;  // by atom: rules to look at when it holds
  std::vector<rule::RuleIndex> always;                // rules to look at for every event

  std::vector<Step> steps;
  std::vector<std::uint32_t> children;
  std::vector<std::uint32_t> roots;  // by rule: the first step of its condition
  std::vector<Reference> references;
  std::vector<Pattern> patterns;
};

Program compile(std::vector<rule::RulePointer> rules);

}  // namespace riposte::match
