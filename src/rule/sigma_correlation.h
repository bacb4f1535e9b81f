#pragma once

// The `correlation` block of a document, as Sigma's correlation specification 2.1 has it, and the
// keys of the types that are ours.

#include <optional>

#include "base/diagnostics.h"
#include "json/value.h"
#include "rule/correlation.h"
#include "rule/scalar_place.h"

namespace riposte::rule {

// Nothing after an error. Codes: sigma-correlation, sigma-limit, sigma-type, sigma-unknown-key, and
// those of sigma_condition.h. Whether the rules it names exist is for the rule set to say.
std::optional<Correlation> read_correlation(const json::Value& block, const ScalarPlaces& places,
                                            base::Diagnostics& diagnostics);

}  // namespace riposte::rule
