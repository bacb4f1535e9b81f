#include "notify/channel_config.h"

#include <algorithm>
#include <array>

#include "event/arn.h"
#include "net/url.h"

// Tested by src/notify/channel_test.cc

namespace riposte::notify {
namespace {

constexpr std::array<std::string_view, 6> kKindNames = {"sns",   "slack",   "teams",
                                                        "email", "webhook", "pagerduty"};

// E.164: a plus, and up to fifteen digits.
bool is_phone_number(std::string_view text) {
  return text.size() >= 8 && text.size() <= 16 && text.starts_with('+') &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_topic(std::string_view text) {
  const std::optional<event::Arn> arn = event::parse_arn(text);
  return arn && arn->service == "sns" && !arn->region.empty();
}

}  // namespace

std::string words_of(const SecretReference& reference) {
  switch (reference.place) {
    case SecretReference::Place::Environment:
      return "the variable " + reference.name;
    case SecretReference::Place::File:
      return "the file " + reference.name;
    case SecretReference::Place::SecretsManager:
      return "the secret " + reference.name;
    case SecretReference::Place::None:
      break;
  }
  return "nothing";
}

std::string_view name_of(ChannelConfig::Kind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}

std::optional<ChannelConfig::Kind> parse_channel_kind(std::string_view name) {
  const auto* found = std::find(kKindNames.begin(), kKindNames.end(), name);
  if (found == kKindNames.end()) return std::nullopt;
  return static_cast<ChannelConfig::Kind>(found - kKindNames.begin());
}

std::vector<std::string> flaws_of(const ChannelConfig& config) {
  using Kind = ChannelConfig::Kind;
  std::vector<std::string> flaws;
  const auto demand = [&](bool held, const char* flaw) {
    if (!held) flaws.emplace_back(flaw);
  };
  const auto is_given = [](const SecretReference& reference) {
    return reference.place != SecretReference::Place::None && !reference.name.empty();
  };
  demand(!config.name.empty(), "it has no name");
  demand(config.per_minute > 0, "no message a minute is none at all");
  switch (config.kind) {
    case Kind::Sns:
      demand(config.topic.empty() != config.phone.empty(), "it needs a topic or a phone number");
      demand(config.topic.empty() || is_topic(config.topic), "the topic is no ARN of SNS");
      demand(config.phone.empty() || is_phone_number(config.phone),
             "the phone number is not a plus and digits");
      break;
    case Kind::Slack:
    case Kind::Teams:
      demand(is_given(config.url), "it needs to know where its address is kept");
      break;
    case Kind::Webhook:
      demand(is_given(config.url), "it needs to know where its address is kept");
      demand(is_given(config.secret), "it needs to know where the key that signs is kept");
      break;
    case Kind::PagerDuty:
      demand(is_given(config.secret), "it needs to know where the routing key is kept");
      break;
    case Kind::Email:
      demand(net::read_url("https://" + config.server).has_value(),
             "the server is no host name with a port");
      demand(net::is_mail_address(config.from), "the sender is no mail address");
      demand(!config.to.empty() &&
                 std::all_of(config.to.begin(), config.to.end(),
                             [](const std::string& to) { return net::is_mail_address(to); }),
             "a recipient is missing, or no mail address");
      demand(config.user.empty() || is_given(config.secret),
             "it needs to know where the password is kept");
      break;
  }
  return flaws;
}

}  // namespace riposte::notify
