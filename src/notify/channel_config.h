#pragma once

// A channel as the configuration describes it (docs/formats/notifications.md). Secrets are told by
// where they are, never by what they are; an address that holds one is a secret as a whole.
//
// Threads: a plain value.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "net/mail.h"
#include "rule/rule.h"

namespace riposte::notify {

struct SecretReference {
  enum class Place { None, Environment, File, SecretsManager };
  Place place = Place::None;
  std::string name{};  // of the variable, the file, or the ARN; may be told
};

// "the variable SLACK_URL", for messages.
std::string words_of(const SecretReference& reference);

// Asked each time a message is sent, so that a secret can be changed while we run.
using ResolveSecret = std::function<base::Result<base::Secret>(const SecretReference&)>;

struct ChannelConfig {
  enum class Kind { Sns, Slack, Teams, Email, Webhook, PagerDuty };

  std::string name;
  Kind kind = Kind::Webhook;
  rule::Level level = rule::Level::Medium;  // the least that is told here
  std::vector<std::string> kinds{};         // "finding", "action.asked"; empty: all
  std::uint64_t per_minute = 20;            // messages, once kBurstMax were sent
  std::uint64_t digest_above = 10;          // so many at once are told one by one, more as a digest

  // Sns
  std::string topic{};     // its ARN
  std::string phone{};     // or a number, "+491701234567"
  std::string region{};    // empty: the topic's
  std::string role_arn{};  // to be taken on for it; empty: as we are
  std::string external_id{};

  // Slack, Teams, Webhook: where to, https. PagerDuty: only where it is not the default.
  SecretReference url{};
  bool private_networks = false;  // may it be one of our own?
  bool loopback = false;          // or this machine, then http will do?
  bool proxied = false;           // by the proxy of the environment, which then decides that

  // Webhook: the key that signs. PagerDuty: the routing key. Email: the password.
  SecretReference secret{};

  // Email
  std::string server{};  // with its port
  net::MailServer::Security security = net::MailServer::Security::StartTls;
  std::string ca_file{};  // certificates to trust instead of the system's
  std::string user{};
  std::string from{};
  std::vector<std::string> to{};
};

// A channel as a file says it, every value as it is written; lists joined by commas.
struct ChannelTexts {
  using Settings = std::map<std::string, std::string, std::less<>>;
  using SecretPlaces = std::map<std::string, SecretReference, std::less<>>;
  std::string name;
  std::string kind;
  std::string level{};  // empty: as ChannelConfig has it
  std::vector<std::string> kinds{};
  Settings settings{};     // "topic_arn", "host" ...: docs/formats/notifications.md
  SecretPlaces secrets{};  // "url", "key", "routing_key", "password"
};

// Invalid, with all that is wrong: a kind, level, key or value that is none, and flaws_of().
base::Result<ChannelConfig> read_channel(const ChannelTexts& texts);

std::string_view name_of(ChannelConfig::Kind kind);
std::optional<ChannelConfig::Kind> parse_channel_kind(std::string_view name);

// What is wrong with it, each in a sentence; nothing is looked up.
std::vector<std::string> flaws_of(const ChannelConfig& config);

}  // namespace riposte::notify
