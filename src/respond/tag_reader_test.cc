#include "respond/tag_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/writer.h"
#include "respond/samples_test.h"

namespace riposte::respond {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// Answers every call alike, and remembers them.
class OneAnswer final : public Account {
 public:
  explicit OneAnswer(base::Result<Reply> reply) : reply_(std::move(reply)) {}

  base::Result<Reply> call(const AccountCall& call) override {
    calls.push_back(to_text(call.operation) + " " + std::string(call.with));
    return reply_;
  }

  std::vector<std::string> calls;

 private:
  base::Result<Reply> reply_;
};

// A plan that changes `thing`, which the finding names among its resources.
Plan plan_about(const std::string& thing, const std::vector<std::string>& resources) {
  Plan plan;
  plan.runbook = runbook_of("runbook: a\ntitle: A\nsteps: [{name: a, aws: iam.GetUser}]\n");
  plan.account = "111122223333";
  plan.region = "eu-west-1";
  plan.resources = resources;
  PlannedStep step;
  step.call = {{"cloudtrail", "StartLogging"}, "{\"Name\":" + json::quoted(thing) + "}"};
  step.changes = true;
  plan.steps.push_back(step);
  return plan;
}

State read(const Plan& plan, Account& account) {
  State state;
  read_tags(plan, account, state);
  return state;
}

TEST(TagReaderTest, AResourceIsAskedForByItsArnWhateverThePlanCallsIt) {
  const std::string arn = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main";
  OneAnswer account(Reply{
      .answer =
          R"({"ResourceTagList":[{"ResourceId":"x","TagsList":[{"Key":"keep","Value":"yes"}]}]})",
      .request_id = "r"});
  EXPECT_THAT(read(plan_about("main", {"main", arn}), account).tags,
              ElementsAre(Pair("main", ElementsAre(Pair("keep", "yes")))));
  EXPECT_THAT(account.calls,
              ElementsAre("cloudtrail.ListTags {\"ResourceIdList\":[\"" + arn + "\"]}"));
}

TEST(TagReaderTest, ResourcesOfEc2AreKnownByTheirIds) {
  OneAnswer account(Reply{.answer = R"({"Tags":[{"Key":"a","Value":"b"}]})", .request_id = "r"});
  EXPECT_THAT(read(plan_about("sg-0b71d9f3e5a2c4860", {"sg-0b71d9f3e5a2c4860"}), account).tags,
              ElementsAre(Pair("sg-0b71d9f3e5a2c4860", ElementsAre(Pair("a", "b")))));
}

TEST(TagReaderTest, WhatNobodyAnswersForStaysUnknown) {
  const std::string bucket = "arn:aws:s3:::logs";
  OneAnswer denied(Reply{.answer = "{}", .code = "AccessDenied", .request_id = "r"});
  EXPECT_THAT(read(plan_about(bucket, {bucket}), denied).tags, IsEmpty());
  OneAnswer silent(base::Error{base::Errc::Io, "no answer"});
  EXPECT_THAT(read(plan_about(bucket, {bucket}), silent).tags, IsEmpty());
  OneAnswer never(Reply{.answer = "{}", .request_id = "r"});
  EXPECT_THAT(read(plan_about("main", {"main"}), never).tags, IsEmpty());
  EXPECT_THAT(never.calls, IsEmpty()) << "there is no ARN of it";
}

TEST(TagReaderTest, ABucketWithoutTagsSaysSoByARefusal) {
  const std::string bucket = "arn:aws:s3:::logs";
  OneAnswer account(Reply{.answer = "{}", .code = "NoSuchTagSet", .request_id = "r"});
  EXPECT_THAT(read(plan_about(bucket, {bucket}), account).tags,
              ElementsAre(Pair(bucket, IsEmpty())));
  EXPECT_THAT(account.calls, ElementsAre(R"(s3.GetBucketTagging {"Bucket":"logs"})"));
}

}  // namespace
}  // namespace riposte::respond
