#include "notify/teams_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"
#include "notify/samples_test.h"

namespace riposte::notify {
namespace {

using testing::HasSubstr;

TEST(TeamsChannelTest, AMessageIsOneAdaptiveCard) {
  EXPECT_EQ(
      teams_body(sample_message()),
      R"_({"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive",)_"
      R"_("contentUrl":null,"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json",)_"
      R"_("type":"AdaptiveCard","version":"1.4",)_"
      R"_("fallbackText":"[riposte] HIGH Approval wanted: Start the trail again",)_"
      R"_("msteams":{"width":"Full"},"body":[)_"
      R"_({"type":"RichTextBlock","inlines":[{"type":"TextRun",)_"
      R"_("text":"[riposte] HIGH Approval wanted: Start the trail again","weight":"Bolder","size":"Large"}]},)_"
      R"_({"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Who: ","weight":"Bolder"},)_"
      R"_({"type":"TextRun","text":"alice (IAMUser, AKIAEXAMPLE)"}]},)_"
      R"_({"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Where: ","weight":"Bolder"},)_"
      R"_({"type":"TextRun","text":"111122223333, eu-west-1"}]},)_"
      R"_({"type":"RichTextBlock","inlines":[{"type":"TextRun",)_"
      R"_("text":"start: cloudtrail.StartLogging {\"Name\":\"org-trail\"}","fontType":"Monospace"}]},)_"
      R"_({"type":"RichTextBlock","inlines":[{"type":"TextRun",)_"
      R"_("text":"riposte action approve act-1 --digest d1","fontType":"Monospace"}]}],)_"
      R"_("actions":[{"type":"Action.OpenUrl","title":"Open",)_"
      R"_("url":"https://riposte.example.com/actions/act-1"}]}}]})_");
}

// Markdown and mentions mean something in TextBlocks and FactSets, and need entities.
TEST(TeamsChannelTest, TextFromOutsideStandsOnlyWhereItMeansNothingAndTheCardFits) {
  std::mt19937 random(4);
  for (int i = 0; i < 100; ++i) {
    const std::string body = teams_body(hostile_message(random));
    ASSERT_LE(body.size(), kTeamsBytesMax);
    const auto document = json::OwnedDocument::parse(body);
    ASSERT_TRUE(document.ok());
    const json::Node& content =
        *std::as_const(*(document->root().find("attachments") + 1)).find("content");
    ASSERT_EQ(content.at("msteams.entities"), nullptr);
    for (const json::Node& block : json::children(*content.find("body"))) {
      ASSERT_EQ(block.string_at("type"), "RichTextBlock");
      for (const json::Node& run : json::children(*block.find("inlines")))
        ASSERT_EQ(run.string_at("type"), "TextRun");
    }
  }
}

TEST(TeamsChannelTest, LinesThatHaveNoRoomAreCounted) {
  Message message = sample_message();
  message.lines.assign(kLinesMax, std::string(2'000, 'x'));
  EXPECT_THAT(teams_body(message), HasSubstr("more lines, which riposte shows"));
}

TEST(TeamsChannelTest, TheSignatureInItsAddressIsSent) {
  Bench bench({net::HttpResponse{202, {}, ""}});
  bench.address =
      "https://x.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke?sp=%2Frun&sig=abc-_1";
  TeamsChannel channel(sample_config(ChannelConfig::Kind::Teams), bench.tools());
  EXPECT_TRUE(channel.send(sample_message(), {}).is_sent());
  EXPECT_EQ(bench.transport.requests[0].host, "x.logic.azure.com:443");
  EXPECT_EQ(bench.transport.requests[0].query.back(), (net::QueryParameter{"sig", "abc-_1"}));
}

}  // namespace
}  // namespace riposte::notify
