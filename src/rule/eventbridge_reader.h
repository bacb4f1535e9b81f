#pragma once

// EventBridge event patterns, as AWS event-ruler 2.0 understands them, lowered to a Condition.
//
//     {"source": ["aws.iam"],               Or
//      "$or": [{"a": {"b": [1]}},    ->      |- Consistent   a.b in {1},   source in {"aws.iam"}
//              {"c.d": [2]}]}                `- Consistent   c.d in {2},   source in {"aws.iam"}
//
// A field is the path of keys from the envelope down to a list. Keys join with dots: {"c.d": [2]}
// and {"c": {"d": [2]}} are one field. Where a field is named twice the last one stands. The list
// holds what the field may be: strings, numbers, true, false, null, and one-key objects: prefix,
// suffix, equals-ignore-case, wildcard, anything-but, numeric, cidr, exists, exactly.
//
// "$or" is an operator where its value is a list of two or more objects whose keys are fields, and
// an ordinary field name otherwise; that is decided for the whole pattern: one "$or" that cannot be
// an operator makes all of them fields.
//
// What event-ruler refuses is refused, with the place: eventbridge-syntax (a text that is not
// JSON), -pattern (not a map, empty, or a value that is no list), -value (what a list cannot hold),
// -operator (unknown, or with the wrong kind of value), -number (not comparable, or a range upside
// down), -wildcard, -cidr, -or, -limit. Told and accepted, as warnings: eventbridge-duplicate-key,
// and eventbridge-or where "$or" is read as a field.
//
// Where event-ruler stumbles we do not follow: an IPv4 network holds no IPv6 addresses and no plain
// numbers; a quote at the end of a prefix is a quote; a value under a dotted key is seen beside an
// array of the same name. To ignore case is to fold (fold.h), which differs from it for the few
// letters whose upper case does not lead back (sharp s, final sigma, dotless i, the kelvin sign).
//
// Threads: confined to the caller.

#include <cstddef>
#include <optional>

#include "base/diagnostics.h"
#include "json/value.h"
#include "rule/condition.h"

namespace riposte::rule {

inline constexpr std::size_t kPatternFieldsMax = 256;  // of one alternative, as in event-ruler
// What all "$or" together may multiply to, as in EventBridge.
inline constexpr std::size_t kPatternAlternativesMax = 1000;
inline constexpr std::size_t kPatternPredicatesMax = 200'000;  // of all alternatives together

// `pattern` is an object, or a text that holds one; then the places are those of the text as a
// whole.
std::optional<Condition> read_eventbridge(const json::Value& pattern,
                                          base::Diagnostics& diagnostics);

}  // namespace riposte::rule
