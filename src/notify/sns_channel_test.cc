#include "notify/sns_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"
#include "notify/samples_test.h"

namespace riposte::notify {
namespace {

using testing::HasSubstr;
using testing::Not;

const ChannelConfig& topic() {
  static const ChannelConfig config = sample_config(ChannelConfig::Kind::Sns);
  return config;
}

TEST(SnsChannelTest, ATopicGetsASubjectAndAFormForEachReader) {
  const aws::Value input = publish_input(topic(), sample_message());
  EXPECT_EQ(input.text_at("TopicArn"), topic().topic);
  EXPECT_EQ(input.text_at("Subject"), "[riposte] HIGH Approval wanted: Start the trail again");
  EXPECT_EQ(input.text_at("MessageStructure"), "json");
  const auto forms = json::OwnedDocument::parse(input.text_at("Message")).value();
  EXPECT_EQ(forms.root().string_at("email"),
            "Approval wanted: Start the trail again\n"
            "\n"
            "Level  high\n"
            "Who    alice (IAMUser, AKIAEXAMPLE)\n"
            "Where  111122223333, eu-west-1\n"
            "\n"
            "start: cloudtrail.StartLogging {\"Name\":\"org-trail\"}\n"
            "\n"
            "  riposte action approve act-1 --digest d1\n"
            "\n"
            "https://riposte.example.com/actions/act-1\n");
  EXPECT_EQ(forms.root().string_at("default"), forms.root().string_at("email"));
  EXPECT_EQ(forms.root().string_at("sms"),
            "(riposte) HIGH Approval wanted: Start the trail again; alice (IAMUser, AKIAEXAMPLE); "
            "111122223333, eu-west-1");
  EXPECT_EQ(input.text_at("MessageAttributes.level.StringValue"), "high");
  EXPECT_EQ(input.find("MessageGroupId"), nullptr);
}

TEST(SnsChannelTest, AFifoTopicGetsTheKeyToTellASecondTry) {
  ChannelConfig config = topic();
  config.topic += ".fifo";
  const Message message = sample_message();
  const aws::Value input = publish_input(config, message);
  EXPECT_EQ(input.text_at("MessageDeduplicationId"), message.key);
  EXPECT_EQ(input.text_at("MessageGroupId").size(), 64U);
}

TEST(SnsChannelTest, APhoneGetsOneShortText) {
  ChannelConfig config = topic();
  config.topic.clear();
  config.phone = "+491701234567";
  const aws::Value input = publish_input(config, sample_message());
  EXPECT_EQ(input.text_at("PhoneNumber"), "+491701234567");
  EXPECT_EQ(input.text_at("Message"), sms_text(sample_message()));
  EXPECT_EQ(input.find("Subject"), nullptr);
}

TEST(SnsChannelTest, SubjectAndSmsFitWhateverTheText) {
  std::mt19937 random(6);
  for (int i = 0; i < 200; ++i) {
    const Message message = hostile_message(random);
    const aws::Value input = publish_input(topic(), message);
    const std::string subject(input.text_at("Subject"));
    ASSERT_LT(subject.size(), 100U);
    for (const std::string& text : {subject, sms_text(message)}) {
      ASSERT_TRUE(std::all_of(text.begin(), text.end(), [](char c) {
        return c >= ' ' && c <= '~';
      })) << text;
    }
    ASSERT_LE(sms_text(message).size(), kSnsSmsMax);
    ASSERT_EQ(sms_text(message).find_first_of("`^{}[]~\\|"), std::string::npos);
    ASSERT_LE(input.text_at("Message").size(), kSnsBytesMax);
  }
}

TEST(SnsChannelTest, IsCalledInTheTopicsRegionAsTheRole) {
  Bench bench;
  ChannelConfig config = topic();
  config.role_arn = "arn:aws:iam::111122223333:role/notify";
  EXPECT_TRUE(SnsChannel(config, bench.tools()).send(sample_message(), {}).is_sent());
  ASSERT_EQ(bench.called.size(), 1U);
  EXPECT_EQ(bench.called[0].operation, "Publish");
  EXPECT_EQ(bench.called[0].options.region, "eu-west-1");
  EXPECT_EQ(bench.called[0].options.role->arn, config.role_arn);
}

TEST(SnsChannelTest, ARefusalIsToldByItsCodeAlone) {
  Bench bench;
  aws::Answer refusal;
  refusal.error.emplace();
  refusal.error->kind = base::Errc::Denied;
  refusal.error->code = "AuthorizationError";
  refusal.error->message = "quotes what was sent";
  bench.aws_answer = refusal;
  const Outcome outcome = SnsChannel(topic(), bench.tools()).send(sample_message(), {});
  EXPECT_EQ(outcome.status.error().code, base::Errc::Denied);
  EXPECT_EQ(outcome.status.error().message, "Publish: AuthorizationError");
}

}  // namespace
}  // namespace riposte::notify
