#pragma once

// The runbooks of a run: the shipped ones and those that --runbooks names; shared by every command
// that has runbooks.

#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "engine/config.h"
#include "respond/runbook_reader.h"

namespace CLI {
class App;
}

namespace riposte::cli {

struct RunbooksOption {
  std::vector<std::string> paths;
  bool no_default_runbooks = false;

  void add_to(CLI::App& command);

  // As a configuration takes them, and as one gives them.
  std::vector<engine::ConfigFlag> flags() const;
  static RunbooksOption of(const engine::Config& config);
};

// The texts of files, and of the .yml and .yaml files of folders; nothing after a complaint.
std::optional<std::vector<respond::RunbookText>> read_runbook_texts(
    const std::vector<std::string>& paths, const Console& console);

// The same, or the shipped runbooks where there are no paths.
std::optional<std::vector<respond::RunbookText>> read_runbook_texts_or_shipped(
    const std::vector<std::string>& paths, const Console& console);

// Diagnostics printed to err; nothing when there are errors.
std::optional<std::vector<respond::RunbookPointer>> load_runbooks(const RunbooksOption& option,
                                                                  const Console& console);

// By name, or by the file it stands in; null after a complaint.
respond::RunbookPointer find_runbook(RunbooksOption option, const std::string& name,
                                     const Console& console);

}  // namespace riposte::cli
