#pragma once

// What the windows of a correlation hold of a timeline, and what is missing for it to fire.
//
//     ✘ sourceIPAddress 198.51.100.7
//       18:37:58 failed, 18:40:02 failed          what the key holds
//       2 within 5m, 1 more is missing            its nearest window
//
// Whether it fires, when and with what is the Correlator's answer. Nearness is about windows as the
// correlation judges them (window.h): looking back from every hit, or beginning with one.
//
// Cost: for people and short timelines: hits times the hits of a timespan.
//
// Threads: functions without state.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "correlate/correlator.h"

namespace riposte::correlate {

// A hit that owns what Hit borrows.
struct TimelineHit {
  rule::RuleIndex rule = 0;
  base::EventTime time;
  std::string event;   // packed
  std::string fields;  // packed
};

struct KeyStory {
  using Key = std::vector<std::pair<std::string, std::optional<std::string>>>;

  struct Held {
    base::EventTime time;
    std::string rule;   // name
    std::string event;  // id
    std::vector<std::string> values;  // that count
  };

  // The hits of a window and the value it would be judged with.
  struct Nearest {
    base::EventTime first;
    base::EventTime last;
    std::size_t hits = 0;
    double value = 0;
    std::string missing;  // "1 more", "no hit of key_made"
  };

  Key key;
  std::vector<Held> held;        // every hit of the key, by time
  std::vector<Result> results;   // as they were told at last; none: it does not fire
  std::optional<Nearest> nearest;  // where it does not fire, for types that count or order
};

struct TimelineStory {
  std::vector<KeyStory> keys;  // those that fire first, then the nearest
  std::size_t without_key = 0;    // hits that have none of the group-by fields
  std::size_t without_value = 0;  // hits that lack the field that counts
};

// `rule` is a correlation of the plan.
TimelineStory explain(const Plan& plan, rule::RuleIndex rule,
                      const std::vector<TimelineHit>& hits);

}  // namespace riposte::correlate
