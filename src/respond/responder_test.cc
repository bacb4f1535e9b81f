#include "respond/responder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "respond/world_test.h"

namespace riposte::respond {
namespace {

using base::Errc;
using std::chrono::minutes;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ResponderTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    world.items["door"] = "open";
    runbook = replaced(kCloseDoor, "mode: auto", "mode: approve\napprove: {by: [security]}");
  }
  base::Result<Action> approve(std::string_view by,
                               const std::vector<std::string>& groups = {"security"}) {
    return responder().approve(digest().substr(0, 8), digest(), by, groups);
  }
  std::string digest() const { return planned(runbook).digest; }

  std::string runbook;
};

TEST_F(ResponderTest, ThePlanOfANotifyRunbookIsToldAndNothingElse) {
  safety.mode = Mode::Notify;
  const Action action = propose(runbook);
  EXPECT_EQ(action.state, ActionState::Refused);
  EXPECT_THAT(action.says, ElementsAre(HasSubstr("mode-notify")));
  EXPECT_THAT(owed(), ElementsAre("action.refused"));
  EXPECT_THAT(world.calls, IsEmpty());
}

TEST_F(ResponderTest, WhatAPersonApprovesIsCarriedOut) {
  EXPECT_EQ(propose(runbook).state, ActionState::Asked);
  EXPECT_THAT(owed(), ElementsAre("action.asked"));
  EXPECT_THAT(world.calls, IsEmpty());
  reopen();  // from the ledger alone
  const Action action = approve("dana").value();
  EXPECT_EQ(action.state, ActionState::Standing);
  EXPECT_EQ(action.approvals.at(0).by, "dana");
  EXPECT_EQ(world.items["door"], "closed");
}

TEST_F(ResponderTest, AnApprovalThatDoesNotCountIsJournaledAndTheQuestionStands) {
  ASSERT_TRUE(responder().propose(planned(runbook), "eve").ok());
  EXPECT_THAT(approve("eve").error().message, HasSubstr("approval-own"));
  EXPECT_THAT(approve("alice").error().message, HasSubstr("approval-own")) << "the culprit";
  EXPECT_THAT(approve("dana", {"staff"}).error().message, HasSubstr("approval-scope"));
  EXPECT_THAT(
      responder().approve(digest(), std::string(64, '0'), "dana", {"security"}).error().message,
      HasSubstr("approval-stale"));
  EXPECT_EQ(find(runbook).state, ActionState::Asked);
  EXPECT_THAT(whole_file(), HasSubstr("approval.refused"));
  clock.advance(minutes(31));
  EXPECT_THAT(approve("dana").error().message, HasSubstr("approval-late"));
  EXPECT_THAT(world.calls, IsEmpty());
}

TEST_F(ResponderTest, WhatWasDeniedIsNotCarriedOut) {
  propose(runbook);
  ASSERT_TRUE(responder().deny(digest(), "dana", "planned work").ok());
  EXPECT_EQ(approve("eve").error().code, Errc::Conflict);
  EXPECT_EQ(find(runbook).says, std::vector<std::string>{"planned work"});
  EXPECT_THAT(world.calls, IsEmpty());
}

TEST_F(ResponderTest, APlanThatIsThereIsNotAskedAgain) {
  propose(runbook);
  const std::int64_t version = find(runbook).version;
  EXPECT_EQ(propose(runbook).version, version);
  ASSERT_TRUE(responder().deny(digest(), "dana", "").ok());
  EXPECT_EQ(propose(runbook).state, ActionState::Denied);
  EXPECT_EQ(responder().propose(planned(runbook), "eve").value().state, ActionState::Asked)
      << "a person may want it again";
}

TEST_F(ResponderTest, AnApprovalLiftsNoOtherReason) {
  propose(runbook);
  ASSERT_TRUE(store().freeze("dana", "", clock.wall()).ok());
  EXPECT_THAT(approve("dana").error().message, HasSubstr("frozen"));
  EXPECT_THAT(world.calls, IsEmpty());
}

TEST_F(ResponderTest, WhatAModeAllowedIsNoApprovalOfAPerson) {
  const std::string automatic = replaced(kThreeSteps, "a-fails", "undo");
  world.items = {{"a", "0"}, {"b", "0"}, {"c", "0"}};
  {
    const ActionStore::Turn turn = store().take_turn().value();
    ASSERT_EQ(propose(automatic).state, ActionState::Approved);
  }
  safety.mode = Mode::Approve;
  sweep();
  EXPECT_EQ(find(automatic).state, ActionState::Approved) << "it waits, and lapses";
  EXPECT_THAT(world.changes, IsEmpty());
  clock.advance(minutes(31));
  sweep();
  EXPECT_EQ(find(automatic).state, ActionState::Lapsed);
}

TEST_F(ResponderTest, WhatAPersonClosedIsNotTakenUpAgain) {
  world.items["door"] = "open";
  world.before_call = once(Fault::LostBefore);
  propose(kBlind);
  ASSERT_EQ(find(kBlind).state, ActionState::Stuck);
  const std::string digest = find(kBlind).digest();
  const Action closed = close_action(store(), digest, "dana", "looked at it", clock.wall()).value();
  EXPECT_EQ(closed.state, ActionState::Closed);
  EXPECT_EQ(closed.says, std::vector<std::string>{"looked at it"});
  world.calls.clear();
  EXPECT_TRUE(sweep().empty());
  EXPECT_TRUE(world.calls.empty());
  EXPECT_EQ(find(kBlind).state, ActionState::Closed);
  EXPECT_EQ(owed().back(), "action.closed");
  EXPECT_FALSE(close_action(store(), digest, "dana", "again", clock.wall()).ok());
  EXPECT_TRUE(complaints().empty());
}

}  // namespace
}  // namespace riposte::respond
