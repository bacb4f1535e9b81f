#pragma once

// Everything that a command needs to call AWS: settings, models, network, clock, and a client over
// them.
//
// Threads: confined to its owner.

#include <memory>
#include <random>
#include <string>

#include "aws/client.h"
#include "cli/console.h"
#include "engine/config.h"
#include "net/http_client.h"
#include "respond/aws_account.h"
#include "stream/objects.h"

namespace riposte::cli {

class AwsSession {
 public:
  // Null after a complaint. `models` is a data folder of botocore's, or empty.
  static std::unique_ptr<AwsSession> open(const engine::Config& config, const Console& console,
                                          const std::string& models = {});

  const aws::Settings& settings() const { return settings_; }
  aws::Catalogue& catalogue() { return catalogue_; }
  base::Clock& clock() { return clock_; }
  net::Transport& transport() { return transport_; }
  aws::Client& client() { return client_; }

  // Calls of runbooks, in the roles of the configuration; borrows all of them.
  respond::AwsAccount account(const engine::Config& config, respond::Poster* poster = nullptr,
                              respond::Account* own = nullptr);

 private:
  AwsSession(aws::Settings settings, const std::string& models);

  const aws::Settings settings_;
  aws::Catalogue catalogue_;
  net::HttpClient transport_;
  base::SystemClock clock_;
  std::mt19937_64 random_{std::random_device{}()};
  aws::Client client_;
};

// Objects of S3 as the configuration reaches them, each with a session of its own; nothing after a
// complaint. Borrows the console.
stream::MakeObjects objects_of(const engine::Config& config, const Console& console);

}  // namespace riposte::cli
