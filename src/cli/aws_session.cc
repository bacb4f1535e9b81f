#include "cli/aws_session.h"

#include "cli/version.h"
#include "stream/buckets.h"

// Tested by tests/cli/aws_test.py

namespace riposte::cli {
namespace {

class SessionObjects final : public stream::Objects {
 public:
  explicit SessionObjects(std::unique_ptr<AwsSession> session)
      : session_(std::move(session)), buckets_(session_->client()) {}

  base::Result<Page> list(const std::string& prefix, const std::string& next) override {
    return buckets_.list(prefix, next);
  }
  base::Result<Piece> read(const std::string& path, std::uint64_t begin, std::size_t count,
                           const std::string& version) override {
    return buckets_.read(path, begin, count, version);
  }

 private:
  const std::unique_ptr<AwsSession> session_;
  stream::Buckets buckets_;
};

}  // namespace

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

stream::MakeObjects objects_of(const engine::Config& config, const Console& console) {
  if (AwsSession::open(config, console) == nullptr) return nullptr;
  return [config, &console]() -> std::unique_ptr<stream::Objects> {
    auto session = AwsSession::open(config, console);
    return session ? std::make_unique<SessionObjects>(std::move(session)) : nullptr;
  };
}

}  // namespace riposte::cli
