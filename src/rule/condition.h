#pragma once

// What to look for, whatever language it was written in: a tree of conditions over (field,
// predicate) atoms.
//
//     selection and not filter          And
//                                      /   \.
//         eventName: Stop*   ->     Atom    Not
//                                            |
//                                          Atom
//
// An atom is existential: it holds when SOME value of its field satisfies its predicate. Absence is
// the negation of an atom, never an atom. Fields pass through arrays: every element counts as a
// value of the field.
//
// The one thing existence cannot say is which array element a value came from. EventBridge demands
// that the fields of a pattern be satisfied within the same elements; such a conjunction is one
// Consistent node.
//
// Threads: immutable once built.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/network.h"
#include "rule/glob.h"
#include "rule/regex.h"

namespace riposte::rule {

// Whose rules of comparison apply.
//
// Sigma: the field starts at the record (what an EventBridge envelope holds in `detail`). Values
// are compared as text: a number or boolean as written, an object as its compact JSON; null has no
// text. `riposte.` fields are the event's facts.
//
// EventBridge: the field starts at the envelope. Types are kept apart ("1" is not 1), and only
// scalars are values.
enum class Dialect : std::uint8_t { Sigma, EventBridge };

// Keys from the root down, array positions left out. A key of the event that contains dots counts
// as several keys. Empty: any value anywhere in the record (Sigma's keywords).
using FieldPath = std::vector<std::string>;

std::string to_text(const FieldPath& path);  // "a.b.c"

// Where case is ignored, `text` and the literals of `glob` are stored folded (fold.h): compare them
// with the folded text of the event. An empty text is a value; null is not.
struct TextIs {  // the whole text
  std::string text;
  bool ignore_case = true;
};

struct TextLike {  // a pattern with * and ?
  Glob glob;
  bool ignore_case = true;
};

struct TextMatches {  // a regular expression, searched for
  std::shared_ptr<const Regex> regex;
};

// A number within bounds. Sigma reads numbers out of texts, too; EventBridge takes JSON numbers
// only.
struct NumberIn {
  std::optional<double> lower;
  std::optional<double> upper;
  bool lower_included = true;
  bool upper_included = true;

  bool contains(double number) const {
    if (lower && (lower_included ? number < *lower : number <= *lower)) return false;
    if (upper && (upper_included ? number > *upper : number >= *upper)) return false;
    return true;
  }
};

struct InNetwork {  // an address within a prefix
  base::Network network;
};

// The field is there, be it null, empty or a container.
struct Exists {};
// The field is there and not null. In EventBridge: any scalar, null included ("exists": true).
struct HasValue {};

// A part of the date in the field's text, in UTC, against a number (Sigma 2.1 time modifiers, which
// combine with lt, gte ...).
struct TimePartIn {
  enum class Part : std::uint8_t { Minute, Hour, Day, Week, Month, Year };
  Part part = Part::Hour;
  NumberIn range;
};

// The text of this field against the text of another one (Sigma `fieldref`): some value of each.
struct FieldRef {
  enum class Mode : std::uint8_t { Equals, StartsWith, EndsWith, Contains };
  std::vector<FieldPath> paths;
  Mode mode = Mode::Equals;
  bool ignore_case = true;
};

// EventBridge literals: a scalar of the same JSON type with the same value. `text` is unescaped for
// strings, as written otherwise; numbers compare as eventbridge_number.h says.
struct Literal {
  enum class Type : std::uint8_t { String, Number, True, False, Null };
  Type type = Type::String;
  std::string text;
};

struct Predicate;

// EventBridge "anything-but": some value satisfies none of them.
struct AnythingBut {
  std::vector<Predicate> none_of;
};

struct Predicate {
  std::variant<TextIs, TextLike, TextMatches, NumberIn, InNetwork, Exists, HasValue, TimePartIn,
               FieldRef, Literal, AnythingBut>
      test;
};

struct Atom {
  Dialect dialect = Dialect::Sigma;
  std::vector<FieldPath> paths;  // alternatives: where this log source may keep the field, the
                                 // rule's own name for it first
  Predicate predicate;
};

// One field of an EventBridge pattern: some value satisfies some of `any_of`, or, where
// `or_absent`, there is none.
struct FieldTest {
  FieldPath path;
  std::vector<Predicate> any_of;
  bool or_absent = false;
};

struct Condition {
  enum class Kind : std::uint8_t { And, Or, Not, Atom, Consistent };

  Kind kind = Kind::And;            // And of nothing holds always, Or of nothing never
  std::vector<Condition> children;  // And, Or: any number; Not: one
  std::optional<Atom> atom;         // Atom
  std::vector<FieldTest> fields;    // Consistent: sorted by path text, all EventBridge

  // And and Or dissolve children of their own kind, and a single child stands for itself; a double
  // Not cancels out.
  static Condition all_of(std::vector<Condition> children);
  static Condition any_of(std::vector<Condition> children);
  static Condition negate(Condition child);
  static Condition of(Atom atom);
  static Condition consistent(std::vector<FieldTest> fields);
};

// Whether some field of the condition stands below `prefix`, or may.
bool asks_below(const Condition& condition, const FieldPath& prefix);

// One line a person can read: (eventName is "StopLogging" and not ...). For explain and for tests.
std::string to_text(const Condition& condition);
std::string to_text(const Predicate& predicate);
std::string to_text(const Atom& atom);

}  // namespace riposte::rule
