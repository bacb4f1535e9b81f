#pragma once

// What an event holds at a field: the texts that correlations group by and count.
//
// Numbers and booleans are taken as written, an object as its compact JSON; null is no value. Every
// element of an array is a value. Fields below `riposte.` are the event's facts.
//
// Threads: functions without state.

#include <string>
#include <vector>

#include "event/event.h"
#include "rule/condition.h"

namespace riposte::correlate {

// Values that one event gives of one field; an event with more of them counts for the first ones.
inline constexpr std::size_t kValuesMax = 64;

// In the order of the record, each once. `paths` are alternatives: the first that leads to a value
// counts.
std::vector<std::string> values_at(const std::vector<rule::FieldPath>& paths,
                                   const event::Event& event);

}  // namespace riposte::correlate
