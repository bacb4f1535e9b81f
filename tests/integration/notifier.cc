// Sends one message over one channel, for the tests beside it: the channel as JSON on standard
// input, its secrets in variables. Prints "sent", what was remarked, or why it was not sent.

#include <iostream>
#include <iterator>
#include <random>

#include "aws/environment.h"
#include "json/scanner.h"
#include "net/http_client.h"
#include "net/smtp_client.h"
#include "notify/courier.h"
#include "notify/secrets.h"

namespace {

using namespace riposte;  // NOLINT(google-build-using-namespace)

notify::SecretReference variable(const json::Node& root, std::string_view name) {
  const std::string_view written = root.string_at(name);
  if (written.empty()) return {};
  return {written.starts_with("arn:") ? notify::SecretReference::Place::SecretsManager
                                      : notify::SecretReference::Place::Environment,
          std::string(written)};
}

notify::ChannelConfig read_config(const json::Node& root) {
  notify::ChannelConfig config;
  config.name = "test";
  config.level = rule::Level::Informational;
  config.kind = notify::parse_channel_kind(root.string_at("kind")).value();
  config.topic = root.string_at("topic");
  config.url = variable(root, "url");
  config.secret = variable(root, "secret");
  config.loopback = root.find("loopback") != nullptr;
  config.server = root.string_at("server");
  config.user = root.string_at("user");
  config.from = root.string_at("from");
  config.ca_file = root.string_at("ca_file");
  if (root.string_at("security") == "none") config.security = net::MailServer::Security::None;
  if (root.string_at("security") == "tls") config.security = net::MailServer::Security::Tls;
  if (const json::Node* to = root.find("to")) {
    for (const json::Node& each : json::children(*to))
      config.to.emplace_back(each.text);
  }
  return config;
}

// One notice, owed until it is acknowledged.
class OneNotice final : public notify::Outbox {
 public:
  explicit OneNotice(notify::Notice notice) : notice_(std::move(notice)) {}

  base::Status each_owed(std::string_view,
                         const std::function<bool(const notify::Notice&)>& take) override {
    if (!is_settled_) take(notice_);
    return base::Done{};
  }
  base::Status acknowledge(std::string_view, std::int64_t) override {
    is_settled_ = true;
    return base::Done{};
  }
  base::Status bury(const notify::DeadLetters& letters) override {
    std::cout << "buried: " << letters.reason << '\n';
    return base::Done{};
  }
  base::Status owe(std::string_view, std::string_view, std::string_view, base::EventTime) override {
    return base::Done{};
  }

 private:
  const notify::Notice notice_;
  bool is_settled_ = false;
};

}  // namespace

int main() {
  const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
  const auto document = json::OwnedDocument::parse(input).value();
  const json::Node& root = document.root();
  const notify::ChannelConfig config = read_config(root);

  base::SystemClock clock;
  net::HttpClient transport;
  net::SmtpClient mailer;
  const aws::Settings settings = aws::Settings::read(aws::process_environment(), {}).value();
  aws::Catalogue catalogue;
  aws::Client client(
      {settings, catalogue, transport, clock, [] { return std::random_device()(); }});
  const notify::CallAws call_aws = [&](auto service, auto operation, const auto& value,
                                       const auto& options) {
    return client.call(service, operation, value, options);
  };
  notify::Secrets secrets(aws::process_environment(), call_aws, clock);
  const notify::Tools tools{
      transport, mailer, clock, call_aws,
      [&](const notify::SecretReference& reference) { return secrets.resolve(reference); }};
  auto channel = notify::open_channel(config, tools);
  if (!channel.ok()) {
    std::cout << channel.error().message << '\n';
    return 2;
  }
  OneNotice outbox({1, std::string(root.string_at("notice")),
                    std::string(root.string_at("subject")), json::compact(*root.find("body")),
                    clock.wall()});
  const notify::Routing routing({config.name});
  const notify::MessageWriter writer("https://riposte.example.com");
  notify::Courier courier({config, routing, writer, **channel, outbox, clock, [] { return 0.0; },
                           [](const std::string& what) { std::cout << what << '\n'; }});
  // One try: what fails for now is told, and is for the next one.
  if (!courier.deliver({}).ok()) return 3;
  std::cout << (courier.counts().sent == 1 ? "sent" : "not sent") << '\n';
  return courier.counts().sent == 1 ? 0 : 1;
}
