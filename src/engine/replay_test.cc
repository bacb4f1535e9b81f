#include "engine/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "respond/runbook_reader.h"

namespace riposte::engine {
namespace {

using respond::Mode;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;
using Outcome = ReplayedPlan::Outcome;

respond::RunbookPointer runbook(const std::string& more = {}) {
  base::Diagnostics diagnostics;
  const auto runbooks = respond::read_runbooks(
      {{"r.yml", "runbook: start\ntitle: Start\nmode: auto\nwhen: {rules: [stopped]}\n" + more +
                     "steps: [{name: a, aws: cloudtrail.StartLogging, with: {Name: "
                     "\"${event.name}\"}, undo: {aws: cloudtrail.StopLogging}}]\n"}},
      diagnostics);
  EXPECT_TRUE(diagnostics.ok());
  return runbooks.front();
}

finding::Finding stopped(int number, int minute, const std::string& trail) {
  static const rule::RulePointer kRule = [] {
    rule::Rule rule;
    rule.id = "r-1";
    rule.name = "stopped";
    return std::make_shared<const rule::Rule>(std::move(rule));
  }();
  finding::Finding finding;
  finding.id = "f" + std::to_string(number);
  finding.rule = kRule;
  finding.account = "111122223333";
  finding.region = "eu-west-1";
  finding.first_time = *base::parse_time("2026-01-31T12:00:00Z") + std::chrono::minutes(minute);
  finding.resources = {{"AWS::CloudTrail::Trail", trail, ""}};
  finding.record = R"({"name":")" + trail + R"("})";
  return finding;
}

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() { safety_.mode = Mode::Auto; }

  std::vector<Outcome> outcomes(const std::vector<finding::Finding>& findings,
                                const std::string& more = {}) {
    replay_ = replay(findings, {runbook(more)}, safety_);
    std::vector<Outcome> all;
    for (const ReplayedPlan& each : replay_.plans)
      all.push_back(each.outcome);
    return all;
  }

  respond::Safety safety_;
  Replay replay_;
};

TEST_F(ReplayTest, TheClockIsThatOfTheEvents) {
  EXPECT_THAT(outcomes({stopped(1, 0, "main"), stopped(2, 5, "main"), stopped(3, 11, "main")}),
              ElementsAre(Outcome::WouldRun, Outcome::Refused, Outcome::WouldRun));
  EXPECT_THAT(replay_.stopped_by, ElementsAre(Pair("cool-down", 1)));
}

TEST_F(ReplayTest, ALimitIsCountedForEveryPlanItStops) {
  EXPECT_THAT(
      outcomes({stopped(1, 0, "a"), stopped(2, 1, "b"), stopped(3, 2, "c"), stopped(4, 70, "d")},
               "limit: {per_hour: 1}\n"),
      ElementsAre(Outcome::WouldRun, Outcome::Refused, Outcome::Refused, Outcome::WouldRun));
  EXPECT_THAT(replay_.stopped_by, ElementsAre(Pair("budget-runbook", 2)));
  EXPECT_THAT(replay_.runbooks["start"], ElementsAre(2, 0, 2, 0));
}

TEST_F(ReplayTest, WhatAPersonWouldBeAskedCountsAsDone) {
  safety_.mode = Mode::Approve;
  EXPECT_THAT(outcomes({stopped(1, 0, "a"), stopped(2, 1, "a")}),
              ElementsAre(Outcome::WouldAsk, Outcome::Refused));
}

TEST_F(ReplayTest, WhatWasAnsweredLongAgoIsNotAnsweredAgain) {
  EXPECT_THAT(outcomes({stopped(1, 0, "a"), stopped(2, 500, "b")}, "idempotency: once\n"),
              ElementsAre(Outcome::WouldRun, Outcome::Refused));
  EXPECT_THAT(replay_.stopped_by, ElementsAre(Pair("repeated", 1)));
}

TEST_F(ReplayTest, WhatAPersonMayApproveIsNotCountedAsAStop) {
  safety_.mode = Mode::Approve;
  EXPECT_THAT(outcomes({stopped(1, 0, "a"), stopped(2, 500, "b")}, "idempotency: once\n"),
              ElementsAre(Outcome::WouldAsk, Outcome::Refused));
  EXPECT_THAT(replay_.stopped_by, ElementsAre(Pair("repeated", 1)));
}

TEST_F(ReplayTest, AFindingWithoutWhatThePlanNeedsIsTold) {
  finding::Finding finding = stopped(1, 0, "a");
  finding.record.clear();
  EXPECT_THAT(outcomes({finding}), ElementsAre(Outcome::NoPlan));
  EXPECT_NE(replay_.plans[0].reasons[0].says.find("no record was kept"), std::string::npos);
}

TEST_F(ReplayTest, EveryRulesNoiseIsCounted) {
  finding::Finding timeless = stopped(3, 0, "a");
  timeless.first_time.reset();
  outcomes({stopped(1, 0, "a"), stopped(2, 24 * 60, "a"), stopped(4, 24 * 60 + 1, "b"), timeless});
  const Replay::Noise& noise = replay_.rules["stopped"];
  EXPECT_EQ(noise.findings, 4u);
  EXPECT_EQ(noise.days, 2u);
  EXPECT_EQ(noise.planned, 3u);
  EXPECT_EQ(replay_.without_time, 1u);
}

TEST_F(ReplayTest, OtherRulesArePassedBy) {
  rule::Rule other;
  other.name = "other";
  finding::Finding finding = stopped(1, 0, "a");
  finding.rule = std::make_shared<const rule::Rule>(other);
  EXPECT_TRUE(outcomes({finding}).empty());
  other.response = "start";
  finding.rule = std::make_shared<const rule::Rule>(other);
  EXPECT_THAT(outcomes({finding}), ElementsAre(Outcome::WouldRun)) << "the rule asks for it";
}

}  // namespace
}  // namespace riposte::engine
