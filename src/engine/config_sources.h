#pragma once

// Who says what: every key with the value that counts, as it is written, and who said it.
//
//     defaults < file < environment < flags        each key as a whole, from the last that says it
//
// What the values mean is config_reader.cc's.
//
// Threads: functions without state.

#include <string>
#include <string_view>
#include <vector>

#include "engine/config.h"

namespace riposte::engine {

// In the order of the table. Sections, keys and variables that are not known are complained about.
std::vector<Config::Setting> merge_settings(const ConfigSource& source,
                                            base::Diagnostics& diagnostics);

// "url": what must not stand in a configuration.
bool is_secret_name(std::string_view name);

// The text as complaints may quote it: line by line the same, less what stands behind the name of a
// secret.
std::string quotable(std::string_view text);

void complain_of_unknown(base::Place place, std::string_view what, std::string_view name,
                         const std::vector<std::string_view>& known,
                         base::Diagnostics& diagnostics);

}  // namespace riposte::engine
