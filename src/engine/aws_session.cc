#include "engine/aws_session.h"

// Tested by tests/cli/aws_test.py

namespace riposte::engine {

base::Result<std::unique_ptr<AwsSession>> AwsSession::open(const Config& config, Spec spec) {
  aws::Settings settings =
      TRY(aws::Settings::read(aws::process_environment(), {.profile = config.aws.profile,
                                                           .region = config.aws.region,
                                                           .endpoint_url = config.aws.endpoint_url}));
  return std::unique_ptr<AwsSession>(new AwsSession(std::move(settings), spec));
}

AwsSession::AwsSession(aws::Settings settings, const Spec& spec)
    : settings_(std::move(settings)),
      catalogue_(spec.models),
      transport_({.ca_file = settings_.ca_bundle(), .connect_to = {}}),
      clock_(spec.clock == nullptr ? system_clock_ : *spec.clock),
      client_({settings_, catalogue_, transport_, system_clock_, [this] { return random_(); },
               spec.user_agent}) {}

respond::AwsAccount AwsSession::account(const Config& config, respond::Poster* poster) {
  respond::AwsAccount::Parts parts{
      .client = client_, .catalogue = catalogue_, .roles = config.respond.roles, .poster = poster};
  if (!settings_.region().empty()) parts.region = settings_.region();
  return respond::AwsAccount(std::move(parts));
}

}  // namespace riposte::engine
