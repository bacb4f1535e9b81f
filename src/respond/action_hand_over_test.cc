#include "respond/action_samples_test.h"

namespace riposte::respond {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string document(std::string_view name, std::string_view type = "Automation") {
  return "- {aws: ssm.DescribeDocument, with: {Name: " + std::string(name) +
         "}, answer: {Document: {Name: " + std::string(name) + ", Hash: h-" + std::string(name) +
         ", DocumentVersion: '3', DocumentType: " + std::string(type) + "}}}\n";
}

TEST(HandOverTest, AWebhookIsTheNameOfOneAndCannotBeTakenBack) {
  const Plan plan =
      plan_in({.step = "action: webhook, with: {hook: redeploy, body: {ref: main}}"}).value();
  EXPECT_EQ(plan.steps[0].call.with, R"({"Body":{"ref":"main"},"Hook":"redeploy"})");
  EXPECT_TRUE(plan.needs_approval());
  EXPECT_THAT(plan.permissions, IsEmpty());
  EXPECT_THAT(told(plan_in({.step = "action: webhook, with: {hook: redeploy}"})),
              HasSubstr(R"({"Body":{"finding":{"account":"111122223333")"));
  EXPECT_THAT(
      told(plan_in({.step = "action: webhook, with: {hook: 'https://example.com/secret'}"})),
      HasSubstr("is a name in the configuration"));
}

TEST(HandOverTest, APipelineIsStartedAsItWasRead) {
  EXPECT_EQ(told(plan_in({.step = "action: start-pipeline, with: {pipeline: site}",
                          .facts = "[{aws: codepipeline.GetPipeline, with: {name: site}, answer: "
                                   "{pipeline: {name: site, version: 4}}}]"})),
            R"(1 do/start
  before    codepipeline.GetPipeline {"name":"site"} must match {"pipeline":{"name":["site"],"version":[4]}}
  call      codepipeline.StartPipelineExecution {"name":"site"}
  after     codepipeline.GetPipelineExecution {"pipelineExecutionId":"${answer.pipelineExecutionId}","pipelineName":"site"} must match {"pipelineExecution":{"status":["InProgress","Succeeded","Superseded"]}}
  undo      none: this cannot be taken back
  failing   what was done is taken back
)");
  EXPECT_THAT(told(plan_in({.step = "action: start-pipeline, with: {pipeline: site}",
                            .facts = "[{aws: codepipeline.GetPipeline, with: {name: site}, error: "
                                     "PipelineNotFoundException}]"})),
              HasSubstr("there is no pipeline site"));
}

TEST(HandOverTest, AnAutomationRunsTheDocumentThatWasRead) {
  const std::string page = told(plan_in(
      {.step = "action: run-automation, with: {document: stop, parameters: {Id: i-1, All: [a, b]}}",
       .facts = document("stop")}));
  EXPECT_THAT(page,
              HasSubstr(R"(must match {"Document":{"DocumentVersion":["3"],"Hash":["h-stop"]}})"));
  EXPECT_THAT(
      page,
      HasSubstr(
          R"(call      ssm.StartAutomationExecution {"DocumentName":"stop","DocumentVersion":"3","Parameters":{"All":["a","b"],"Id":["i-1"]}})"));
  EXPECT_THAT(page, HasSubstr("cannot be taken back"));
}

TEST(HandOverTest, APairedAutomationIsTheUndo) {
  const Plan plan = plan_in({.step = "action: run-automation, with: {document: stop, "
                                     "undo_document: start, parameters: {Id: i-1}}",
                             .facts = document("stop") + document("start")})
                        .value();
  EXPECT_FALSE(plan.needs_approval());
  EXPECT_EQ(plan.steps[0].prechecks.size(), 2u);
  EXPECT_EQ(plan.steps[0].undo->with,
            R"({"DocumentName":"start","DocumentVersion":"3","Parameters":{"Id":["i-1"]}})");
}

TEST(HandOverTest, OtherDocumentsAreNotRun) {
  EXPECT_THAT(told(plan_in({.step = "action: run-automation, with: {document: stop}",
                            .facts = document("stop", "Command")})),
              HasSubstr("is no automation"));
  EXPECT_THAT(
      told(plan_in(
          {.step = "action: run-automation, with: {document: stop}",
           .facts = "[{aws: ssm.DescribeDocument, with: {Name: stop}, error: InvalidDocument}]"})),
      HasSubstr("there is no document stop"));
}

}  // namespace
}  // namespace riposte::respond
