#include "notify/slack_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"
#include "notify/fit.h"
#include "notify/samples_test.h"

namespace riposte::notify {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(SlackChannelTest, AMessageIsAHeaderFactsLinesAndCommands) {
  EXPECT_EQ(
      slack_body(sample_message()),
      R"_({"text":"[riposte] HIGH Approval wanted: Start the trail again","mrkdwn":false,"blocks":[)_"
      R"_({"type":"header","text":{"type":"plain_text",)_"
      R"_("text":"[riposte] HIGH Approval wanted: Start the trail again","emoji":false}},)_"
      R"_({"type":"section","fields":[{"type":"mrkdwn","text":"*Who*","verbatim":true},)_"
      R"_({"type":"plain_text","text":"alice (IAMUser, AKIAEXAMPLE)","emoji":false},)_"
      R"_({"type":"mrkdwn","text":"*Where*","verbatim":true},)_"
      R"_({"type":"plain_text","text":"111122223333, eu-west-1","emoji":false}]},)_"
      R"_({"type":"section","text":{"type":"plain_text",)_"
      R"_("text":"start: cloudtrail.StartLogging {\"Name\":\"org-trail\"}","emoji":false}},)_"
      R"_({"type":"section","text":{"type":"plain_text","text":"riposte action approve act-1 --digest d1\n)_"
      R"_(https://riposte.example.com/actions/act-1","emoji":false}}]})_");
}

TEST(SlackChannelTest, AMentionInALogIsText) {
  Message message = sample_message();
  message.title = "<!here> & <@U1>";
  message.facts = {{"Who", "<https://evil.example|click>"}};
  const std::string body = slack_body(message);
  EXPECT_THAT(body, HasSubstr("&lt;!here&gt; &amp; &lt;@U1&gt;"));
  EXPECT_THAT(body, HasSubstr("&lt;https://evil.example|click&gt;"));
  EXPECT_THAT(body, Not(HasSubstr("<")));
}

// Walks all text objects of a message.
void check(const json::Node& node, std::size_t& total) {
  if (node.is(json::Kind::Object) && node.find("text") != nullptr &&
      node.find("text")->is_string()) {
    const std::string_view text = node.find("text")->text;
    const std::string_view type = node.string_at("type");
    ASSERT_GT(text.size(), 0U);
    ASSERT_LE(units_of(text), kSlackTextMax);
    ASSERT_EQ(text.find('<'), std::string_view::npos);
    if (type == "mrkdwn") {
      ASSERT_EQ(text, "*Who*") << "only our labels are markup";
    }
    total += units_of(text);
  }
  if (!node.is_container()) return;
  for (const json::Node& child : json::children(node))
    check(child, total);
}

TEST(SlackChannelTest, SlacksLimitsHoldWhateverTheText) {
  std::mt19937 random(3);
  for (int i = 0; i < 200; ++i) {
    const std::string body = slack_body(hostile_message(random));
    const auto document = json::OwnedDocument::parse(body);
    ASSERT_TRUE(document.ok()) << body;
    const json::Node& blocks = *document->root().find("blocks");
    std::size_t count = 0;
    std::size_t total = 0;
    for (const json::Node& block : json::children(blocks)) {
      ++count;
      if (block.string_at("type") == "header") {
        ASSERT_LE(units_of(block.string_at("text.text")), kSlackHeaderMax);
      }
      if (const json::Node* fields = block.find("fields")) {
        std::size_t of_block = 0;
        for (const json::Node& field : json::children(*fields)) {
          ++of_block;
          ASSERT_LE(units_of(field.string_at("text")), kSlackFieldMax);
        }
        ASSERT_LE(of_block, kSlackFieldsMax);
      }
      check(block, total);
    }
    ASSERT_LE(count, kSlackBlocksMax);
    ASSERT_LE(total, kSlackMessageMax);
  }
}

TEST(SlackChannelTest, IsPostedToItsAddress) {
  Bench bench;
  SlackChannel channel(sample_config(ChannelConfig::Kind::Slack), bench.tools());
  EXPECT_TRUE(channel.send(sample_message(), {}).is_sent());
  ASSERT_EQ(bench.transport.requests.size(), 1U);
  EXPECT_EQ(bench.transport.requests[0].path, "/services/T0/B0/very-secret-part");
  EXPECT_EQ(bench.transport.requests[0].body, slack_body(sample_message()));
}

}  // namespace
}  // namespace riposte::notify
