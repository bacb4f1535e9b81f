#include "notify/pagerduty_channel.h"

#include <map>

#include "base/digest.h"
#include "json/writer.h"
#include "notify/fit.h"
#include "notify/http_post.h"
#include "notify/message_text.h"

namespace riposte::notify {
namespace {

constexpr std::string_view kAddress = "https://events.pagerduty.com/v2/enqueue";

std::string_view severity_of(rule::Level level) {
  switch (level) {
    case rule::Level::Critical:
      return "critical";
    case rule::Level::High:
      return "error";
    case rule::Level::Medium:
      return "warning";
    case rule::Level::Low:
    case rule::Level::Informational:
      break;
  }
  return "info";
}

// What is about nothing is an alert of its own.
std::string alert_of(const Message& message) {
  const std::string key = "riposte-" + (message.subject.empty() ? message.key : message.subject);
  return key.size() <= kPagerDutyKeyMax ? key : "riposte-" + base::sha256_hex(key);
}

}  // namespace

std::string pagerduty_body(const Message& message, std::string_view routing_key) {
  json::Writer writer;
  writer.object([&] {
    writer.field("routing_key", routing_key);
    writer.field("event_action", message.closes ? "resolve" : "trigger");
    writer.field("dedup_key", alert_of(message));
    writer.field("client", "riposte");
    if (!message.link.empty()) writer.field("client_url", message.link);
    writer.key("payload").object([&] {
      writer.field("summary", fit_units(headline(message), kPagerDutySummaryMax));
      writer.field("severity", severity_of(message.level));
      writer.field("source", "riposte");
      writer.field("class", message.kind);
      writer.field("timestamp", base::format_time(message.time));
      writer.key("custom_details").object([&] {
        std::map<std::string, int> count;  // no key may stand twice
        for (const Message::Fact& fact : message.facts) {
          const int number = ++count[fact.label];
          writer.field(number == 1 ? fact.label : fact.label + " " + std::to_string(number),
                       fact.text);
        }
        writer.key("lines").array([&] {
          for (const std::string& line : message.lines)
            writer.value(line);
        });
        writer.key("commands").array([&] {
          for (const std::string& command : message.commands)
            writer.value(command);
        });
      });
    });
  });
  return std::move(writer).take();
}

Outcome PagerDutyChannel::send(const Message& message, const std::stop_token& stop) {
  const base::Result<base::Secret> key = tools_.resolve(config_.secret);
  if (!key.ok()) return {key.error()};
  base::Result<base::Secret> url = base::Secret(kAddress);
  if (config_.url.place != SecretReference::Place::None) url = tools_.resolve(config_.url);
  if (!url.ok()) return {url.error()};
  return post_json(config_, tools_, {url->reveal(), pagerduty_body(message, key->reveal())}, stop);
}

}  // namespace riposte::notify
