#pragma once

// The patterns of policies: `*` is any text, `?` any character, case does not count.

#include <string_view>

namespace riposte::enrich {

bool pattern_matches(std::string_view pattern, std::string_view text);

// Nothing but `*` and `?`.
bool is_wild(std::string_view text);

// Whether any ARN there could be is meant: "*", "arn:*", "arn:aws:*:*:*:*".
bool means_any_arn(std::string_view pattern);

}  // namespace riposte::enrich
