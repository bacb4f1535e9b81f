#pragma once

// The compiled form of every rule, and the one question asked of it: which rules does this event
// satisfy?
//
//     event ── first look ──> candidates ── (second look) ──> conditions ──> hits
//
// An event meets the rules of its format and no other. The first look walks the event once, over
// the fields without whose values no rule can hold, and skips the rest. For each field one look-up
// answers all rules (field_index.h). What fires names the candidates; most events have none. Only
// where a candidate asks for more is the event walked again, for the fields that are left, and each
// of these is asked once for all candidates. Conditions of which no necessary value can be said
// ("not x" alone) are candidates for every event of their log source.
//
// Invariants
//   1. One event yields at most one hit per rule, and hits come in the order of rules().
//   2. match() agrees with ReferenceMatcher on every event; tests/differential looks for the one
//   that proves otherwise.
//   3. In the steady state match() allocates nothing but what is rare: texts of fields that a rule
//   compares with each other, of objects that it compares as text, keys with dots or escapes, and
//   the lists of answers that come to be remembered.
//
// Threads: immutable after construction. Each thread brings its own Scratch.

#include <cstdint>
#include <memory>
#include <vector>

#include "event/event.h"
#include "rule/hit.h"
#include "rule/rule.h"

namespace riposte::match {

// What a thread needs to match with one Matcher, and no other.
class Scratch {
 public:
  struct State;

  Scratch();
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;

  // Whether the last event names a key twice that a rule asks for, so that two readers of it may
  // see different events: EventReader::complete() tells which.
  bool repeats_key() const;

 private:
  friend class Matcher;
  State& of(std::size_t program);

  std::vector<std::unique_ptr<State>> states_;  // by program
  State* last_ = nullptr;
};

class Matcher {
 public:
  explicit Matcher(std::vector<rule::RulePointer> rules);
  ~Matcher();
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;

  void match(const event::RawEvent& event, Scratch& scratch, std::vector<rule::Hit>& hits) const;

  // Whether some rule asks for what enrich adds.
  bool asks_facts() const;

  const std::vector<rule::RulePointer>& rules() const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace riposte::match
