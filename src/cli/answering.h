#pragma once

// All that it takes to answer findings: configuration, ledger, runbooks, guard, and the account as
// our credentials reach it; shared by the commands that judge, carry out or take back.
//
//     config --> session, roles ------> AwsAccount --+
//            --> safety + who we are --> Guard ------+--> Means --> Responder, Executor, Sweeper
//            --> ledger --> ActionStore -------------+
//
// Threads: confined to its owner.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/aws_session.h"
#include "cli/channels.h"
#include "cli/ledger_option.h"
#include "engine/answerer.h"
#include "respond/fleet_reader.h"
#include "respond/responder.h"
#include "respond/sweeper.h"

namespace riposte::cli {

struct AnsweringOption {
  LedgerOption ledger;  // and the configuration
  std::string by = current_user();

  void add_to(CLI::App& command);

  // Nothing after complaints.
  std::optional<engine::Config> load(const Console& console) const;
};

class Answering {
 public:
  // Null after a complaint. Asks AWS who we are.
  static std::unique_ptr<Answering> open(engine::Config config, const Console& console);

  const engine::Config& config() const { return config_; }
  Channels& channels() { return channels_; }
  respond::ActionStore& store() { return store_; }
  respond::Means means();
  engine::Answerer::Facts facts();

  // Of somebody, as the configuration says.
  std::vector<std::string> groups_of(const std::string& name) const;

 private:
  Answering(engine::Config config, std::unique_ptr<AwsSession> session, respond::ActionStore store);

  engine::Config config_;
  const std::unique_ptr<AwsSession> session_;
  Channels channels_;
  respond::AwsAccount account_;
  respond::FleetReader fleet_;
  respond::ActionStore store_;
  std::optional<respond::Guard> guard_;  // made when it is known who we are
};

}  // namespace riposte::cli
