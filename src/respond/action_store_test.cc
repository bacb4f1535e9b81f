#include "respond/action_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "respond/world_test.h"

namespace riposte::respond {
namespace {

using base::Errc;
using std::chrono::hours;
using std::chrono::minutes;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ActionStoreTest : public WorldTest {
 protected:
  State state() { return store().state_for(planned(kCloseDoor), clock.wall()).value(); }
  std::string digest() const { return planned(kCloseDoor).digest; }

  // The same thing planned of another finding: another digest.
  static Plan another(std::string_view runbook = kCloseDoor) {
    return plan_of(runbook, replaced(kAliceFinding, "00112233", "99112233")).value();
  }

  std::string folder_of_bundle() const { return folder_ + "/bundle"; }
};

TEST_F(ActionStoreTest, AnActionIsTheSameFromTheFileAsItWasInMemory) {
  world.items["door"] = "open";
  const Action told = propose(kCloseDoor);
  reopen();
  const Action read = find(kCloseDoor);
  EXPECT_EQ(read.state, told.state);
  EXPECT_EQ(read.version, told.version);
  EXPECT_EQ(read.expires, told.expires);
  EXPECT_EQ(read.begun, told.begun);
  EXPECT_EQ(read.steps[0].state, told.steps[0].state);
  EXPECT_EQ(read.steps[0].before, told.steps[0].before);
  EXPECT_EQ(to_json(read.plan), to_json(planned(kCloseDoor)));
}

TEST_F(ActionStoreTest, OfTwoThatChangeAnActionTheSecondLooksAgain) {
  safety.mode = Mode::Approve;
  const Action asked = propose(kCloseDoor);
  ASSERT_TRUE(responder().deny(digest(), "dana", "").ok());
  EXPECT_EQ(store()
                .append(asked, {.kind = "action.approved", .state = ActionState::Approved})
                .error()
                .code,
            Errc::Conflict);
  EXPECT_EQ(find(kCloseDoor).state, ActionState::Denied);
}

TEST_F(ActionStoreTest, AnActionIsFoundByTheBeginningOfItsDigest) {
  propose(kCloseDoor);
  EXPECT_EQ(store().find(digest().substr(0, 8)).value().digest(), digest());
  EXPECT_EQ(store().find("").error().code, Errc::NotFound);
  EXPECT_EQ(store().find("zz").error().code, Errc::NotFound);
}

TEST_F(ActionStoreTest, TheGuardIsToldWhatWasDoneAndNotOfThePlanItself) {
  world.items["door"] = "open";
  propose(kCloseDoor);
  EXPECT_THAT(state().acts, SizeIs(1)) << "standing: an act like any other";
  const State others = store().state_for(another(), clock.wall()).value();
  ASSERT_THAT(others.acts, SizeIs(1));
  EXPECT_EQ(others.acts[0].runbook, "close-door");
  EXPECT_EQ(others.acts[0].time, clock.wall());
  EXPECT_FALSE(others.acts[0].targets.empty());
  clock.advance(hours(25));
  EXPECT_THAT(state().acts, IsEmpty());
}

TEST_F(ActionStoreTest, WhatWasAnsweredIsNotAnsweredAgain) {
  const std::string runbook = replaced(kCloseDoor, "mode: auto", "mode: auto\nidempotency: door");
  world.items["door"] = "open";
  propose(runbook);
  const Action again = responder().propose(another(runbook), "riposte").value();
  EXPECT_EQ(again.state, ActionState::Refused);
  EXPECT_THAT(again.says, Contains(HasSubstr("repeated")));
}

TEST_F(ActionStoreTest, WhatCameToNothingMayBeAnsweredAnew) {
  const std::string runbook = replaced(kCloseDoor, "mode: auto", "mode: auto\nidempotency: door");
  world.items["door"] = "gone";
  EXPECT_EQ(propose(runbook).state, ActionState::Failed);
  world.items["door"] = "open";
  EXPECT_EQ(responder().propose(another(runbook), "riposte").value().state, ActionState::Standing);
}

TEST_F(ActionStoreTest, AFindingAboutACallOfOursIsKnownByItsRequest) {
  world.items["door"] = "open";
  propose(kCloseDoor);
  EXPECT_TRUE(store().is_own("request-3").value()) << "the third call was the change";
  EXPECT_FALSE(store().is_own("request-1").value()) << "what only reads is answered by nobody";
  alter(
      "INSERT INTO finding VALUES ('99112233445566778899aabbccddeeff', '{}', "
      "'{\"requestID\":\"request-3\"}', 1, 1, 0, 0, NULL, NULL, NULL)");
  const Action answer = responder().propose(another(), "riposte").value();
  EXPECT_EQ(answer.state, ActionState::Refused);
  EXPECT_THAT(answer.says, Contains(HasSubstr("own-call")));
}

TEST_F(ActionStoreTest, AFreezeSaysWhoAndWhyUntilItIsLifted) {
  EXPECT_EQ(store().lift("dana", clock.wall()).error().code, Errc::Invalid);
  ASSERT_TRUE(store().freeze("dana", "exercise", clock.wall()).ok());
  EXPECT_EQ(state().frozen, "dana, exercise");
  EXPECT_THAT(propose(kCloseDoor).says, ElementsAre(HasSubstr("frozen")));
  ASSERT_TRUE(store().lift("eve", clock.wall()).ok());
  EXPECT_EQ(state().frozen, std::nullopt);
  EXPECT_THAT(owed(), ElementsAre("freeze.set", "action.refused", "freeze.lifted"));
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(ActionStoreTest, TheLatestTimeStaysWhenTheClockIsSetBack) {
  propose(kCloseDoor);
  const base::EventTime before = clock.wall();
  clock.set_wall(before - hours(1));
  EXPECT_EQ(state().latest, before);
}

TEST_F(ActionStoreTest, EveryChannelIsToldWhatItIsOwedAtLeastOnce) {
  safety.mode = Mode::Approve;
  propose(kCloseDoor);
  ASSERT_TRUE(store().start_channel("new").ok());
  const auto owed_to = [&](std::string_view channel) {
    std::vector<std::int64_t> sequences;
    EXPECT_TRUE(store()
                    .each_owed(channel,
                               [&](const ActionStore::Owed& owed) {
                                 EXPECT_EQ(owed.subject, digest());
                                 EXPECT_THAT(owed.body, HasSubstr("\"plan\":{"));
                                 sequences.push_back(owed.sequence);
                                 return true;
                               })
                    .ok());
    return sequences;
  };
  EXPECT_THAT(owed_to("old"), ElementsAre(1));
  EXPECT_THAT(owed_to("new"), IsEmpty()) << "what comes from now on";
  ASSERT_TRUE(responder().deny(digest(), "dana", "no").ok());
  EXPECT_THAT(owed_to("new"), ElementsAre(2));
  ASSERT_TRUE(store().acknowledge("old", 2).ok());
  ASSERT_TRUE(store().acknowledge("old", 1).ok());
  EXPECT_THAT(owed_to("old"), IsEmpty()) << "never back";
}

TEST_F(ActionStoreTest, WhateverIsChangedBehindItsBackIsFound) {
  const std::pair<std::string, std::string> kChanges[] = {
      {"UPDATE action SET state = 'undone'", "tells otherwise"},
      {"UPDATE action SET answers = 'x'", "tells otherwise"},
      {"DELETE FROM action", "tells of it and it is not there"},
      {"DELETE FROM action_entry WHERE sequence = 3", "entry 3"},
      {"DELETE FROM act", "act 2"},
      {"UPDATE act SET at = 0", "act 2"},
      {"UPDATE act SET facts = replace(facts, 'close-door', 'x')", "act 2"},
      {"DELETE FROM request", "request request-3"},
      {"INSERT INTO request VALUES ('x', 'y')", "request x: the journal knows nothing"},
      {"INSERT INTO freeze VALUES (1, 'eve', '')", "freeze: the journal knows nothing"},
      {"UPDATE document SET text = replace(text, 'closed', 'open')", "not as it was recorded"},
      {"DELETE FROM document", "names it and it is not there"},
      {"UPDATE journal SET entry = replace(entry, 'standing', 'undone')", "digest differs"},
  };
  for (const auto& [sql, complaint] : kChanges) {
    begin_anew();
    world.items["door"] = "open";
    propose(kCloseDoor);
    ASSERT_THAT(complaints(), IsEmpty());
    alter(sql);
    EXPECT_THAT(complaints(), Contains(HasSubstr(complaint))) << sql;
  }
}

TEST_F(ActionStoreTest, ABundleProvesWhatWasDoneWithoutTheLedger) {
  world.items["door"] = "open";
  propose(kCloseDoor);
  auto ledger = finding::Ledger::open(path_, store::Database::Access::Write).value();
  ASSERT_TRUE(ledger.export_to(folder_of_bundle()).ok());
  EXPECT_THAT(finding::audit_bundle(folder_of_bundle(), std::nullopt).value().complaints,
              IsEmpty());
  std::ostringstream documents;
  documents << std::ifstream(folder_of_bundle() + "/documents.ndjson").rdbuf();
  EXPECT_THAT(documents.str(), HasSubstr(R"("document":[{"Key":"door","Value":"open"}])"));
  std::ofstream(folder_of_bundle() + "/documents.ndjson", std::ios::trunc)
      << replaced(documents.str(), R"("Value":"open")", R"("Value":"shut")");
  EXPECT_THAT(finding::audit_bundle(folder_of_bundle(), std::nullopt).value().complaints,
              Contains(HasSubstr("not as it was recorded")));
}

TEST_F(ActionStoreTest, AnAnswerThatIsOwedIsGivenWhenItIsDueAndUntilItIsForgotten) {
  const auto due = [this] {
    std::vector<std::string> all;
    const auto owed = store().unanswered(clock.wall()).value();
    for (const ActionStore::Unanswered& each : owed)
      all.push_back(each.finding + " " + each.runbook + " " + std::to_string(each.tries));
    return all;
  };
  ASSERT_TRUE(store().put_off({"f1", "late", 1}, clock.wall() + minutes(2)).ok());
  ASSERT_TRUE(store().put_off({"f1", "soon", 1}, clock.wall() + minutes(1)).ok());
  EXPECT_THAT(due(), IsEmpty());
  clock.advance(minutes(2));
  reopen();
  EXPECT_THAT(due(), ElementsAre("f1 soon 1", "f1 late 1"));
  ASSERT_TRUE(store().put_off({"f1", "soon", 2}, clock.wall() + minutes(1)).ok());
  ASSERT_TRUE(store().forget({"f1", "late", 1}).ok());
  EXPECT_THAT(due(), IsEmpty());
  clock.advance(minutes(1));
  EXPECT_THAT(due(), ElementsAre("f1 soon 2"));
}

TEST_F(ActionStoreTest, AnActionCanBeReadAsItWasAtAnEarlierEntry) {
  world.items["door"] = "open";
  const Action standing = propose(kCloseDoor);
  undo(kCloseDoor);
  EXPECT_EQ(store().read(digest(), standing.version).value()->state, ActionState::Standing);
  EXPECT_FALSE(store().read(digest(), 0).value());
}

}  // namespace
}  // namespace riposte::respond
