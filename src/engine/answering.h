#pragma once

// All that it takes to answer findings: configuration, ledger, runbooks, guard, and the account as
// our credentials reach it; shared by all that judge, carry out or take back.
//
//     config --> session, roles ------> AwsAccount --+
//            --> safety + who we are --> Guard ------+--> Means --> Responder, Executor, Sweeper
//            --> ledger --> ActionStore -------------+--> Enforcer
//                       --> BlockStore --------------'
//
// Threads: confined to its owner.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/answerer.h"
#include "engine/aws_session.h"
#include "engine/block_account.h"
#include "engine/channels.h"
#include "engine/enforcer.h"
#include "respond/fleet_reader.h"
#include "respond/responder.h"
#include "respond/sweeper.h"

namespace riposte::engine {

class Answering {
 public:
  // Asks AWS who we are. Invalid where no ledger is configured.
  static base::Result<std::unique_ptr<Answering>> open(Config config, AwsSession::Spec spec);

  const Config& config() const { return config_; }
  AwsSession& session() { return *session_; }
  Channels& channels() { return channels_; }
  respond::ActionStore& store() { return store_; }
  respond::Means means();
  Answerer::Facts facts();
  Enforcer enforcer();

  // Of somebody, as the configuration says.
  std::vector<std::string> groups_of(const std::string& name) const;

 private:
  Answering(Config config, std::unique_ptr<AwsSession> session, respond::ActionStore store,
            block::BlockStore blocks);

  Config config_;
  const std::unique_ptr<AwsSession> session_;
  Channels channels_;
  const block::Exemptions exemptions_;
  block::BlockStore blocks_;
  BlockAccount block_account_;
  respond::AwsAccount account_;
  respond::FleetReader fleet_;
  respond::ActionStore store_;
  std::optional<respond::Guard> guard_;  // made when it is known who we are
  std::string number_;                   // of our own account
};

}  // namespace riposte::engine
