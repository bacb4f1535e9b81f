#include "respond/fleet_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/writer.h"
#include "respond/samples_test.h"
#include "support/virtual_clock.h"

namespace riposte::respond {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Gives its pages one after the other, then the last one again, and remembers what was asked.
class Pages final : public Account {
 public:
  explicit Pages(std::vector<std::string> pages) : pages_(std::move(pages)) {}

  base::Result<Reply> call(const AccountCall& call) override {
    calls.push_back(to_text(call.operation) + " " + std::string(call.with));
    if (pages_.empty()) return Reply{.answer = "{}", .code = "AccessDenied", .request_id = "r"};
    return Reply{.answer = pages_[std::min(calls.size(), pages_.size()) - 1], .request_id = "r"};
  }

  std::vector<std::string> calls;

 private:
  const std::vector<std::string> pages_;
};

Plan plan_about(const std::vector<std::string>& things) {
  Plan plan;
  plan.runbook = runbook_of("runbook: a\ntitle: A\nsteps: [{name: a, aws: iam.GetUser}]\n");
  plan.account = "111122223333";
  plan.region = "eu-west-1";
  plan.resources = things;
  for (const std::string& thing : things) {
    PlannedStep step;
    step.call = {{"iam", "DeleteRolePolicy"}, "{\"RoleName\":" + json::quoted(thing) + "}"};
    step.changes = true;
    plan.steps.push_back(step);
  }
  return plan;
}

const Plan kGroup = plan_about({"sg-0a1b2c3d4e5f60718"});

class FleetReaderTest : public testing::Test {
 protected:
  testing_support::VirtualClock clock_;
};

TEST_F(FleetReaderTest, EveryPageIsCounted) {
  Pages account({R"({"SecurityGroups":[{},{}],"NextToken":"more"})", R"({"SecurityGroups":[{}]})"});
  EXPECT_EQ(FleetReader(account, clock_).size_for(kGroup), 3U);
  EXPECT_THAT(account.calls, ElementsAre("ec2.DescribeSecurityGroups {}",
                                         R"(ec2.DescribeSecurityGroups {"NextToken":"more"})"));
}

TEST_F(FleetReaderTest, MachinesAreCountedInTheirReservations) {
  Pages account({R"({"Reservations":[{"Instances":[{},{}]},{"Instances":[{}]}]})"});
  EXPECT_EQ(FleetReader(account, clock_).size_for(plan_about({"i-0a1b2c3d4e5f60718"})), 3U);
}

TEST_F(FleetReaderTest, TheCountIsKeptForAWhile) {
  Pages account({R"({"SecurityGroups":[{}]})"});
  FleetReader reader(account, clock_);
  reader.size_for(kGroup);
  reader.size_for(kGroup);
  EXPECT_EQ(account.calls.size(), 1U);
  clock_.advance(kFleetKept);
  reader.size_for(kGroup);
  EXPECT_EQ(account.calls.size(), 2U);
}

TEST_F(FleetReaderTest, AListWithoutEndIsCountedForALimitedTime) {
  Pages account({R"({"SecurityGroups":[{}],"NextToken":"more"})"});
  EXPECT_EQ(FleetReader(account, clock_).size_for(kGroup), kFleetPagesMax);
}

TEST_F(FleetReaderTest, AServiceWithOneKindOfThingNeedsNoArn) {
  Plan plan = plan_about({"main"});
  plan.steps[0].call = {{"cloudtrail", "StartLogging"}, R"({"Name":"main"})"};
  Pages account({R"({"Trails":[{},{}]})"});
  EXPECT_EQ(FleetReader(account, clock_).size_for(plan), 2U);
}

TEST_F(FleetReaderTest, WhatIsNotKnownStaysSo) {
  Pages denied({});
  EXPECT_FALSE(FleetReader(denied, clock_).size_for(kGroup));
  Pages never({R"({"SecurityGroups":[{}]})"});
  EXPECT_FALSE(FleetReader(never, clock_).size_for(plan_about({"a role, or a user"})));
  EXPECT_FALSE(FleetReader(never, clock_)
                   .size_for(plan_about({"sg-0a1b2c3d4e5f60718", "i-0a1b2c3d4e5f60718"})))
      << "two kinds";
  EXPECT_THAT(never.calls, IsEmpty());
}

}  // namespace
}  // namespace riposte::respond
