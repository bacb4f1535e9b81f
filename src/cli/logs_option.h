#pragma once

// Which logs, of what time, read by how many threads: shared by the commands that run rules over
// logs, and how they tell what could not be read.

#include <optional>
#include <string>
#include <vector>

#include "cli/aws_option.h"
#include "cli/console.h"
#include "cli/knowledge_option.h"
#include "engine/config.h"
#include "engine/scan.h"

namespace riposte::cli {

struct LogsOption {
  LogsOption();

  std::vector<std::string> paths;
  AwsOption aws;
  KnowledgeOption knowledge;
  std::string since;
  std::string until;
  unsigned jobs;                // as many as there are cores
  std::size_t inflate_max_mib;  // of a compressed file

  void add_to(CLI::App& command);

  std::vector<engine::ConfigFlag> flags() const;

  // Nothing after a complaint.
  std::optional<engine::ScanSpec> spec(const engine::Config& config, const Console& console) const;
};

// Whether everything was read, correlated and followed; what was not is told.
bool tell_what_is_missing(const engine::ScanResult& result, const Console& console);

}  // namespace riposte::cli
