#pragma once

// What came of enforcing blocks, as people and programs read it.
//
// Threads: functions without state.

#include <string>
#include <vector>

#include "block/exemptions.h"
#include "cli/console.h"
#include "engine/config.h"
#include "engine/enforcer.h"

namespace riposte::cli {

// Incomplete where a person should look.
ExitCode tell(const std::vector<engine::Enforced>& all, const std::string& output,
              const Console& console);

}  // namespace riposte::cli
