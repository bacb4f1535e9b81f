#include "notify/message_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/utf8.h"
#include "notify/message_text.h"
#include "notify/samples_test.h"

namespace riposte::notify {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const base::EventTime kNow = base::parse_time("2026-01-31T18:40:00Z").value();

Message written(std::string kind, std::string subject, std::string body) {
  return MessageWriter("https://riposte.example.com")
      .write({1, std::move(kind), std::move(subject), std::move(body), kNow});
}

constexpr const char* kFinding =
    R"({"schema":"riposte.finding/1","id":"f1","rule":{"name":"aws_trail_stopped",)"
    R"("title":"CloudTrail trail stopped","level":"high"},"account":"111122223333",)"
    R"("region":"eu-west-1","actor":{"type":"AssumedRole","name":"Admin/x","arn":"arn:x",)"
    R"("access_key":"ASIAEXAMPLE","ip":"198.51.100.7","user_agent":"aws-cli/2.15.0",)"
    R"("origin":"arn:aws:iam::111122223333:user/alice"},)"
    R"("resources":[{"type":"AWS::CloudTrail::Trail","id":"org-trail","arn":null}],"count":3,)"
    R"("first_time":"2026-01-31T18:37:58.287Z","last_time":"2026-01-31T18:39:58.287Z",)"
    R"("events":["e1","e2","e3","e4","e5","e6","e7"],)"
    R"("event":{"service":"cloudtrail","name":"StopLogging","error_code":null}})";

TEST(MessageWriterTest, AFindingIsToldWithWhoWhatWhereAndEvidence) {
  const Message message = written("finding.recorded", "f1", kFinding);
  EXPECT_EQ(message.level, rule::Level::High);
  EXPECT_FALSE(message.closes);
  EXPECT_EQ(plain_text(message),
            "CloudTrail trail stopped\n"
            "\n"
            "Level     high\n"
            "What      cloudtrail:StopLogging\n"
            "Who       Admin/x (AssumedRole, ASIAEXAMPLE), behind it "
            "arn:aws:iam::111122223333:user/alice\n"
            "From      198.51.100.7, aws-cli/2.15.0\n"
            "Where     111122223333, eu-west-1\n"
            "On        trail org-trail\n"
            "When      2026-01-31 18:37:58 to 18:39:58 UTC\n"
            "Events    3\n"
            "Evidence  e1, e2, e3, e4, e5 (+2 more)\n"
            "Rule      aws_trail_stopped\n"
            "Finding   f1\n"
            "\n"
            "  riposte finding show f1\n"
            "\n"
            "https://riposte.example.com/findings/f1\n");
}

constexpr const char* kAsked =
    R"({"level":"medium","plan":{"runbook":{"name":"restart-trail",)"
    R"("title":"Start the trail again"},"finding":"f1","rule":"aws_trail_stopped",)"
    R"("account":"111122223333","region":"eu-west-1","actor":{"type":"IAMUser","name":"alice"},)"
    R"("resources":["org-trail"],"notify":["security"],"steps":[)"
    R"({"name":"start","aws":"cloudtrail.StartLogging","with":{"Name":"org-trail"},)"
    R"("undo":{"aws":"cloudtrail.StopLogging","with":{"Name":"org-trail"}}},)"
    R"({"name":"reset","aws":"iam.UpdateLoginProfile","with":{"UserName":"alice","Password":"p"},)"
    R"("undo":null,"irreversible":true}],"digest":"d1"}})";

TEST(MessageWriterTest, AQuestionShowsTheExactCallsTheDigestAndHowToAnswer) {
  const Message message = written("action.asked", "act-1", kAsked);
  EXPECT_EQ(message.title, "Approval wanted: Start the trail again");
  EXPECT_EQ(message.level, rule::Level::High) << "a question is worth that at least";
  EXPECT_THAT(message.channels, ElementsAre("security"));
  EXPECT_THAT(
      message.lines,
      ElementsAre(R"(start: cloudtrail.StartLogging {"Name":"org-trail"})",
                  R"(  undo: cloudtrail.StopLogging {"Name":"org-trail"})",
                  R"_(reset: iam.UpdateLoginProfile {"UserName":"alice","Password":"(secret)"})_",
                  "  cannot be taken back"));
  EXPECT_THAT(message.commands,
              ElementsAre("riposte action approve act-1 --digest d1", "riposte action deny act-1",
                          "riposte action show act-1"));
}

TEST(MessageWriterTest, WhatStandsMayBeUndone) {
  const Message standing = written("action.standing", "act-1", kAsked);
  EXPECT_TRUE(standing.closes);
  EXPECT_THAT(standing.commands,
              ElementsAre("riposte action undo act-1", "riposte action show act-1"));
}

TEST(MessageWriterTest, WhatIsStuckIsCriticalAndSaysWhereItStands) {
  const Message stuck = written(
      "action.stuck", "act-1",
      R"({"state":"stuck","by":"riposte","says":["Policy: expected a, found b","changed by others"],)"
      R"("steps":["done","unknown"],"plan":{"runbook":{"name":"r"},"steps":[)"
      R"({"name":"one","aws":"a.B"},{"name":"two","aws":"a.C"}]}})");
  EXPECT_EQ(stuck.level, rule::Level::Critical);
  EXPECT_EQ(stuck.title, "A person must look: r");
  EXPECT_THAT(plain_text(stuck),
              HasSubstr("Because  Policy: expected a, found b; changed by others\n"));
  EXPECT_THAT(stuck.lines, ElementsAre("one (done): a.B", "two (unknown): a.C"));
}

TEST(MessageWriterTest, AnIncidentIsItsStory) {
  const Message message = written(
      "incident.opened", "i1",
      R"({"id":"i1","level":"critical","title":"CloudTrail trail stopped","findings":2,"events":3,)"
      R"("origins":["arn:aws:iam::111122223333:user/alice"],"actors":["alice"],"accounts":["111122223333"],)"
      R"("regions":["eu-west-1"],"addresses":["198.51.100.7"],"resources":[],)"
      R"("story":[{"time":"2026-01-31T18:37:58.287Z","level":"high","title":"Trail stopped",)"
      R"("actor":"alice","call":"cloudtrail:StopLogging"}]})");
  EXPECT_EQ(message.title, "Incident: CloudTrail trail stopped");
  EXPECT_EQ(message.level, rule::Level::Critical);
  EXPECT_THAT(message.lines, ElementsAre("2026-01-31T18:37:58.287Z  high  Trail stopped  alice  "
                                         "cloudtrail:StopLogging"));
}

TEST(MessageWriterTest, NothingInALogCanLeaveItsLine) {
  const Message message =
      written("finding.recorded", "f1",
              R"({"rule":{"title":"a\nb\u001b[2J"},"actor":{"name":"\u202eevil\r\nBcc: x",)"
              R"("user_agent":"\u0000\u2028"}})");
  const std::string text = headline(message) + message.facts.at(0).text + message.facts.at(1).text;
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }))
      << text;
  EXPECT_EQ(message.title, "a\\nb\\x1b[2J");
}

TEST(MessageWriterTest, AnIdThatIsNoWordGetsIntoNoCommand) {
  EXPECT_THAT(written("action.asked", "a; rm -rf /", "{}").commands, IsEmpty());
  EXPECT_THAT(written("action.asked", "--force", "{}").commands, IsEmpty());
  EXPECT_EQ(written("action.asked", "../x y", "{}").link, "");
}

TEST(MessageWriterTest, WhatCannotBeReadIsToldAllTheSame) {
  for (const char* body : {"", "no JSON", "[]", "3"}) {
    const Message message = written("action.stuck", "act-1", body);
    EXPECT_EQ(message.title, "A person must look");
    EXPECT_EQ(message.level, rule::Level::Critical);
    EXPECT_THAT(plain_text(message), HasSubstr("act-1"));
  }
  const Message unknown = written("weather.changed", "w1", R"({"rain":"yes"})");
  EXPECT_EQ(unknown.title, "weather.changed");
  EXPECT_THAT(plain_text(unknown), HasSubstr("rain  yes"));
}

TEST(MessageWriterTest, WhatIsTooMuchIsCounted) {
  std::string steps;
  for (int i = 0; i < 200; ++i)
    steps += std::string(i == 0 ? "" : ",") + R"({"name":"s","aws":"a.B","with":{"x":")" +
             std::string(10'000, 'y') + R"("}})";
  const Message message = written("action.asked", "act-1", R"({"plan":{"steps":[)" + steps + "]}}");
  EXPECT_THAT(message.lines, SizeIs(kLinesMax));
  EXPECT_EQ(message.lines.back(), "... and 141 more lines");
  EXPECT_LE(message.lines.front().size(), kLineBytesMax);
}

TEST(MessageWriterTest, ADigestCountsByLevelAndTitleAndNamesEachQuestion) {
  std::vector<Message> messages;
  for (int i = 0; i < 30; ++i)
    messages.push_back(written("finding.recorded", "f" + std::to_string(i), kFinding));
  messages.push_back(
      written("finding.recorded", "g", R"({"rule":{"title":"User made","level":"low"}})"));
  messages.push_back(written("action.asked", "act-1", kAsked));
  std::vector<const Message*> given;
  for (const Message& message : messages)
    given.push_back(&message);
  const Message digest = MessageWriter().write_digest(given);
  EXPECT_EQ(digest.title, "32 messages at once");
  EXPECT_EQ(digest.level, rule::Level::High);
  EXPECT_THAT(
      digest.lines,
      ElementsAre(
          "Approval wanted: Start the trail again: riposte action approve act-1 --digest d1",
          "1 x high Approval wanted: Start the trail again", "30 x high CloudTrail trail stopped",
          "1 x low User made"));
}

TEST(MessageWriterTest, ADigestOfAThousandKindsStillCountsAll) {
  std::mt19937 random(7);
  std::vector<Message> messages;
  for (int i = 0; i < 1'000; ++i) {
    messages.push_back(written(i % 3 == 0 ? "action.asked" : "finding.recorded",
                               "s" + std::to_string(i),
                               R"({"title":"t)" + std::to_string(i) + R"(","level":"low"})"));
  }
  std::vector<const Message*> given;
  for (const Message& message : messages)
    given.push_back(&message);
  const Message digest = MessageWriter().write_digest(given);
  EXPECT_LE(digest.lines.size(), kLinesMax);
  EXPECT_THAT(digest.lines, testing::Contains("... and 304 more: riposte action list"));
  std::size_t counted = 0;
  for (const std::string& line : digest.lines) {
    if (line.starts_with("1 x ")) ++counted;
    if (line.ends_with(" of other kinds")) counted += std::stoul(line.substr(8));
  }
  EXPECT_EQ(counted, 1'000U);
}

TEST(MessageWriterTest, ATestSaysThatItIsOne) {
  const Message message = MessageWriter().write_test("security", kNow);
  EXPECT_EQ(message.kind, "test");
  EXPECT_THAT(plain_text(message), HasSubstr("Nothing has happened"));
}

TEST(MessageWriterTest, ToAMachineItIsJson) {
  Message message = written("finding.closed", "f1", R"({"by":"bob","reason":"drill"})");
  message.key = "k";
  EXPECT_EQ(
      to_json(message),
      R"({"schema":"riposte.notification/1","key":"k","kind":"finding.closed","subject":"f1",)"
      R"("level":"informational","closes":true,"title":"Closed","facts":[{"label":"by","text":"bob"},)"
      R"({"label":"reason","text":"drill"}],"lines":[],"commands":[],)"
      R"("link":"https://riposte.example.com/findings/f1","time":"2026-01-31T18:40:00.000Z"})");
}

TEST(MessageWriterTest, ACaseSaysWhatIsNextAndWhoDecides) {
  const Message waiting = written(
      "case.waiting", "c1",
      R"({"id":"c1","title":"The root user was used","level":"high","incident":"i1","findings":3,)"
      R"("notify":["security"],"next":{"step":"root-used/confirm","phase":"containment",)"
      R"("says":"Was it one of us?","by":["security","legal"]}})");
  EXPECT_EQ(waiting.title, "Waiting for you: The root user was used");
  EXPECT_EQ(waiting.level, rule::Level::High);
  EXPECT_THAT(waiting.channels, ElementsAre("security"));
  EXPECT_THAT(plain_text(waiting), HasSubstr("root-used/confirm: Was it one of us?"));
  EXPECT_THAT(plain_text(waiting), HasSubstr("Decides   security, legal"));
  EXPECT_THAT(waiting.commands, ElementsAre("riposte case show c1"));
  const Message closed = written("case.closed", "c1",
                                 R"({"title":"The root user was used","level":"high","by":"dana",)"
                                 R"("lessons":"a safe for the device","notify":[],"next":null})");
  EXPECT_TRUE(closed.closes);
  EXPECT_THAT(plain_text(closed), HasSubstr("Lessons  a safe for the device"));
}

}  // namespace
}  // namespace riposte::notify
