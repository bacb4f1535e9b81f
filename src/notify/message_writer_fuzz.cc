// Any text may be the body of a notice: a message comes of it whose texts are single visible lines
// within their bounds, and every channel makes something of it that the other end can read.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "finding/terminal_text.h"
#include "json/scanner.h"
#include "json/utf8.h"
#include "notify/fit.h"
#include "notify/message_text.h"
#include "notify/message_writer.h"
#include "notify/pagerduty_channel.h"
#include "notify/slack_channel.h"
#include "notify/sns_channel.h"
#include "notify/teams_channel.h"

namespace riposte::notify {
namespace {

void check_line(std::string_view text, std::size_t bytes_max) {
  CHECK(text.size() <= bytes_max, "a text has its bound");
  CHECK(json::valid_utf8_prefix(text) == text.size(), "a text is UTF-8");
  CHECK(finding::visible(text) == text, "a text is one visible line");
}

void check_json(const std::string& body, std::size_t bytes_max) {
  CHECK(body.size() <= bytes_max, "a body has its bound");
  CHECK(json::OwnedDocument::parse(body).ok(), "a body is JSON, and no key stands twice");
}

void check(const Message& message) {
  check_line(message.title, kLineBytesMax);
  CHECK(message.facts.size() <= kFactsMax && message.lines.size() <= kLinesMax, "it is bounded");
  for (const Message::Fact& fact : message.facts) {
    check_line(fact.label, kFactBytesMax);
    check_line(fact.text, kFactBytesMax);
  }
  for (const std::string& line : message.lines)
    check_line(line, kLineBytesMax);
  for (const std::string& command : message.commands)
    check_line(command, kLineBytesMax);
  check_json(slack_body(message), std::size_t{256} << 10);
  check_json(teams_body(message), kTeamsBytesMax);
  check_json(pagerduty_body(message, "r"), kPagerDutyBytesMax);
  check_json(to_json(message), std::size_t{1} << 20);
  ChannelConfig topic;
  topic.topic = "arn:aws:sns:eu-west-1:111122223333:t";
  const aws::Value input = publish_input(topic, message);
  check_json(std::string(input.text_at("Message")), kSnsBytesMax);
  CHECK(input.text_at("Subject").size() <= kSnsSubjectMax, "a subject has its bound");
}

}  // namespace
}  // namespace riposte::notify

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace riposte::notify;
  const std::string body(reinterpret_cast<const char*>(data), size);
  const MessageWriter writer("https://riposte.example.com");
  for (const char* kind :
       {"finding.recorded", "incident.opened", "action.asked", "action.stuck", "x"}) {
    const Message message = writer.write({1, kind, "subject", body, {}});
    check(message);
    check(writer.write_digest({&message, &message}));
  }
  return 0;
}
