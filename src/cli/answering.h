#pragma once

// All that it takes to answer findings: configuration, ledger, runbooks, guard, and the account as
// our credentials reach it; shared by the commands that judge, carry out or take back.
//
//     config --> credentials, roles --> AwsAccount --+
//            --> safety + who we are --> Guard ------+--> Means --> Responder, Executor, Sweeper
//            --> ledger --> ActionStore -------------+
//
// Threads: confined to its owner.

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "aws/client.h"
#include "base/clock.h"
#include "cli/config_option.h"
#include "cli/ledger_option.h"
#include "cli/rules_option.h"
#include "cli/runbooks_option.h"
#include "engine/answerer.h"
#include "net/http_client.h"
#include "respond/aws_account.h"
#include "respond/responder.h"
#include "respond/sweeper.h"

namespace riposte::cli {

struct AnsweringOption {
  ConfigOption config;
  LedgerOption ledger;
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
  respond::ActionStore& store() { return store_; }
  respond::Means means();
  engine::Answerer::Facts facts();

  // Of somebody, as the configuration says.
  std::vector<std::string> groups_of(const std::string& name) const;

 private:
  Answering(engine::Config config, aws::Settings settings, respond::ActionStore store);

  engine::Config config_;
  aws::Settings settings_;
  aws::Catalogue catalogue_;
  net::HttpClient transport_;
  base::SystemClock clock_;
  std::mt19937_64 random_{std::random_device{}()};
  aws::Client client_;
  respond::AwsAccount account_;
  respond::ActionStore store_;
  std::optional<respond::Guard> guard_;  // made when it is known who we are
};

}  // namespace riposte::cli
