#pragma once

// What is known of addresses and domains, as --geo and --threats name it; shared by commands that
// look at events.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "engine/config.h"
#include "enrich/knowledge.h"

namespace CLI {
class App;
}

namespace riposte::cli {

struct KnowledgeOption {
  std::vector<std::string> geo;      // databases in MaxMind's format
  std::vector<std::string> threats;  // lists, or folders of them

  void add_to(CLI::App& command);

  std::vector<engine::ConfigFlag> flags() const;  // as a configuration takes them
};

// Null where nothing is asked for; nothing after a complaint about a file that cannot be used.
// Lines of a list that cannot be read are told and left out.
std::optional<std::shared_ptr<const enrich::Knowledge>> load_knowledge(
    const engine::Config::Enrich& settings, const Console& console);

}  // namespace riposte::cli
