#include "finding/finding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "finding/samples_test.h"

namespace riposte::finding {
namespace {

constexpr std::string_view kRecord =
    R"({"eventID":"e1","eventName":"StopLogging","eventTime":"2026-01-31T18:37:58Z"})";

// The first 32 digits of SHA-256 over "riposte.finding/1\n36:<rule id>0:2:e1".
TEST(FindingTest, IdIsTheSameOnAnyMachine) {
  EXPECT_EQ(finding_id(sample_rule(), "", {"e1"}), "2d2ad159f636847e5961ba59fc77d8df");
}

TEST(FindingTest, IdTellsRulesKeysAndEventsApart) {
  rule::Rule other = sample_rule();
  other.id = "another";
  const std::vector<std::string> ids = {
      finding_id(sample_rule(), "", {"e1"}),       finding_id(other, "", {"e1"}),
      finding_id(sample_rule(), "alice", {"e1"}),  finding_id(sample_rule(), "", {"e2"}),
      finding_id(sample_rule(), "", {"e1", "e2"}), finding_id(sample_rule(), "", {"e1e2"}),
      finding_id(sample_rule(), "e1", {}),         finding_id(sample_rule(), "", {}),
  };
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(ids[i].size(), 32u);
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_NE(ids[i], ids[j]) << i << " and " << j;
  }
}

TEST(FindingTest, IdDependsNeitherOnTheRulesTextNorOnThePlaceOfTheEvent) {
  rule::Rule reworded = sample_rule();
  reworded.title = "Trail stopped";
  reworded.level = rule::Level::Low;
  const SampleEvent here(kRecord);
  SampleEvent there(kRecord);
  there.event.origin = {.path = "elsewhere.json", .record = 99};
  EXPECT_EQ(finding_of(shared(sample_rule()), here.event).id,
            finding_of(shared(reworded), there.event).id);
}

TEST(FindingTest, AnEventWithoutIdIsNamedByItsRecordWhateverItsBlanks) {
  const SampleEvent tight(R"({"action":"BLOCK","n":1.50})");
  const SampleEvent wide(R"({ "action" : "BLOCK",  "n" : 1.50 })");
  const SampleEvent other(R"({"action":"ALLOW","n":1.50})");
  EXPECT_THAT(event_id_of(tight.event), testing::MatchesRegex("sha256:[0-9a-f]{64}"));
  EXPECT_EQ(event_id_of(tight.event), event_id_of(wide.event));
  EXPECT_NE(event_id_of(tight.event), event_id_of(other.event));
  EXPECT_THAT(finding_of(shared(sample_rule()), tight.event).events,
              testing::ElementsAre(event_id_of(tight.event)));
}

TEST(FindingTest, CopiesWhatMustOutliveTheEvent) {
  Finding finding;
  {
    SampleEvent sample(kRecord);
    sample.event.account = "111122223333";
    sample.event.region = "eu-west-1";
    sample.event.service = "cloudtrail";
    finding = finding_of(shared(sample_rule()), sample.event);
  }
  EXPECT_EQ(finding.format, event::Format::CloudTrail);
  EXPECT_EQ(finding.account, "111122223333");
  EXPECT_EQ(finding.region, "eu-west-1");
  EXPECT_EQ(finding.service, "cloudtrail");
  EXPECT_EQ(finding.event_name, "StopLogging");
  EXPECT_EQ(finding.error_code, "");
  EXPECT_EQ(finding.first_time, base::parse_time("2026-01-31T18:37:58Z"));
  EXPECT_EQ(finding.last_time, finding.first_time);
  EXPECT_THAT(finding.events, testing::ElementsAre("e1"));
  EXPECT_EQ(finding.source_path, "logs/a.json");
  EXPECT_EQ(finding.source_record, 1u);
  EXPECT_EQ(finding.count, 1u);
}

TEST(FindingTest, KeepsWhatTheAccountAnswered) {
  const auto error_of = [](std::string_view record) {
    return finding_of(shared(sample_rule()), SampleEvent(record).event).error_code;
  };
  EXPECT_EQ(error_of(R"({"eventName":"StopLogging","errorCode":"AccessDenied"})"), "AccessDenied");
  EXPECT_EQ(error_of(R"({"eventName":"ConsoleLogin",
                         "responseElements":{"ConsoleLogin":"Failure"}})"),
            "Failure");
  EXPECT_EQ(error_of(R"({"eventName":"ConsoleLogin",
                         "responseElements":{"ConsoleLogin":"Success"}})"),
            "");
  EXPECT_EQ(error_of(R"({"eventName":"ConsoleLogin","responseElements":null})"), "");
}

TEST(FindingTest, NamesTheCallAsFarAsItIsKnown) {
  Finding finding;
  EXPECT_EQ(call_of(finding), "");
  finding.service = "cloudtrail";
  EXPECT_EQ(call_of(finding), "cloudtrail");
  finding.event_name = "StopLogging";
  EXPECT_EQ(call_of(finding), "cloudtrail:StopLogging");
  finding.service = "";
  EXPECT_EQ(call_of(finding), "StopLogging");
}

TEST(FindingTest, ComesInOrderOfTimeThenRuleThenId) {
  Finding early = sample_finding();
  Finding late = sample_finding();
  late.first_time = *late.first_time + base::Millis(1);
  late.id = "00";
  EXPECT_TRUE(earlier(early, late));
  EXPECT_FALSE(earlier(late, early));

  Finding same_time = sample_finding();
  rule::Rule other = sample_rule();
  other.name = "b";
  same_time.rule = shared(other);
  same_time.id = "00";
  EXPECT_TRUE(earlier(early, same_time)) << "aws_... stands before b";

  Finding same_rule = sample_finding();
  same_rule.id = "01";
  EXPECT_TRUE(earlier(early, same_rule));
  EXPECT_FALSE(earlier(early, early));

  Finding timeless = sample_finding();
  timeless.first_time.reset();
  EXPECT_TRUE(earlier(late, timeless)) << "unknown times come last";
}

}  // namespace
}  // namespace riposte::finding
