#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "finding/samples_test.h"
#include "finding/writers.h"
#include "json/scanner.h"

namespace riposte::finding {
namespace {

TEST(NdjsonWriterTest, WritesTheKeysOfTheContractInItsOrder) {
  Finding finding = sample_finding();
  finding.actor.session_of = "arn:aws:iam::111122223333:role/Ops";
  EXPECT_EQ(
      to_ndjson(finding),
      R"({"schema":"riposte.finding/1","id":"00112233445566778899aabbccddeeff",)"
      R"("time":"2026-01-31T18:37:58.287Z",)"
      R"("rule":{"id":"bb0f82b9-3a53-4ddb-948d-395188762986","name":"aws_trail_stopped",)"
      R"("title":"CloudTrail trail stopped","level":"high",)"
      R"("tags":["attack.defense-evasion","attack.t1562.008"]},)"
      R"("kind":"event","cloud":"aws","account":"111122223333","region":"eu-west-1",)"
      R"("actor":{"type":"IAMUser","id":"AIDAEXAMPLE","name":"alice",)"
      R"("arn":"arn:aws:iam::111122223333:user/alice","access_key":"AKIAEXAMPLE",)"
      R"("session_of":"arn:aws:iam::111122223333:role/Ops","ip":"198.51.100.7",)"
      R"("user_agent":"aws-cli/2.15.0","account":"111122223333",)"
      R"("origin":null,"credential":null,"chain":[]},)"
      R"("resources":[{"type":"AWS::CloudTrail::Trail","id":"org-trail","arn":null}],)"
      R"("count":1,"first_time":"2026-01-31T18:37:58.287Z",)"
      R"("last_time":"2026-01-31T18:37:58.287Z","events":["event-1"],)"
      R"("source":{"path":"logs/a.json.gz","record":17},)"
      R"("event":{"format":"cloudtrail","service":"cloudtrail","name":"StopLogging","error_code":null},"correlation":null})");
}

TEST(NdjsonWriterTest, WhatIsUnknownIsNullAndNeverMissing) {
  EXPECT_EQ(
      to_ndjson(empty_finding()),
      R"({"schema":"riposte.finding/1","id":"ff","time":null,)"
      R"("rule":{"id":null,"name":"bare","title":"Bare","level":"medium","tags":[]},)"
      R"("kind":"event","cloud":null,"account":null,"region":null,)"
      R"("actor":{"type":"Unknown","id":null,"name":null,"arn":null,"access_key":null,)"
      R"("session_of":null,"ip":null,"user_agent":null,"account":null,"origin":null,"credential":null,"chain":[]},)"
      R"("resources":[],"count":1,"first_time":null,"last_time":null,"events":[],)"
      R"("source":{"path":null,"record":0},)"
      R"("event":{"format":"unknown","service":null,"name":null,"error_code":null},"correlation":null})");
}

TEST(NdjsonWriterTest, HostileTextStaysOneLineOfJson) {
  Finding finding = sample_finding();
  finding.actor.user_agent = "a\"b\\c\n\x1b[2J\xff";
  const std::string line = to_ndjson(finding);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  const auto parsed = json::OwnedDocument::parse(line);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->root().string_at("actor.user_agent"), "a\"b\\c\n\x1b[2J\xef\xbf\xbd");
}

TEST(NdjsonWriterTest, SaysWhenManyEventsMadeTheFinding) {
  Finding finding = sample_finding();
  rule::Rule rule = *finding.rule;
  rule.correlation.emplace().type = rule::CorrelationType::ValueCount;
  finding.rule = shared(rule);
  finding.correlated = {{{"user", "alice"}, {"host", std::nullopt}}, 3};
  finding.count = 3;
  finding.events = {"a", "b", "c"};
  finding.last_time = *finding.first_time + base::Millis(2000);
  const auto parsed = json::OwnedDocument::parse(to_ndjson(finding));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->root().string_at("kind"), "correlation");
  EXPECT_EQ(parsed->root().at("correlation")->text,
            R"({"type":"value_count","key":{"user":"alice","host":null},"value":3,"cost":null})");
  EXPECT_EQ(parsed->root().at("count")->text, "3");
  EXPECT_EQ(parsed->root().at("events")->text, R"(["a","b","c"])");
  EXPECT_EQ(parsed->root().string_at("time"), "2026-01-31T18:37:58.287Z");
  EXPECT_EQ(parsed->root().string_at("last_time"), "2026-01-31T18:38:00.287Z");
}

TEST(NdjsonWriterTest, SaysWhatAnHourOfItCosts) {
  rule::Rule rule = sample_rule();
  rule.cost = rule::Cost{3.5, 1'000'000, "requests", "https://prices.example"};
  Finding finding = sample_finding();
  finding.rule = shared(std::move(rule));
  finding.correlated = Finding::Correlated{{}, 1000};
  finding.count = 100'000;
  finding.last_time = *finding.first_time + std::chrono::minutes(6);
  EXPECT_THAT(to_ndjson(finding),
              testing::HasSubstr(R"("cost":{"usd_per_hour":3.5,"usd":3.5,"per":1000000,)"
                                 R"("of":"requests","source":"https://prices.example"})"));
  finding.last_time = finding.first_time;
  EXPECT_EQ(usd_per_hour(finding), 21) << "at most what a minute of it would be";
}

TEST(NdjsonWriterTest, SaysWhoIsBehindASession) {
  const auto parsed = json::OwnedDocument::parse(to_ndjson(sample_story().back()));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->root().string_at("actor.session_of"), "arn:aws:iam::111122223333:user/alice");
  EXPECT_EQ(parsed->root().string_at("actor.origin"), "arn:aws:iam::111122223333:user/alice");
  EXPECT_EQ(parsed->root().at("actor.chain")->text,
            R"([{"time":"2026-01-31T18:37:58.287Z","call":"AssumeRole",)"
            R"("from":"arn:aws:iam::111122223333:user/alice",)"
            R"("to":"arn:aws:sts::111122223333:assumed-role/Admin/x","event":"event-0"}])");
}

TEST(NdjsonWriterTest, WritesTheKeysOfAnIncidentInTheirOrder) {
  const std::vector<Finding> findings = sample_story();
  EXPECT_EQ(to_ndjson(incidents_of(findings).front()),
            R"({"schema":"riposte.incident/1","id":"77e4bb0750d048f719738e3f2c334d0d",)"
            R"("level":"high","title":"CloudTrail trail stopped",)"
            R"("first_time":"2026-01-31T18:37:58.287Z","last_time":"2026-01-31T18:39:58.287Z",)"
            R"("findings":2,"events":2,"origins":["arn:aws:iam::111122223333:user/alice"],)"
            R"("actors":["alice","Admin/x"],"accounts":["111122223333"],"regions":["eu-west-1"],)"
            R"("addresses":["198.51.100.7"],)"
            R"("resources":[{"type":"AWS::CloudTrail::Trail","id":"org-trail","arn":null},)"
            R"({"type":"AWS::IAM::User","id":"mallory","arn":null}],"resource_count":2,)"
            R"("tactics":[{"id":"TA0005","name":"Defense Evasion",)"
            R"("time":"2026-01-31T18:37:58.287Z","techniques":["T1562.008"]},)"
            R"({"id":"TA0003","name":"Persistence","time":"2026-01-31T18:39:58.287Z",)"
            R"("techniques":["T1136.003"]}],)"
            R"("story":[{"time":"2026-01-31T18:37:58.287Z",)"
            R"("finding":"00112233445566778899aabbccddeeff","rule":"aws_trail_stopped",)"
            R"("title":"CloudTrail trail stopped","level":"high","actor":"alice",)"
            R"("origin":"arn:aws:iam::111122223333:user/alice","ip":"198.51.100.7",)"
            R"("call":"cloudtrail:StopLogging","error_code":null,"count":1},)"
            R"({"time":"2026-01-31T18:39:58.287Z","finding":"ffeeddccbbaa99887766554433221100",)"
            R"("rule":"user_made","title":"User made","level":"medium","actor":"Admin/x",)"
            R"("origin":"arn:aws:iam::111122223333:user/alice","ip":"198.51.100.7",)"
            R"("call":"iam:CreateUser","error_code":null,"count":1}]})");
}

}  // namespace
}  // namespace riposte::finding
