#include "notify/email_channel.h"

#include "base/digest.h"
#include "base/text.h"
#include "notify/fit.h"
#include "notify/message_text.h"

namespace riposte::notify {
namespace {

constexpr std::size_t kSubjectBytesMax = 200;  // what a list of mails shows, and more

}  // namespace

Outcome EmailChannel::send(const Message& message, const std::stop_token& stop) {
  net::MailServer server{.host = config_.server,
                         .security = config_.security,
                         .user = config_.user,
                         .ca_file = config_.ca_file};
  if (!config_.user.empty()) {
    base::Result<base::Secret> password = tools_.resolve(config_.secret);
    if (!password.ok()) return {password.error()};
    server.password = std::move(password).value();
  }
  net::Mail mail{.from = config_.from,
                 .to = config_.to,
                 .subject = fit_bytes(headline(message), kSubjectBytesMax),
                 .text = plain_text(message),
                 .id = message.key,
                 .time = tools_.clock.wall()};
  if (!message.subject.empty()) mail.thread = base::sha256_hex("thread " + message.subject);

  net::SendOptions options;
  options.deadline = tools_.clock.steady() + kSendTimeMax;
  options.stop = stop;
  // Relays stand in networks of one's own; what is never a relay stays out of reach.
  options.destinations =
      net::Destinations{.world = true, .private_networks = true, .loopback = true};
  const base::Result<net::MailReceipt> receipt = tools_.mailer.send(mail, server, options);
  if (!receipt.ok()) return {receipt.error()};
  Outcome outcome;
  if (!receipt->refused.empty())
    outcome.remark = "refused recipients: " + base::join(receipt->refused, ", ");
  return outcome;
}

}  // namespace riposte::notify
