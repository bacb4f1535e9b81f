#include "notify/email_channel.h"

#include <gtest/gtest.h>

#include "notify/message_text.h"
#include "notify/samples_test.h"

namespace riposte::notify {
namespace {

TEST(EmailChannelTest, AMailIsThePlainText) {
  Bench bench;
  EmailChannel channel(sample_config(ChannelConfig::Kind::Email), bench.tools());
  ASSERT_TRUE(channel.send(sample_message(), {}).is_sent());
  const net::Mail& mail = bench.mailer.mails.at(0);
  EXPECT_EQ(mail.subject, "[riposte] HIGH Approval wanted: Start the trail again");
  EXPECT_EQ(mail.text, plain_text(sample_message()));
  EXPECT_EQ(mail.id, sample_message().key);
  EXPECT_EQ(bench.mailer.servers.at(0).password.reveal(), "k");
  EXPECT_FALSE(bench.mailer.options.at(0).destinations->include(
      base::parse_address("169.254.169.254").value()));
}

TEST(EmailChannelTest, MailsAboutOneThingAreOneThread) {
  Bench bench;
  EmailChannel channel(sample_config(ChannelConfig::Kind::Email), bench.tools());
  Message message = sample_message();
  channel.send(message, {});
  message.key = std::string(64, 'b');
  message.kind = "action.undone";
  channel.send(message, {});
  EXPECT_EQ(bench.mailer.mails[0].thread, bench.mailer.mails[1].thread);
  EXPECT_NE(bench.mailer.mails[0].id, bench.mailer.mails[1].id);
}

TEST(EmailChannelTest, ARefusedRecipientIsToldThoughTheOthersGotIt) {
  Bench bench;
  bench.mailer.answer = net::MailReceipt{{"gone@example.com"}};
  const Outcome outcome = EmailChannel(sample_config(ChannelConfig::Kind::Email), bench.tools())
                              .send(sample_message(), {});
  EXPECT_TRUE(outcome.is_sent());
  EXPECT_EQ(outcome.remark, "refused recipients: gone@example.com");
}

}  // namespace
}  // namespace riposte::notify
