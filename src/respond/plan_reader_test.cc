#include "respond/plan_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "respond/samples_test.h"

namespace riposte::respond {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string replaced_once(std::string text, std::string_view from, std::string_view to) {
  const std::size_t place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return text.replace(place, from.size(), to);
}

constexpr std::string_view kGuarded = R"(
runbook: guarded
title: With all that a guard asks for
mode: approve
protect: {principals: ["a*"], resources: [photos], tags: {env: prod}, networks: [10.0.0.0/8]}
limit: {per_hour: 3, per_account_per_hour: 2, per_region_per_hour: 1, share_per_hour: 0.25}
approve: {by: [security], within: 45m, otherwise: drop}
notify: [pager]
steps:
  - name: key
    on_failure: continue
    aws: iam.UpdateAccessKey
    with: {UserName: "${finding.actor.name}", Status: Inactive}
    precheck: [{aws: iam.ListAccessKeys, with: {}}, {aws: iam.GetUser, with: {}, expect: {A: [1.50]}}]
    undo: {aws: iam.UpdateAccessKey, with: {Status: "${precheck[1].Status}"}}
  - {name: gone, irreversible: true, aws: iam.DeleteUser, with: {UserName: x}}
)";

TEST(PlanReaderTest, APlanIsTheSameAfterItWasWrittenDown) {
  for (std::string_view runbook : {kDisableKey, kGuarded}) {
    const Plan plan = plan_of(runbook).value();
    const Plan read = read_plan(to_json(plan), policy_json(*plan.runbook)).value();
    EXPECT_EQ(to_json(read), to_json(plan));
    EXPECT_EQ(read.digest, plan.digest);
    EXPECT_EQ(policy_json(*read.runbook), policy_json(*plan.runbook));
  }
}

TEST(PlanReaderTest, WhatTheGuardNeedsIsInThePolicy) {
  const Plan plan = plan_of(kGuarded).value();
  const Plan read = read_plan(to_json(plan), policy_json(*plan.runbook)).value();
  const Runbook& runbook = *read.runbook;
  EXPECT_EQ(runbook.mode, Mode::Approve);
  EXPECT_THAT(runbook.protect.principals, ElementsAre("a*"));
  EXPECT_EQ(runbook.protect.networks.size(), 1u);
  EXPECT_EQ(runbook.limit.share_per_hour, 0.25);
  EXPECT_THAT(runbook.approve.by, ElementsAre("security"));
  EXPECT_EQ(runbook.approve.within, std::chrono::minutes(45));
  EXPECT_FALSE(runbook.approve.tell_otherwise);
  EXPECT_TRUE(read.needs_approval());
}

TEST(PlanReaderTest, AChangedPlanIsRefused) {
  const Plan plan = plan_of(kDisableKey).value();
  const std::string policy = policy_json(*plan.runbook);
  const std::string text = to_json(plan);
  EXPECT_THAT(read_plan(replaced_once(text, "Inactive", "Active"), policy).error().message,
              HasSubstr("digest"));
  EXPECT_FALSE(read_plan(replaced_once(text, "\"skipped\"", "\"new\":1,\"skipped\""), policy).ok())
      << "a word that nobody here knows";
  for (std::string_view broken : {"", "{}", "[]", R"({"schema":"riposte.plan/2"})"})
    EXPECT_FALSE(read_plan(broken, policy).ok()) << broken;
  EXPECT_FALSE(read_plan(text, "{}").ok());
}

}  // namespace
}  // namespace riposte::respond
