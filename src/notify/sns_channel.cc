#include "notify/sns_channel.h"

#include "base/digest.h"
#include "event/arn.h"
#include "json/writer.h"
#include "notify/fit.h"
#include "notify/message_text.h"

namespace riposte::notify {
namespace {

aws::Value attribute(std::string_view text) {
  return aws::Value::Object{{"DataType", "String"}, {"StringValue", std::string(text)}};
}

}  // namespace

std::string sms_text(const Message& message) {
  std::string text = headline(message);
  for (const char* label : {"Who", "Where"}) {
    for (const Message::Fact& fact : message.facts) {
      if (fact.label == label) text += "; " + fact.text;
    }
  }
  text = fit_ascii(text, kSnsSmsMax);
  // Not in GSM's alphabet, or two characters of it.
  for (char& c : text) {
    if (std::string_view("`^{}[]~\\|").find(c) != std::string_view::npos) {
      c = c == '[' || c == '{' ? '(' : c == ']' || c == '}' ? ')' : '/';
    }
  }
  return text;
}

aws::Value publish_input(const ChannelConfig& config, const Message& message) {
  aws::Value input{aws::Value::Object()};
  if (config.topic.empty()) {
    input.set("PhoneNumber", config.phone);
    input.set("Message", sms_text(message));
    return input;
  }
  const std::string text = fit_bytes(plain_text(message), kSnsTextMax);
  json::Writer forms;
  forms.object([&] {
    forms.field("default", text);
    forms.field("email", text);
    forms.field("sms", sms_text(message));
  });
  input.set("TopicArn", config.topic);
  input.set("Subject", fit_ascii(headline(message), kSnsSubjectMax));
  input.set("MessageStructure", "json");
  input.set("Message", std::move(forms).take());
  input.set("MessageAttributes",
            aws::Value::Object{{"kind", attribute(message.kind)},
                               {"level", attribute(rule::name_of(message.level))},
                               {"key", attribute(message.key)}});
  if (config.topic.ends_with(".fifo")) {
    input.set("MessageGroupId", base::sha256_hex(message.subject));
    input.set("MessageDeduplicationId", message.key);
  }
  return input;
}

Outcome SnsChannel::send(const Message& message, const std::stop_token& stop) {
  aws::CallOptions options;
  options.time_max = options.attempt_time_max = kSendTimeMax;
  options.stop = stop;
  if (const std::optional<event::Arn> arn = event::parse_arn(config_.topic))
    options.region = arn->region;
  if (!config_.region.empty()) options.region = config_.region;
  if (!config_.role_arn.empty()) {
    options.role = aws::Role{.arn = config_.role_arn,
                             .external_id = config_.external_id,
                             .session_name = "riposte-notify"};
  }
  const base::Result<aws::Answer> answer =
      tools_.call_aws("sns", "Publish", publish_input(config_, message), options);
  if (!answer.ok()) return {answer.error()};
  if (!answer->ok()) {
    // The service's words may quote what was sent: its code says enough.
    return {base::Error{answer->error->kind, "Publish: " + answer->error->code}};
  }
  return {};
}

}  // namespace riposte::notify
