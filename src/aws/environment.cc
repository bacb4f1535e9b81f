#include "aws/environment.h"

#include <cstdlib>

// Tested by src/aws/settings_test.cc

namespace riposte::aws {

Environment process_environment() {
  return [](const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return std::string(value == nullptr ? "" : value);
  };
}

std::string expand_home(const std::string& path, const Environment& environment) {
  return path.starts_with("~/") ? environment("HOME") + path.substr(1) : path;
}

}  // namespace riposte::aws
