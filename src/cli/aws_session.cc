#include "cli/aws_session.h"

#include "cli/version.h"

// Tested by tests/cli/aws_test.py

namespace riposte::cli {

std::unique_ptr<AwsSession> AwsSession::open(const engine::Config& config, const Console& console,
                                             const std::string& models) {
  base::Result<aws::Settings> settings =
      aws::Settings::read(aws::process_environment(), {.profile = config.aws.profile,
                                                       .region = config.aws.region,
                                                       .endpoint_url = config.aws.endpoint_url});
  if (settings.ok())
    return std::unique_ptr<AwsSession>(new AwsSession(std::move(settings).value(), models));
  console.complain(settings.error().message);
  return nullptr;
}

AwsSession::AwsSession(aws::Settings settings, const std::string& models)
    : settings_(std::move(settings)),
      catalogue_(models),
      transport_({.ca_file = settings_.ca_bundle(), .connect_to = {}}),
      client_({settings_, catalogue_, transport_, clock_, [this] { return random_(); },
               "riposte/" + std::string(kVersion)}) {}

respond::AwsAccount AwsSession::account(const engine::Config& config, respond::Poster* poster,
                                        respond::Account* own) {
  respond::AwsAccount::Parts parts{.client = client_,
                                   .catalogue = catalogue_,
                                   .roles = config.respond.roles,
                                   .poster = poster,
                                   .own = own};
  if (!settings_.region().empty()) parts.region = settings_.region();
  return respond::AwsAccount(std::move(parts));
}

}  // namespace riposte::cli
