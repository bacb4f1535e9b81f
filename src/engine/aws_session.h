#pragma once

// Everything that it takes to call AWS: settings, models, network, clock, and a client over them.
//
// The client signs by the machine's clock, whatever clock its user lives by: AWS refuses any other.
//
// Threads: confined to its owner.

#include <memory>
#include <random>
#include <string>

#include "aws/client.h"
#include "engine/config.h"
#include "net/http_client.h"
#include "respond/aws_account.h"

namespace riposte::engine {

class AwsSession {
 public:
  struct Spec {
    std::string user_agent;        // "riposte/1.0"
    std::string models{};          // a data folder of botocore's, or empty
    base::Clock* clock = nullptr;  // for everything but signatures; null: the machine's
  };

  static base::Result<std::unique_ptr<AwsSession>> open(const Config& config, Spec spec);

  const aws::Settings& settings() const { return settings_; }
  aws::Catalogue& catalogue() { return catalogue_; }
  base::Clock& clock() { return clock_; }
  net::Transport& transport() { return transport_; }
  aws::Client& client() { return client_; }

  // Calls of runbooks, in the roles of the configuration; borrows all of them.
  respond::AwsAccount account(const Config& config, respond::Poster* poster = nullptr);

 private:
  AwsSession(aws::Settings settings, const Spec& spec);

  const aws::Settings settings_;
  aws::Catalogue catalogue_;
  net::HttpClient transport_;
  base::SystemClock system_clock_;
  base::Clock& clock_;
  std::mt19937_64 random_{std::random_device{}()};
  aws::Client client_;
};

}  // namespace riposte::engine
