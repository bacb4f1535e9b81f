#include "respond/named_action.h"

#include "base/files.h"
#include "respond/action_parts.h"
#include "respond/action_samples_test.h"

namespace riposte::respond {
namespace {

using base::Errc;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kStopped = R"(
- {aws: cloudtrail.GetTrail, with: {Name: main}, answer: {Trail: {Name: main, HomeRegion: eu-west-1}}}
- {aws: cloudtrail.GetTrailStatus, with: {Name: main}, answer: {IsLogging: false}}
)";

TEST(NamedActionTest, AllAreInOrderAndFoundByName) {
  std::vector<std::string_view> names;
  for (const NamedAction* action : all_actions()) {
    names.push_back(action->name());
    EXPECT_EQ(find_action(action->name()), action);
  }
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(find_action("restore-everything"), nullptr);
}

TEST(NamedActionTest, TheDocumentTellsEveryActionAndParameter) {
  const std::string document = base::read_file("docs/formats/actions.md", 1 << 20).value();
  for (const NamedAction* action : all_actions()) {
    EXPECT_THAT(document, HasSubstr(std::string(action->name())));
    for (const NamedAction::Parameter& parameter : action->parameters())
      EXPECT_THAT(document, HasSubstr("`" + std::string(parameter.name) + "`")) << action->name();
  }
}

// Whoever grants permissions relies on it.
TEST(NamedActionTest, AnActionCallsNothingButWhatItSays) {
  const Plan plan =
      plan_in({.step = "action: restore-trail, with: {trail: main}", .facts = kStopped}).value();
  EXPECT_THAT(plan.permissions, ElementsAre("cloudtrail:GetTrail", "cloudtrail:GetTrailStatus",
                                            "cloudtrail:StartLogging", "cloudtrail:StopLogging"));
}

TEST(NamedActionTest, WithoutAnAccountThereIsNoPlan) {
  const base::Result<Plan> plan =
      plan_of("runbook: a\ntitle: A\nsteps: [{name: do, action: restore-trail}]");
  EXPECT_EQ(plan.error().code, Errc::Invalid);
  EXPECT_THAT(plan.error().message, HasSubstr("needs a look into the account"));
}

TEST(NamedActionTest, AReadThatFailsIsNoRefusalOfTheAction) {
  const base::Result<Plan> plan = plan_in(
      {.step = "action: restore-trail, with: {trail: main}",
       .facts = "[{aws: cloudtrail.GetTrail, with: {Name: main}, error: AccessDeniedException}]"});
  EXPECT_EQ(plan.error().code, Errc::Denied);
  EXPECT_EQ(plan_in({.step = "action: restore-trail, with: {trail: main}"}).error().code, Errc::Io)
      << "a fact that is not scripted";
}

TEST(NamedActionTest, TheRunbookSaysWhetherAndHowOften) {
  const Plan plan =
      plan_in({.step = R"(for_each: "${event.trails}", if: {item: [{anything-but: other}]}, )"
                       R"(on_failure: stop, action: restore-trail, with: {trail: "${item}"})",
               .event = R"({"trails":["main"]})",
               .facts = kStopped})
          .value();
  ASSERT_EQ(plan.steps.size(), 1u);
  EXPECT_EQ(plan.steps[0].name, "do-0/start");
  EXPECT_EQ(plan.steps[0].on_failure, OnFailure::Stop);
}

TEST(NamedActionTest, WhatIsTakenFromTheAccountCannotBecomeATemplate) {
  const Json json = object({{"A", "${answer.Secret}"}, {"B", Json::late("answers.x.Id")}});
  EXPECT_EQ(json.data(), R"({"A":"${answer.Secret}","B":"${answers.x.Id}"})");
  EXPECT_EQ(json.templated(), R"({"A":"$${answer.Secret}","B":"${answers.x.Id}"})");
  const auto node = json::OwnedDocument::parse(R"({"${k}":["\u0024{a}",1,null]})").value();
  EXPECT_EQ(Json(node.root()).templated(), R"({"${k}":["$${a}",1,null]})");
}

}  // namespace
}  // namespace riposte::respond
