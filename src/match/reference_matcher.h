#pragma once

// Which rules does this event satisfy? Answered slowly, and obviously right: every rule is asked in
// turn, every atom walks the event anew, every predicate is compared with the values one by one.
//
// It is the other opinion: tests and fuzzers hold the compiled Matcher against it, `rule explain`
// asks it atom by atom.
//
// Cost: rules times atoms times the size of the event.
//
// Threads: immutable.

#include <vector>

#include "event/event.h"
#include "rule/condition.h"
#include "rule/hit.h"
#include "rule/rule.h"

namespace riposte::match {

class ReferenceMatcher {
 public:
  explicit ReferenceMatcher(const std::vector<rule::RulePointer>& rules) : rules_(rules) {}

  // Appends a hit for every satisfied rule, in the order of the rules. A rule with a Sigma log
  // source is asked only when it covers the event's format; a correlation is never satisfied by one
  // event.
  void match(const event::Event& event, std::vector<rule::Hit>& hits) const;

  // Whether the condition holds, whatever the event's format.
  static bool holds(const rule::Condition& condition, const event::Event& event);

 private:
  std::vector<rule::RulePointer> rules_;
};

}  // namespace riposte::match
