#include "respond/action_samples_test.h"
#include "respond/reach.h"

namespace riposte::respond {
namespace {

using testing::HasSubstr;

constexpr std::string_view kMallory =
    R"({"type":"IAMUser","name":"mallory","arn":"arn:aws:iam::111122223333:user/mallory",)"
    R"("session_of":null,"ip":"203.0.113.9"})";

Situation situation(std::string_view step) {
  return {.step = step, .finding = finding_of(kMallory)};
}

TEST(BlockAddressTest, TheAddressOfTheFindingIsKeptOutAndTheSameHoldTakenBack) {
  EXPECT_EQ(told(plan_in(situation("action: block-address, with: {ttl: 30m, scope: edge}"))),
            R"(1 do/block
  before    riposte.GetBlock {"Key":"0123456789abcdef0123456789abcdef 203.0.113.9/32 edge"} must match {"Held":[false]}
  call      riposte.AddBlock {"Cidr":"203.0.113.9/32","Key":"0123456789abcdef0123456789abcdef 203.0.113.9/32 edge","Level":"medium","Reason":"r","Scope":"edge","Ttl":"30m"}
  after     riposte.GetBlock {"Key":"0123456789abcdef0123456789abcdef 203.0.113.9/32 edge"} must match {"Held":[true]}
  undo      riposte.RemoveBlock {"Key":"0123456789abcdef0123456789abcdef 203.0.113.9/32 edge"}
  failing   what was done is taken back
)");
}

TEST(BlockAddressTest, WhatIsNoAddressOrNoTimeIsRefused) {
  EXPECT_THAT(told(plan_in(situation("action: block-address, with: {address: mallory}"))),
              HasSubstr("is no address that could be blocked"));
  EXPECT_THAT(told(plan_in(situation("action: block-address, with: {ttl: soon}"))),
              HasSubstr("is no span of time"));
}

// What is said of an address must be seen by who protects networks.
// The log of a host or a web server names none.
TEST(BlockAddressTest, NeedsNoAccountOfTheFinding) {
  std::string finding = finding_of(kMallory);
  for (const std::string_view member :
       {R"("account":"111122223333",)", R"("region":"eu-west-1",)"}) {
    ASSERT_NE(finding.find(member), std::string::npos);
    finding.erase(finding.find(member), member.size());
  }
  EXPECT_THAT(told(plan_in({.step = "action: block-address", .finding = finding})),
              HasSubstr("riposte.AddBlock"));
  EXPECT_THAT(told(plan_in({.step = "action: restore-item", .finding = finding})),
              HasSubstr("${finding.account} is missing"));
}

TEST(BlockAddressTest, TheGuardSeesTheNetwork) {
  const Plan plan =
      plan_in(situation("action: block-address, with: {address: 10.1.2.0/24}")).value();
  const Reach reach = reach_of(plan);
  ASSERT_EQ(reach.networks.size(), 1U);
  EXPECT_EQ(base::to_text(reach.networks.front().network), "10.1.2.0/24");
  EXPECT_FALSE(reach.networks.front().is_closed);
}

TEST(BlockAddressTest, NeedsNoPermissionOfAws) {
  EXPECT_THAT(plan_in(situation("action: block-address")).value().permissions, testing::IsEmpty());
}

}  // namespace
}  // namespace riposte::respond
