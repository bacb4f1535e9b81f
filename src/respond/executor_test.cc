#include "respond/executor.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "finding/ledger.h"
#include "respond/world_test.h"

namespace riposte::respond {
namespace {

using std::chrono::minutes;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Fault = testing_support::FakeAccount::Fault;

class ExecutorTest : public WorldTest {};

TEST_F(ExecutorTest, APlanIsCarriedOutVerifiedAndStands) {
  world.items["door"] = "open";
  const Action action = propose(kCloseDoor);
  EXPECT_EQ(action.state, ActionState::Standing);
  EXPECT_EQ(world.items["door"], "closed");
  EXPECT_THAT(world.changes, ElementsAre(R"(world.PutItem {"Key":"door","Value":"closed"})"));
  EXPECT_EQ(action.steps[0].before, R"([{"Key":"door","Value":"open"}])");
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(ExecutorTest, WhatWasDoneIsTakenBackAndIsAsBefore) {
  world.items["door"] = "ajar";
  propose(kCloseDoor);
  const Action undone = undo(kCloseDoor);
  EXPECT_EQ(undone.state, ActionState::Undone);
  EXPECT_EQ(world.items["door"], "ajar") << "as the precheck found it";
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(ExecutorTest, AStalePlanCallsNothing) {
  world.items["door"] = "gone";
  const Action action = propose(kCloseDoor);
  EXPECT_EQ(action.state, ActionState::Failed);
  EXPECT_THAT(world.changes, IsEmpty());
  EXPECT_THAT(action.says, Contains(HasSubstr(R"(expected ["open","ajar"], found "gone")")));
}

TEST_F(ExecutorTest, WhatIsAsWantedAlreadyIsLeftAloneAndNotTakenBack) {
  world.items["door"] = "closed";
  const Action action = propose(kCloseDoor);
  EXPECT_EQ(action.state, ActionState::Standing);
  EXPECT_EQ(action.steps[0].state, StepState::Skipped);
  EXPECT_FALSE(executor().undo(action.digest(), UndoCause::Person, "dana").ok());
  EXPECT_THAT(world.changes, IsEmpty());
}

TEST_F(ExecutorTest, WhatSomebodyElseChangedIsNotTouchedAndTold) {
  world.items["door"] = "open";
  propose(kCloseDoor);
  world.items["door"] = "removed";
  const Action stuck = undo(kCloseDoor);
  EXPECT_EQ(stuck.state, ActionState::Stuck);
  EXPECT_EQ(world.items["door"], "removed");
  EXPECT_THAT(stuck.says, Contains(HasSubstr(R"(Value: expected ["closed"], found "removed")")));
  EXPECT_THAT(owed(), Contains("action.stuck"));
}

TEST_F(ExecutorTest, WhatSomebodyElseTookBackCountsAsUndone) {
  world.items["door"] = "open";
  propose(kCloseDoor);
  world.items["door"] = "open";
  world.changes.clear();
  EXPECT_EQ(undo(kCloseDoor).state, ActionState::Undone);
  EXPECT_THAT(world.changes, IsEmpty());
}

TEST_F(ExecutorTest, WhenALaterStepFailsTheEarlierOnesAreTakenBackInReverseOrder) {
  world.items = {{"a", "0"}, {"b", "0"}, {"c", "0"}};
  world.before_call = [](const AccountCall& call) {
    return call.with.find(R"("Key":"c","Value":"1")") != std::string_view::npos ? Fault::Refuse
                                                                                : Fault::None;
  };
  const Action action = propose(kThreeSteps);
  EXPECT_EQ(action.state, ActionState::Failed);
  EXPECT_THAT(world.changes,
              ElementsAre(HasSubstr(R"("a","Value":"1")"), HasSubstr(R"("b","Value":"1")"),
                          HasSubstr(R"("c","Value":"1")"), HasSubstr(R"("b","Value":"0")"),
                          HasSubstr(R"("a","Value":"0")")));
  EXPECT_THAT(action.says, Contains(HasSubstr("c: world.PutItem: AccessDenied, you may not")));
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(ExecutorTest, StepsThatDoNotDependOnAFailedOneGoOn) {
  world.items = {{"a", "9"}, {"b", "0"}, {"c", "0"}};
  const Action action = propose(replaced(kThreeSteps, "a-fails", "continue"));
  EXPECT_EQ(action.state, ActionState::Standing);
  EXPECT_EQ(world.items["b"], "1");
  EXPECT_EQ(world.items["c"], "1");
  EXPECT_THAT(action.says, Contains(HasSubstr("a: what must hold before does not")));
}

TEST_F(ExecutorTest, AfterAStopWhatWasDoneStands) {
  world.items = {{"a", "0"}, {"b", "9"}, {"c", "0"}};
  const Action action = propose(replaced(kThreeSteps, "b-fails", "stop"));
  EXPECT_EQ(action.state, ActionState::Standing);
  EXPECT_EQ(world.items["a"], "1");
  EXPECT_EQ(world.items["c"], "0");
  EXPECT_EQ(undo(replaced(kThreeSteps, "b-fails", "stop")).state, ActionState::Undone);
  EXPECT_EQ(world.items["a"], "0");
}

TEST_F(ExecutorTest, AFreezeInTheMiddleStopsTheRest) {
  world.items = {{"a", "0"}, {"b", "0"}, {"c", "0"}};
  world.before_call = [&](const AccountCall& call) {
    if (call.operation.name == "PutItem" && world.changes.empty()) {
      EXPECT_TRUE(store().freeze("dana", "exercise", clock.wall()).ok());
    }
    return Fault::None;
  };
  const Action action = propose(kThreeSteps);
  EXPECT_EQ(action.state, ActionState::Stuck);
  EXPECT_THAT(action.says, ElementsAre(HasSubstr("frozen")));
  EXPECT_THAT(world.changes, SizeIs(1));
  EXPECT_EQ(world.items["a"], "1");
  EXPECT_EQ(undo(kThreeSteps).state, ActionState::Undone) << "a person may, all frozen";
  EXPECT_EQ(world.items["a"], "0");
}

TEST_F(ExecutorTest, WhatCannotBeTakenBackStaysAndTheRestIsTakenBack) {
  world.items = {{"a", "0"}, {"b", "0"}, {"c", "0"}};
  const std::string final_b = replaced(
      replaced(kThreeSteps, "    undo: {aws: world.PutItem, with: {Key: b, Value: \"0\"}}\n",
               "    irreversible: true\n"),
      "mode: auto", "mode: approve");
  const std::string digest = propose(final_b).digest();
  ASSERT_TRUE(responder().approve(digest, digest, "dana", {}).ok());
  const Action action = undo(final_b);
  EXPECT_EQ(action.state, ActionState::Undone);
  EXPECT_THAT(action.says, ElementsAre("b: it cannot be taken back, and stays"));
  EXPECT_THAT(world.items,
              ElementsAre(std::pair("a", "0"), std::pair("b", "1"), std::pair("c", "0")));
}

// As named actions plan evidence: neither an undo nor irreversible.
TEST_F(ExecutorTest, WhatLeavesNothingToTakeBackIsNoReasonToBeStuck) {
  world.items = {{"a", "0"}, {"b", "0"}, {"c", "0"}};
  Plan plan = planned(kThreeSteps);
  plan.steps.at(1).undo.reset();
  plan.digest = base::sha256_hex(digested_json(plan));
  ASSERT_EQ(responder().propose(plan, "riposte").value().state, ActionState::Standing);
  const Action action = executor().undo(plan.digest, UndoCause::Person, "dana").value();
  EXPECT_EQ(action.state, ActionState::Undone);
  EXPECT_EQ(world.items["a"], "0");
  EXPECT_EQ(world.items["b"], "1");
}

TEST_F(ExecutorTest, AFreezeBetweenGuardAndIntentLetsNoCallOut) {
  world.items["door"] = "open";
  const Action action = propose(kCloseDoor);
  ASSERT_TRUE(store().freeze("dana", "", clock.wall()).ok());
  EXPECT_EQ(store()
                .append(action, {.kind = "call.intended"}, ActionStore::WhenFrozen::Refuse)
                .error()
                .code,
            base::Errc::Denied);
}

TEST_F(ExecutorTest, WhatWasDoneWithoutAnAnswerIsFoundOutAndNotRepeated) {
  for (Fault fault : {Fault::LostAfter, Fault::FaultAfter}) {
    begin_anew();
    world.items["door"] = "open";
    world.before_call = once(fault);
    EXPECT_EQ(propose(kCloseDoor).state, ActionState::Standing);
    EXPECT_THAT(world.changes, SizeIs(1));
    EXPECT_EQ(undo(kCloseDoor).state, ActionState::Undone);
  }
}

TEST_F(ExecutorTest, WhatWasNotDoneIsTriedAgainWithTheSameToken) {
  for (Fault fault : {Fault::LostBefore, Fault::FaultBefore, Fault::Throttle}) {
    begin_anew();
    world.items["door"] = "open";
    world.before_call = once(fault);
    EXPECT_EQ(propose(kCloseDoor).state, ActionState::Standing);
    EXPECT_THAT(world.changes, SizeIs(2));
    EXPECT_THAT(world.effects, SizeIs(1));
  }
}

TEST_F(ExecutorTest, WhatNobodyCanTellIsLeftToAPerson) {
  world.items["door"] = "open";
  world.before_call = [&](const AccountCall& call) {
    if (call.operation.name != "PutItem") return Fault::None;
    world.items["door"] = "broken";
    return Fault::LostBefore;
  };
  const Action action = propose(kCloseDoor);
  EXPECT_EQ(action.state, ActionState::Stuck);
  EXPECT_THAT(world.changes, SizeIs(1));
  EXPECT_THAT(action.says, Contains(HasSubstr("whether it was done is not known")));
}

TEST_F(ExecutorTest, WhatHasNoCheckIsNeverRepeated) {
  world.items["door"] = "open";
  world.before_call = once(Fault::LostBefore);
  const Action action = propose(kUnverified);
  EXPECT_EQ(action.state, ActionState::Stuck);
  EXPECT_THAT(world.changes, SizeIs(1));
}

TEST_F(ExecutorTest, WithoutAVerificationWhatIsThereAfterTheCallTellsWhetherItChanged) {
  world.items["door"] = "open";
  EXPECT_EQ(propose(kUnverified).state, ActionState::Standing);
  world.items["door"] = "removed";
  EXPECT_EQ(undo(kUnverified).state, ActionState::Stuck);
  world.items["door"] = "closed";
  EXPECT_EQ(undo(kUnverified).state, ActionState::Undone) << "a person may ask again";
  EXPECT_EQ(world.items["door"], "open");
}

TEST_F(ExecutorTest, WhereNoCheckTellsOnlyAPersonCanForceAnUndo) {
  world.items["door"] = "open";
  const std::string digest = propose(kBlind).digest();
  EXPECT_EQ(undo(kBlind).state, ActionState::Stuck);
  const Action undone = executor().undo(digest, UndoCause::Person, "dana", true).value();
  EXPECT_EQ(undone.state, ActionState::Undone);
  EXPECT_EQ(world.items["door"], "open");
}

TEST_F(ExecutorTest, UndoAndVerificationKnowWhatTheCallAnswered) {
  const Action action = propose(kGroup);
  ASSERT_EQ(action.state, ActionState::Standing);
  EXPECT_THAT(world.groups, SizeIs(1));
  EXPECT_EQ(action.steps[0].answer, R"({"Group":{"Id":"g-1"}})");
  EXPECT_EQ(undo(kGroup).state, ActionState::Undone);
  EXPECT_THAT(world.groups, IsEmpty());
}

// As named actions plan: a later step speaks of what an earlier one made.
TEST_F(ExecutorTest, ALateStepKnowsWhatEarlierOnesAnsweredAlsoInAnotherProcess) {
  world.items["door"] = "open";
  const std::string two =
      std::string(kGroup) + std::string(kCloseDoor.substr(kCloseDoor.find("  - name: door")));
  Plan plan = planned(two);
  PlannedStep& late = plan.steps.at(1);
  late.late = true;
  late.call.with = R"({"Key":"door","Value":"${answers.group.Group.Id}"})";
  late.verifications.at(0).expect = R"({"Value":[{"prefix":"g-"}]})";
  plan.digest = base::sha256_hex(digested_json(plan));
  cut_journal_after(5);  // when the group is made
  EXPECT_FALSE(responder().propose(plan, "riposte").ok());
  reopen();
  sweep();
  EXPECT_EQ(store().find(plan.digest).value().state, ActionState::Standing);
  EXPECT_EQ(world.items["door"], "g-1");
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(ExecutorTest, OfAnAnswerOnlyWhatIsNeededIsKept) {
  world.items["door"] = "open";
  propose(kCloseDoor);
  EXPECT_THAT(whole_file(), Not(HasSubstr("hunter2")));
  EXPECT_THAT(whole_file(), HasSubstr("request-")) << "what is looked at is the file";
}

TEST_F(ExecutorTest, DataInAnAnswerIsNeverReadAsATemplate) {
  world.items["door"] = "${answer.Secret}";
  propose(replaced(kUnverified, "closed", "shut"));
  undo(replaced(kUnverified, "closed", "shut"));
  EXPECT_EQ(world.items["door"], "${answer.Secret}");
}

TEST_F(ExecutorTest, TheTurnOfSomebodyElseIsWaitedFor) {
  world.items["door"] = "open";
  {
    const ActionStore::Turn turn = store().take_turn().value();
    EXPECT_EQ(propose(kCloseDoor).state, ActionState::Approved);
    EXPECT_EQ(executor().resume().error().code, base::Errc::Busy);
  }
  EXPECT_THAT(world.changes, IsEmpty());
}

TEST_F(ExecutorTest, AServiceThatAnswersFromCopiesIsLookedAtAgain) {
  world.items["door"] = "open";
  world.lag = 3;
  world.before_call = once(Fault::LostAfter);
  EXPECT_EQ(propose(kCloseDoor).state, ActionState::Standing);
  EXPECT_EQ(undo(kCloseDoor).state, ActionState::Undone);
  EXPECT_THAT(world.changes, SizeIs(2));
  EXPECT_THAT(clock.waits, Contains(std::chrono::seconds(1)));
}

TEST_F(ExecutorTest, AnActionIsPutOffWhileTheAccountCannotBeReached) {
  world.items["door"] = "open";
  bool is_lost = false;
  world.before_call = [&](const AccountCall& call) {
    is_lost = is_lost || call.operation.name == "PutItem";
    return is_lost ? Fault::LostAfter : Fault::None;
  };
  EXPECT_EQ(propose(kCloseDoor).state, ActionState::Running);
  world.before_call = nullptr;
  ASSERT_TRUE(executor().resume().ok());
  EXPECT_EQ(find(kCloseDoor).state, ActionState::Standing);
  EXPECT_THAT(world.changes, SizeIs(1));
}

// The process ends at any point, and another takes up what is there.
TEST_F(ExecutorTest, AtWhateverEntryTheProcessEndsNothingIsDoneTwice) {
  for (int cut = 1; cut < 60; ++cut) {
    begin_anew();
    world.items = {{"a", "0"}, {"b", "0"}, {"c", "0"}};
    cut_journal_after(cut);
    const auto proposed = responder().propose(planned(kThreeSteps), "riposte");
    reopen();
    if (proposed.ok()) {
      EXPECT_GT(cut, 10);
      break;
    }
    sweep();
    sweep();
    if (cut == 1) continue;  // nothing was known of it yet
    ASSERT_EQ(find(kThreeSteps).state, ActionState::Standing) << cut;
    EXPECT_THAT(world.items,
                ElementsAre(std::pair("a", "1"), std::pair("b", "1"), std::pair("c", "1")));
    for (const auto& [token, effects] : world.effects)
      EXPECT_EQ(effects, 1) << cut;
    ASSERT_THAT(complaints(), IsEmpty());
  }
}

}  // namespace
}  // namespace riposte::respond
