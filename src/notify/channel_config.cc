#include "notify/channel_config.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
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

std::vector<std::string> items_of(std::string_view text) {
  std::vector<std::string> items;
  for (const std::string_view item : base::split(text, ',')) {
    if (!base::trim(item).empty()) items.emplace_back(base::trim(item));
  }
  return items;
}

// Takes settings out of what is written, and complains.
class SettingReader {
 public:
  SettingReader(ChannelTexts::Settings settings, std::vector<std::string>& flaws)
      : settings_(std::move(settings)), flaws_(flaws) {}

  // Empty where nothing is said.
  std::string take(std::string_view key) {
    const auto found = settings_.find(key);
    if (found == settings_.end()) return {};
    std::string value = std::move(found->second);
    settings_.erase(found);
    return value;
  }
  void read(std::string_view key, std::uint64_t& into) {
    if (!settings_.contains(key)) return;
    const std::string written = take(key);
    const char* const end = written.data() + written.size();
    const auto [stopped, error] = std::from_chars(written.data(), end, into);
    if (error != std::errc() || stopped != end)
      flaws_.push_back(std::string(key) + " is no number");
  }
  void read(std::string_view key, bool& into) {
    if (!settings_.contains(key)) return;
    const std::string written = take(key);
    if (written != "true" && written != "false")
      flaws_.push_back(std::string(key) + " is neither true nor false");
    into = written == "true";
  }
  void finish() {
    for (const auto& [key, value] : settings_)
      flaws_.push_back("there is no key " + key);
  }

 private:
  ChannelTexts::Settings settings_;
  std::vector<std::string>& flaws_;
};

// Under which key a kind of channel has its one secret beside the address.
std::string_view secret_key_of(ChannelConfig::Kind kind) {
  switch (kind) {
    case ChannelConfig::Kind::Webhook:
      return "key";
    case ChannelConfig::Kind::PagerDuty:
      return "routing_key";
    case ChannelConfig::Kind::Email:
      return "password";
    default:
      return {};
  }
}

void read_security(const std::string& written, net::MailServer::Security& security,
                   std::vector<std::string>& flaws) {
  using Security = net::MailServer::Security;
  if (written == "tls") {
    security = Security::Tls;
  } else if (written == "none") {
    security = Security::None;
  } else if (!written.empty() && written != "starttls") {
    flaws.emplace_back("security is starttls, tls or none");
  }
}

}  // namespace

base::Result<ChannelConfig> read_channel(const ChannelTexts& texts) {
  std::vector<std::string> flaws;
  ChannelConfig config;
  config.name = texts.name;
  config.kinds = texts.kinds;
  const std::optional<ChannelConfig::Kind> kind = parse_channel_kind(texts.kind);
  const std::optional<rule::Level> level =
      texts.level.empty() ? config.level : rule::parse_level(texts.level);
  if (!kind) flaws.push_back("there is no kind \"" + texts.kind + "\"");
  if (!level) flaws.push_back("there is no level \"" + texts.level + "\"");
  config.kind = kind.value_or(config.kind);
  config.level = level.value_or(config.level);

  SettingReader reader(texts.settings, flaws);
  reader.read("per_minute", config.per_minute);
  reader.read("digest_above", config.digest_above);
  reader.read("private_networks", config.private_networks);
  reader.read("loopback", config.loopback);
  reader.read("proxied", config.proxied);
  config.topic = reader.take("topic_arn");
  config.phone = reader.take("phone");
  config.region = reader.take("region");
  config.role_arn = reader.take("role_arn");
  config.external_id = reader.take("external_id");
  config.ca_file = reader.take("ca_file");
  config.user = reader.take("user");
  config.from = reader.take("from");
  config.to = items_of(reader.take("to"));
  read_security(reader.take("security"), config.security, flaws);
  config.server = reader.take("host");
  const std::string port = reader.take("port");
  const char* const usual = config.security == net::MailServer::Security::Tls ? "465" : "587";
  if (!config.server.empty()) config.server += ":" + (port.empty() ? usual : port);
  reader.finish();

  for (const auto& [key, reference] : texts.secrets) {
    if (key == "url") {
      config.url = reference;
    } else if (kind && key == secret_key_of(*kind)) {
      config.secret = reference;
    } else {
      flaws.push_back("there is no secret " + key);
    }
  }
  if (kind) {
    for (std::string& flaw : flaws_of(config))
      flaws.push_back(std::move(flaw));
  }
  if (!flaws.empty()) {
    return base::Error{base::Errc::Invalid,
                       "channel \"" + texts.name + "\": " + base::join(flaws, "; ")};
  }
  return config;
}

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
