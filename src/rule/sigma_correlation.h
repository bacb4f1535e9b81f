#pragma once

// The `correlation` block of a document, read and checked as Sigma's correlation specification 2.1
// has it. Types of ours carry the prefix `riposte.`; what they need beyond rules and timespan is
// checked where they will be evaluated.

#include <optional>

#include "base/diagnostics.h"
#include "json/value.h"
#include "rule/rule.h"
#include "rule/scalar_place.h"

namespace riposte::rule {

// Nothing after an error. Codes: sigma-correlation, sigma-type, sigma-unknown-key. Whether the
// rules it names exist is for the rule set to say.
std::optional<Correlation> read_correlation(const json::Value& block, const ScalarPlaces& places,
                                            base::Diagnostics& diagnostics);

}  // namespace riposte::rule
