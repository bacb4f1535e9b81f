#pragma once

// Who is told what went wrong while something goes on all the same: one sentence each.

#include <functional>
#include <string>

namespace riposte::engine {

using Complain = std::function<void(const std::string&)>;

}  // namespace riposte::engine
