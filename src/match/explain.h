#pragma once

// Why a rule fires on an event, or does not: its condition once more, each node with its own
// verdict, each atom with what the event holds at the field.
//
//     ✘ all of
//       ✔ eventSource is "cloudtrail.amazonaws.com"     found "cloudtrail.amazonaws.com"
//       ✘ eventName is "StopLogging"                    found "StartLogging"
//
// Alternatives for one field ("eventName is "A" or is "B"") are one line, as the rule's author
// wrote them.
//
// The verdicts are the ReferenceMatcher's, asked again for each node. An atom's verdict is about
// the atom alone: below a "not", what holds is what stands in the way.
//
// Cost: nodes of the condition times what the ReferenceMatcher costs; for people, one event at a
// time.
//
// Threads: functions without state; an Explanation owns its texts.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "event/event.h"
#include "rule/rule.h"

namespace riposte::match {

struct Verdict {
  enum class Kind : std::uint8_t { AllOf, AnyOf, Not, Field };

  Kind kind = Kind::AllOf;
  bool holds = false;
  bool anywhere = false;  // a Field that means every value of the record: a keyword
  std::string text;       // "all of", "eventName is "StopLogging""
  // Of a Field: its values as compact JSON, each once, the first few. Of a keyword: those that
  // satisfy it.
  std::vector<std::string> found;
  std::size_t found_count = 0;  // all of them; 0: the field is absent
  std::vector<Verdict> children;
};

struct Explanation {
  bool fires = false;
  // Always true for an EventBridge pattern, which says itself what it is for.
  bool log_source_covers = false;
  std::string reason;  // one line: what decided
  Verdict condition;
};

// "found "a", "b" and 3 more", or that the field is absent.
std::string found_text(const Verdict& field);

// `rule` is not null.
Explanation explain(const rule::RulePointer& rule, const event::Event& event);

}  // namespace riposte::match
