#include "respond/sweeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "respond/world_test.h"

namespace riposte::respond {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SweeperTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    world.items["door"] = "open";
  }
};

TEST_F(SweeperTest, WhatExpiresIsTakenBackAlsoByAnotherProcess) {
  propose(kCloseDoor);
  clock.advance(minutes(59));
  sweep();
  EXPECT_EQ(world.items["door"], "closed");
  reopen();
  clock.advance(minutes(1));
  EXPECT_THAT(sweep(), IsEmpty());
  EXPECT_EQ(world.items["door"], "open");
  EXPECT_EQ(find(kCloseDoor).state, ActionState::Undone);
  EXPECT_THAT(owed(), ElementsAre("action.standing", "action.undone"));
}

TEST_F(SweeperTest, WhatSomebodyChangedUntilItExpiresIsNotTouched) {
  propose(kCloseDoor);
  world.items["door"] = "removed";
  clock.advance(hours(1));
  sweep();
  EXPECT_EQ(find(kCloseDoor).state, ActionState::Stuck);
  EXPECT_EQ(world.items["door"], "removed");
}

TEST_F(SweeperTest, AClockThatIsSetBackPutsNothingOff) {
  propose(kCloseDoor);
  clock.advance(hours(2));
  ASSERT_TRUE(store().freeze("dana", "", clock.wall()).ok());
  ASSERT_TRUE(store().lift("dana", clock.wall()).ok());
  clock.set_wall(clock.wall() - hours(24));
  sweep();
  EXPECT_EQ(find(kCloseDoor).state, ActionState::Undone);
}

TEST_F(SweeperTest, AQuestionThatNobodyAnsweredLapsesAndIsTold) {
  const std::string asked = replaced(kCloseDoor, "mode: auto", "mode: approve");
  propose(asked);
  clock.advance(minutes(30));
  sweep();
  EXPECT_EQ(find(asked).state, ActionState::Asked);
  clock.advance(minutes(1));
  sweep();
  EXPECT_EQ(find(asked).state, ActionState::Lapsed);
  EXPECT_THAT(owed(), ElementsAre("action.asked", "action.lapsed"));
}

TEST_F(SweeperTest, WhereNobodyIsToBeToldALapseIsQuiet) {
  propose(replaced(kCloseDoor, "mode: auto", "mode: approve\napprove: {otherwise: drop}"));
  clock.advance(minutes(31));
  sweep();
  EXPECT_THAT(owed(), ElementsAre("action.asked"));
}

TEST_F(SweeperTest, WhatNoLongerStandsIsToldOnce) {
  propose(kCloseDoor);
  sweep();
  EXPECT_THAT(owed(), ElementsAre("action.standing"));
  world.items["door"] = "removed";
  for (int i = 0; i < 3; ++i) {
    clock.advance(kDriftEvery);
    sweep();
  }
  EXPECT_THAT(owed(), ElementsAre("action.standing", "action.drifted"));
  EXPECT_EQ(world.items["door"], "removed");
  EXPECT_THAT(find(kCloseDoor).says, Contains(HasSubstr(R"(expected ["closed"])")));
}

TEST_F(SweeperTest, WhatCannotBeReachedHasNotDrifted) {
  propose(kCloseDoor);
  world.before_call = [](const AccountCall&) { return Fault::LostBefore; };
  sweep();
  EXPECT_THAT(owed(), ElementsAre("action.standing"));
}

TEST_F(SweeperTest, AFreezeHoldsBackWhatExpiresUntilItIsLifted) {
  propose(kCloseDoor);
  clock.advance(hours(1));
  ASSERT_TRUE(store().freeze("dana", "", clock.wall()).ok());
  sweep();
  sweep();
  EXPECT_EQ(world.items["door"], "closed");
  EXPECT_EQ(find(kCloseDoor).state, ActionState::Undoing);
  ASSERT_TRUE(store().lift("dana", clock.wall()).ok());
  sweep();
  EXPECT_EQ(world.items["door"], "open");
  EXPECT_EQ(find(kCloseDoor).state, ActionState::Undone);
}

TEST_F(SweeperTest, AnAccountThatCannotBeReachedIsAskedAgainByTheNextSweep) {
  propose(kCloseDoor);
  clock.advance(hours(1));
  world.before_call = [](const AccountCall&) { return Fault::LostBefore; };
  sweep();
  EXPECT_EQ(find(kCloseDoor).state, ActionState::Undoing);
  world.before_call = nullptr;
  sweep();
  EXPECT_EQ(find(kCloseDoor).state, ActionState::Undone);
}

TEST_F(SweeperTest, ATugOfWarIsToldAndNotFought) {
  const auto answer = [&](std::string_view finding) {
    world.items["door"] = "open";
    const Plan plan = plan_of(kCloseDoor, replaced(kAliceFinding, "00112233", finding)).value();
    return responder().propose(plan, "riposte").value();
  };
  EXPECT_EQ(answer("11111111").state, ActionState::Standing);
  clock.advance(minutes(70));
  EXPECT_EQ(answer("22222222").state, ActionState::Standing);
  clock.advance(minutes(70));
  const Action third = answer("33333333");
  EXPECT_EQ(third.state, ActionState::Refused);
  EXPECT_THAT(third.says, ElementsAre(HasSubstr("tug-of-war")));
  EXPECT_EQ(world.items["door"], "open");
  clock.advance(hours(24));
  EXPECT_EQ(answer("44444444").state, ActionState::Standing) << "the day is over";
}

}  // namespace
}  // namespace riposte::respond
