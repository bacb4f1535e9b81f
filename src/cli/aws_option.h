#pragma once

// Who calls AWS, and where, when the configuration is not to decide it.

#include <string>
#include <vector>

#include "engine/config.h"

namespace CLI {
class App;
}

namespace riposte::cli {

struct AwsOption {
  std::string region;
  std::string profile;
  std::string endpoint_url;

  void add_to(CLI::App& command);

  std::vector<engine::ConfigFlag> flags() const;
};

}  // namespace riposte::cli
