#pragma once

// Messages, texts and parts for the tests of this module.

#include <random>
#include <string>
#include <vector>

#include "notify/channel.h"
#include "notify/message.h"
#include "support/scripted_transport.h"
#include "support/virtual_clock.h"

namespace riposte::notify {

inline constexpr std::string_view kAddress =
    "https://hooks.example.com/services/T0/B0/very-secret-part";

inline Message sample_message() {
  Message message;
  message.key = std::string(64, 'a');
  message.kind = "action.asked";
  message.subject = "act-1";
  message.level = rule::Level::High;
  message.title = "Approval wanted: Start the trail again";
  message.facts = {{"Who", "alice (IAMUser, AKIAEXAMPLE)"}, {"Where", "111122223333, eu-west-1"}};
  message.lines = {"start: cloudtrail.StartLogging {\"Name\":\"org-trail\"}"};
  message.commands = {"riposte action approve act-1 --digest d1"};
  message.link = "https://riposte.example.com/actions/act-1";
  message.time = base::parse_time("2026-01-31T18:37:58Z").value();
  return message;
}

// What somebody may have written into a log, in many scripts, valid UTF-8 on one line.
inline std::string hostile_text(std::mt19937& random, std::size_t pieces) {
  static const std::vector<std::string> kPieces = {"<!here>",
                                                   "<@U1>",
                                                   "<https://a.example|b>",
                                                   "&amp;",
                                                   "&",
                                                   "<",
                                                   ">",
                                                   "*b*",
                                                   "_i_",
                                                   "`c`",
                                                   "```",
                                                   "@channel",
                                                   "[a](https://b.example)",
                                                   "**b**",
                                                   "<at>a</at>",
                                                   "<script>",
                                                   "\"",
                                                   "\\",
                                                   "${answer.x}",
                                                   "ä",
                                                   "語",
                                                   "\xF0\x9F\x94\xA5",
                                                   "e\xCC\x81",
                                                   " ",
                                                   "word",
                                                   "\\u202e",
                                                   "%0d%0a",
                                                   std::string(50, 'x')};
  std::string text;
  for (std::size_t n = pieces; n-- > 0;)
    text += kPieces[random() % kPieces.size()];
  return text;
}

inline Message hostile_message(std::mt19937& random) {
  Message message = sample_message();
  message.title = hostile_text(random, random() % 60);
  message.facts.clear();
  message.lines.clear();
  for (std::size_t n = random() % (kFactsMax + 1); n-- > 0;)
    message.facts.push_back({"Who", hostile_text(random, random() % 60)});
  for (std::size_t n = random() % (kLinesMax + 1); n-- > 0;)
    message.lines.push_back(hostile_text(random, random() % 200));
  return message;
}

// A mailer that keeps what it is given.
class ScriptedMailer final : public net::Mailer {
 public:
  base::Result<net::MailReceipt> send(const net::Mail& mail, const net::MailServer& server,
                                      const net::SendOptions& given) override {
    mails.push_back(mail);
    servers.push_back(server);
    options.push_back(given);
    return answer;
  }

  base::Result<net::MailReceipt> answer = net::MailReceipt{};
  std::vector<net::Mail> mails;
  std::vector<net::MailServer> servers;
  std::vector<net::SendOptions> options;
};

// Everything that a channel works with, scripted. The secret "url" is kAddress, "key" is "k".
struct Bench {
  explicit Bench(std::vector<base::Result<net::HttpResponse>> answers = {net::HttpResponse{
                     200, {}, "ok"}})
      : transport(std::move(answers)) {}

  testing_support::ScriptedTransport transport;
  ScriptedMailer mailer;
  testing_support::VirtualClock clock;
  struct Called {
    std::string service, operation;
    aws::Value input;
    aws::CallOptions options;
  };
  std::vector<Called> called;
  base::Result<aws::Answer> aws_answer = aws::Answer{};
  std::string address{kAddress};

  Tools tools() {
    return {transport, mailer, clock,
            [this](std::string_view service, std::string_view operation, const aws::Value& input,
                   const aws::CallOptions& options) {
              called.push_back({std::string(service), std::string(operation), input, options});
              return aws_answer;
            },
            [this](const SecretReference& reference) -> base::Result<base::Secret> {
              if (reference.name == "url") return base::Secret(address);
              if (reference.name == "key") return base::Secret("k");
              return base::Error{base::Errc::NotFound, words_of(reference) + " holds no secret"};
            }};
  }
};

inline ChannelConfig sample_config(ChannelConfig::Kind kind) {
  ChannelConfig config;
  config.name = "security";
  config.kind = kind;
  config.url = {SecretReference::Place::Environment, "url"};
  config.secret = {SecretReference::Place::Environment, "key"};
  config.topic = "arn:aws:sns:eu-west-1:111122223333:alarms";
  config.server = "mail.example.com:587";
  config.user = "riposte";
  config.from = "riposte@example.com";
  config.to = {"soc@example.com"};
  return config;
}

}  // namespace riposte::notify
