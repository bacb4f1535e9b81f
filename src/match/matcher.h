#pragma once

// The compiled form of every rule, and the one question asked of it: which rules does this event
// satisfy?
//
//     event ── one walk along the field table ──> atoms that hold ──> rules they are necessary for
//     ──> conditions
//
// For each field one look-up answers all equality tests at once; patterns, expressions, numbers and
// networks are tried one after another, each distinct one once, however many rules share it. A
// rule's condition is evaluated only when an atom has fired without which it cannot hold.
// Conditions of which nothing can be said so ("not x" alone) are evaluated for every event of their
// log source.
//
// Invariants
//   1. One event yields at most one hit per rule, and hits come in the order of rules().
//   2. match() agrees with ReferenceMatcher on every event; tests/differential looks for the one
//   that proves otherwise.
//   3. In the steady state match() allocates nothing but the text of objects that rules compare as
//   text.
//
// Threads: immutable after construction. Each thread brings its own Scratch.

#include <cstdint>
#include <memory>
#include <vector>

#include "event/event.h"
#include "rule/hit.h"
#include "rule/rule.h"

namespace riposte::match {

class Scratch {
 public:
  struct State;

  Scratch();
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;

 private:
  friend class Matcher;
  std::unique_ptr<State> state_;
};

class Matcher {
 public:
  explicit Matcher(std::vector<rule::RulePointer> rules);
  ~Matcher();
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;

  void match(const event::Event& event, Scratch& scratch, std::vector<rule::Hit>& hits) const;

  const std::vector<rule::RulePointer>& rules() const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace riposte::match
