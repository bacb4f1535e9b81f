#pragma once

// All that it takes to answer findings: configuration, ledger, runbooks, guard, and the account as
// our credentials reach it; shared by all that judge, carry out or take back.
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

#include "engine/answerer.h"
#include "engine/aws_session.h"
#include "engine/channels.h"
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

  // Of somebody, as the configuration says.
  std::vector<std::string> groups_of(const std::string& name) const;

 private:
  Answering(Config config, std::unique_ptr<AwsSession> session, respond::ActionStore store);

  Config config_;
  const std::unique_ptr<AwsSession> session_;
  Channels channels_;
  respond::AwsAccount account_;
  respond::ActionStore store_;
  std::optional<respond::Guard> guard_;  // made when it is known who we are
};

}  // namespace riposte::engine
