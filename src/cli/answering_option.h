#pragma once

// What it takes to call AWS, and to answer findings, as the command line asks for it; shared by the
// commands that judge, carry out or take back.

#include <memory>
#include <optional>
#include <string>

#include "cli/ledger_option.h"
#include "engine/answering.h"

namespace riposte::cli {

struct AnsweringOption {
  LedgerOption ledger;  // and the configuration
  std::string by = current_user();

  void add_to(CLI::App& command);

  // Nothing after complaints.
  std::optional<engine::Config> load(const Console& console) const;
};

// Who we say that we are: "riposte/" and our version.
std::string user_agent();

engine::Complain complain_on(const Console& console);

// Null after a complaint. `models` is a data folder of botocore's, or empty.
std::unique_ptr<engine::AwsSession> open_session(const engine::Config& config,
                                                 const Console& console,
                                                 const std::string& models = {});
std::unique_ptr<engine::Answering> open_answering(engine::Config config, const Console& console);

}  // namespace riposte::cli
