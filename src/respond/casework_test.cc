#include "respond/casework.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "respond/world_test.h"

namespace riposte::respond {
namespace {

using base::Errc;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kCase = R"(
runbook: open-door
title: Somebody opened the door
event: singular
mode: approve
approve: {by: [security]}
steps:
  - name: door
    aws: world.PutItem
    with: {Key: door, Value: closed}
    precheck: {aws: world.GetItem, with: {Key: door}, expect: {Value: [open]}}
    undo: {aws: world.PutItem, with: {Key: door, Value: open}}
    verify: {aws: world.GetItem, with: {Key: door}, expect: {Value: [closed]}}
guide:
  - {name: confirm, phase: detection-and-analysis, ask: "Was it ${finding.actor.name} (${finding.actor.nothing})?"}
  - {name: who, phase: detection-and-analysis, ask: "Was it ${finding.actor.name}?"}
  - {name: close, phase: containment, steps: [door]}
  - {name: lock, phase: recovery, task: Buy a lock, by: [house]}
)";

const Casework::Person kDana{"dana", {"security"}};

class CaseworkTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    world.items["door"] = "open";
    cases_.emplace(CaseStore::open(path_, store::Database::Access::Write).value());
    runbook_ = runbook_of(kCase);
    const auto finding = json::OwnedDocument::parse(kAliceFinding).value();
    Case opened;
    opened.id = case_id("f1", "");
    id_ = cases_
              ->append(opened, {.kind = "case.opened",
                                .by = "riposte",
                                .time = clock.wall(),
                                .finding = "f1",
                                .title = runbook_->title,
                                .level = "high",
                                .findings = {"f1"},
                                .guide = guide_json(*runbook_, finding.root(), nullptr)})
              .value()
              .id;
  }

  Casework work() { return {*cases_, store(), clock}; }
  Case read() { return cases_->find(id_).value(); }
  std::vector<std::string> states() {
    const Case one = read();
    std::vector<std::string> names;
    const std::vector<CaseStepView> views = work().look(one).value();
    for (const CaseStepView& view : views)
      names.emplace_back(name_of(view.state));
    return names;
  }

  // The door's step is asked for.
  Action ask() {
    const auto finding = json::OwnedDocument::parse(kAliceFinding).value();
    const auto event = json::OwnedDocument::parse("{}").value();
    const Plan plan =
        Planner::plan(part_of(*runbook_, runbook_->guide[2]), {finding.root(), &event.root()})
            .value();
    const Action action = responder().propose(plan, kEngine).value();
    EXPECT_TRUE(cases_
                    ->append(read(), {.kind = "case.asked",
                                      .by = "riposte",
                                      .time = clock.wall(),
                                      .step = "open-door/close",
                                      .finding = "f1",
                                      .action = action.digest()})
                    .ok());
    return action;
  }

  std::optional<CaseStore> cases_;
  RunbookPointer runbook_;
  std::string id_;
};

TEST_F(CaseworkTest, ACaseIsTheSameFromTheFileAsItWasInMemory) {
  const Case told = work().settle(id_, "who", kDana, "no").value();
  const Case one = read();
  EXPECT_EQ(one.version, told.version);
  EXPECT_EQ(one.title, "Somebody opened the door");
  EXPECT_EQ(one.guides.at(0).steps.at(1).done->says, "no");
  EXPECT_EQ(one.guides.at(0).steps.at(1).done->by, "dana");
  EXPECT_THAT(one.findings, ElementsAre("f1"));
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(CaseworkTest, TextsOfAGuideSpeakOfTheFindingOrStayAsTheyAreWritten) {
  const Case one = read();
  EXPECT_EQ(one.find_step("who")->guide.ask, "Was it alice?");
  EXPECT_THAT(one.find_step("confirm")->guide.ask, HasSubstr("${finding.actor.nothing}"));
}

TEST_F(CaseworkTest, AStepThatRiposteDoesIsDoneWhenItsActionIs) {
  EXPECT_THAT(states(), ElementsAre("waiting", "waiting", "waiting", "waiting"));
  const Action action = ask();
  EXPECT_EQ(action.state, ActionState::Asked) << "whatever the engine's mode is";
  EXPECT_EQ(states().at(2), "asked");
  ASSERT_TRUE(responder().approve(action.digest(), action.digest(), "dana", {"security"}).ok());
  EXPECT_EQ(states().at(2), "done");
  EXPECT_EQ(world.items["door"], "closed");
  EXPECT_EQ(store().find(action.digest()).value().steps.at(0).request_id.substr(0, 8), "request-");
}

TEST_F(CaseworkTest, WhatIsSkippedAsksNobodyAnyMore) {
  const Action action = ask();
  ASSERT_TRUE(work().skip(id_, "close", kDana, "it is a fire door").ok());
  EXPECT_EQ(states().at(2), "skipped");
  EXPECT_EQ(store().find(action.digest()).value().state, ActionState::Denied);
  EXPECT_THAT(world.changes, IsEmpty());
}

TEST_F(CaseworkTest, WhoseItIsNotToSayIsRefusedAndThatIsWrittenDown) {
  EXPECT_THAT(work().settle(id_, "who", {"frank", {}}, "no").error().message,
              HasSubstr("case-scope"));
  EXPECT_THAT(work().settle(id_, "lock", kDana, "").error().message, HasSubstr("house"));
  EXPECT_THAT(work().settle(id_, "who", {"alice", {"security"}}, "it was me").error().message,
              HasSubstr("case-own"));
  EXPECT_EQ(work().close(id_, {"alice", {"security"}}, "", "all is well").error().code,
            Errc::Denied);
  EXPECT_THAT(states(), ElementsAre("waiting", "waiting", "waiting", "waiting"));
  EXPECT_EQ(read().entries.size(), 5U);
  EXPECT_THAT(whole_file(), HasSubstr("case.refused"));
}

TEST_F(CaseworkTest, ItIsClosedWhenNothingIsOpenOrSomebodySaysWhyNot) {
  EXPECT_THAT(work().close(id_, kDana, "lessons", "").error().message,
              HasSubstr("open-door/confirm, open-door/who, open-door/close, open-door/lock"));
  EXPECT_THAT(work().close(id_, kDana, "lessons", "a drill").error().message, HasSubstr("house"));
  EXPECT_THAT(states(), ElementsAre("waiting", "waiting", "waiting", "waiting"));
  const Casework::Person boss{"boss", {"security", "house"}};
  ASSERT_TRUE(work().close(id_, boss, "doors fall shut", "it was a drill").ok());
  EXPECT_EQ(read().closed->says, "doors fall shut");
  EXPECT_THAT(states(), ElementsAre("skipped", "skipped", "skipped", "skipped"));
  EXPECT_EQ(work().settle(id_, "who", kDana, "x").error().code, Errc::Conflict);
  EXPECT_TRUE(work().note(id_, kDana, "the insurance paid").ok()) << "what is learned later";
  EXPECT_THAT(owed(), Contains("case.closed"));
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(CaseworkTest, OfTwoWhoSettleAStepTheSecondLooksAgain) {
  const Case seen = read();
  ASSERT_TRUE(work().settle(id_, "who", kDana, "no").ok());
  EXPECT_EQ(work().settle(id_, "who", kDana, "yes").error().code, Errc::Conflict);
  EXPECT_EQ(cases_->append(seen, {.kind = "case.noted", .says = "late"}).error().code,
            Errc::Conflict);
}

TEST_F(CaseworkTest, MistakesAreToldWithWhatThereIs) {
  EXPECT_EQ(work().settle("00", "who", kDana, "x").error().code, Errc::NotFound);
  EXPECT_THAT(work().settle(id_, "how", kDana, "x").error().message, HasSubstr("open-door/who"));
  EXPECT_EQ(work().settle(id_, "who", kDana, "").error().code, Errc::Invalid);
  EXPECT_EQ(work().settle(id_, "close", kDana, "").error().code, Errc::Invalid);
}

TEST_F(CaseworkTest, WhatIsNextAndWhoDecidesIsTold) {
  ASSERT_TRUE(work().settle(id_, "confirm", kDana, "no").ok());
  std::string body;
  ASSERT_TRUE(store()
                  .each_owed("test",
                             [&](const ActionStore::Owed& owed) {
                               body = owed.body;
                               return owed.kind != "case.waiting";
                             })
                  .ok());
  EXPECT_THAT(body, HasSubstr(R"("next":{"step":"open-door/who","phase":"detection-and-analysis",)"
                              R"("says":"Was it alice?","by":["security"]})"));
}

TEST_F(CaseworkTest, WhateverIsChangedBehindItsBackIsFound) {
  ASSERT_TRUE(work().settle(id_, "who", kDana, "no").ok());
  cases_.reset();
  alter("DELETE FROM case_entry WHERE sequence = 2");
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("case entry 2")));
  alter("UPDATE document SET text = replace(text, 'lock', 'key')");
  EXPECT_THAT(complaints(), Contains(HasSubstr("not as it was recorded")));
}

}  // namespace
}  // namespace riposte::respond
