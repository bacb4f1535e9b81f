#pragma once

// The configuration of a run: the file that --config or RIPOSTE_CONFIG names, else
// /etc/riposte/riposte.yml where there is one, with what the environment and the command line say.
//
// A riposte.yml in the working folder is never read by itself: whoever can put a file among logs
// could otherwise say what is done about them (docs/decisions/0022).

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "engine/config.h"

namespace CLI {
class App;
}

namespace riposte::cli {

struct ConfigOption {
  std::string path;

  void add_to(CLI::App& command);

  // Nothing after complaints.
  std::optional<engine::Config> load(const Console& console,
                                     std::vector<engine::ConfigFlag> flags = {}) const;
  // Which file load() reads; empty: none.
  std::string file() const;
};

// What was said on the command line, without what was not: empty values are not said.
std::vector<engine::ConfigFlag> said(std::initializer_list<engine::ConfigFlag> flags);
std::vector<engine::ConfigFlag> joined(
    std::initializer_list<std::vector<engine::ConfigFlag>> groups);

}  // namespace riposte::cli
