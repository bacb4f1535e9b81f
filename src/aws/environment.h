#pragma once

// What a process is given by its surroundings: variables, and the folder of who runs it. Tests give
// their own.

#include <functional>
#include <string>

namespace riposte::aws {

// The value of a variable; empty where it is not set, which means the same to AWS's tools.
using Environment = std::function<std::string(const std::string& name)>;

// The process's own.
Environment process_environment();

// The path with a leading "~/" resolved by HOME.
std::string expand_home(const std::string& path, const Environment& environment);

}  // namespace riposte::aws
