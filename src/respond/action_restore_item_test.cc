#include "respond/action_samples_test.h"

namespace riposte::respond {
namespace {

using testing::HasSubstr;

constexpr std::string_view kStep = "action: restore-item";
constexpr std::string_view kBefore =
    R"({"id":{"S":"p-1"},"phone":{"S":"1"},"plan":{"M":{"no":{"N":"7"}}}})";
constexpr std::string_view kAfter =
    R"({"id":{"S":"p-1"},"plan":{"M":{"no":{"N":"8"}}},"x":{"SS":["a"]}})";

std::string change(std::string_view name, std::string_view before, std::string_view after) {
  return R"({"eventSource":"aws:dynamodb","eventName":")" + std::string(name) +
         R"(","eventSourceARN":"arn:aws:dynamodb:eu-west-1:111122223333:table/patients/stream/1",)"
         R"("dynamodb":{"Keys":{"id":{"S":"p-1"}},"StreamViewType":"NEW_AND_OLD_IMAGES")" +
         (before.empty() ? "" : ",\"OldImage\":" + std::string(before)) +
         (after.empty() ? "" : ",\"NewImage\":" + std::string(after)) + "}}";
}

// YAML reads JSON, too.
std::string item_is(std::string_view item) {
  return R"([{"aws":"dynamodb.GetItem","with":{"ConsistentRead":true,"Key":{"id":{"S":"p-1"}},)"
         R"("TableName":"patients"},"answer":{)" +
         (item.empty() ? "" : "\"Item\":" + std::string(item)) + "}}]";
}

std::string plan_for(const std::string& event, std::string_view item,
                     std::string_view step = kStep) {
  return told(plan_in({.step = step, .event = event, .facts = item_is(item)}));
}

TEST(RestoreItemTest, AChangedItemIsPutBackWholeIfItStillIsWhatTheChangeMadeOfIt) {
  EXPECT_EQ(plan_for(change("MODIFY", kBefore, kAfter), kAfter), R"x(1 do/item
  before    dynamodb.GetItem {"ConsistentRead":true,"Key":{"id":{"S":"p-1"}},"TableName":"patients"} must answer, and be exactly {"Item":{"id":{"S":"p-1"},"plan":{"M":{"no":{"N":"8"}}},"x":{"SS":["a"]}}}
  call      dynamodb.PutItem {"ConditionExpression":"#n0 = :v0 AND #n1 = :v1 AND #n2 = :v2 AND attribute_not_exists(#n3)","ExpressionAttributeNames":{"#n0":"id","#n1":"plan","#n2":"x","#n3":"phone"},"ExpressionAttributeValues":{":v0":{"S":"p-1"},":v1":{"M":{"no":{"N":"8"}}},":v2":{"SS":["a"]}},"Item":{"id":{"S":"p-1"},"phone":{"S":"1"},"plan":{"M":{"no":{"N":"7"}}}},"TableName":"patients"}
  after     dynamodb.GetItem {"ConsistentRead":true,"Key":{"id":{"S":"p-1"}},"TableName":"patients"} must answer, and be exactly {"Item":{"id":{"S":"p-1"},"phone":{"S":"1"},"plan":{"M":{"no":{"N":"7"}}}}}
  undo      dynamodb.PutItem {"ConditionExpression":"#n0 = :v0 AND #n1 = :v1 AND #n2 = :v2 AND attribute_not_exists(#n3)","ExpressionAttributeNames":{"#n0":"id","#n1":"phone","#n2":"plan","#n3":"x"},"ExpressionAttributeValues":{":v0":{"S":"p-1"},":v1":{"S":"1"},":v2":{"M":{"no":{"N":"7"}}}},"Item":{"id":{"S":"p-1"},"plan":{"M":{"no":{"N":"8"}}},"x":{"SS":["a"]}},"TableName":"patients"}
  failing   what was done is taken back
)x");
}

constexpr std::string_view kDelete = "action: restore-item, with: {new_items: delete}";

TEST(RestoreItemTest, ADeletedItemIsMadeAgainAndAMadeOneDeletedWhereTheRunbookSaysSo) {
  const std::string made = plan_for(change("REMOVE", kBefore, ""), "");
  EXPECT_THAT(
      made,
      HasSubstr(
          R"x(call      dynamodb.PutItem {"ConditionExpression":"attribute_not_exists(#n0)","ExpressionAttributeNames":{"#n0":"id"},"Item")x"));
  EXPECT_THAT(made, HasSubstr(R"(must match {"Item":{"id":{"S":[{"exists":false}]}}})"));
  const std::string deleted = plan_for(change("INSERT", "", kAfter), kAfter, kDelete);
  EXPECT_THAT(deleted,
              HasSubstr(R"(call      dynamodb.DeleteItem {"ConditionExpression":"#n0 = :v0)"));
  EXPECT_THAT(
      deleted,
      HasSubstr(
          R"x(undo      dynamodb.PutItem {"ConditionExpression":"attribute_not_exists(#n0)")x"));
}

TEST(RestoreItemTest, WhatSomebodyChangedSinceIsLeftToAPerson) {
  EXPECT_THAT(
      plan_for(change("MODIFY", kBefore, kAfter), R"({"id":{"S":"p-1"},"other":{"S":"y"}})"),
      HasSubstr("somebody changed it since"));
  EXPECT_THAT(plan_for(change("MODIFY", kBefore, kAfter), kBefore), HasSubstr("as it was before"));
  EXPECT_THAT(plan_for(change("INSERT", "", kAfter), kBefore, kDelete),
              HasSubstr("somebody changed it since"));
  EXPECT_THAT(plan_for(change("REMOVE", kBefore, ""), kBefore), HasSubstr("as it was before"));
}

// In two records: by the first it is put back, by the second alone it would be lost.
TEST(RestoreItemTest, AnItemThatWasDeletedAndMadeAnewIsReplacedByTheOneThatWasDeleted) {
  EXPECT_EQ(plan_for(change("REMOVE", kBefore, ""), kAfter),
            plan_for(change("MODIFY", kBefore, kAfter), kAfter));
  EXPECT_THAT(plan_for(change("INSERT", "", kAfter), kAfter), HasSubstr("it is left"));
  EXPECT_THAT(plan_for(change("REMOVE", kBefore, ""), kAfter,
                       "action: restore-item, with: {reinserted: refuse}"),
              HasSubstr("what was made is left"));
  EXPECT_THAT(plan_for(change("REMOVE", kBefore, ""), kAfter,
                       "action: restore-item, with: {attributes: [id]}"),
              HasSubstr("none of the attributes"));
}

TEST(RestoreItemTest, OnlyAttributesThatMustNotChangeAreAnswered) {
  constexpr std::string_view kPhone = "action: restore-item, with: {attributes: [phone]}";
  EXPECT_THAT(plan_for(change("MODIFY", kBefore, kAfter), kAfter, kPhone), HasSubstr("PutItem"));
  EXPECT_THAT(told(plan_in({.step = "action: restore-item, with: {attributes: [id]}",
                            .event = change("MODIFY", kBefore, kAfter)})),
              HasSubstr("none of the attributes"));
}

// The images of a restore are those of the change turned round, and for ever so.
TEST(RestoreItemTest, ItDoesNotAnswerItself) {
  const Plan plan =
      plan_in({.step = kStep, .event = change("MODIFY", kBefore, kAfter), .facts = item_is(kAfter)})
          .value();
  for (const PlannedCall* ours : {&plan.steps[0].call, &*plan.steps[0].undo}) {
    const bool is_undo = ours == &*plan.steps[0].undo;
    EXPECT_THAT(told(plan_in({.step = kStep,
                              .event = is_undo ? change("MODIFY", kBefore, kAfter)
                                               : change("MODIFY", kAfter, kBefore),
                              .facts = R"([{"aws":"dynamodb.PutItem","ours":true,"with":)" +
                                       ours->with + "}]"})),
                HasSubstr("made by us"));
  }
}

TEST(RestoreItemTest, AListIsVerifiedByAllOfItsItems) {
  constexpr std::string_view kList = R"({"id":{"S":"p-1"},"x":{"L":[{"S":"a"}]}})";
  constexpr std::string_view kOther = R"({"id":{"S":"p-1"},"x":{"L":[{"S":"a"},{"S":"b"}]}})";
  const Plan plan =
      plan_in({.step = kStep, .event = change("MODIFY", kList, kOther), .facts = item_is(kOther)})
          .value();
  EXPECT_EQ(plan.steps[0].verifications.at(0).exactly,
            R"({"Item":{"id":{"S":"p-1"},"x":{"L":[{"S":"a"}]}}})");
}

TEST(RestoreItemTest, WithoutBothImagesThereIsNoPlan) {
  EXPECT_THAT(told(plan_in({.step = kStep, .event = change("MODIFY", "", kAfter)})),
              HasSubstr("no whole images"));
  EXPECT_THAT(told(plan_in({.step = kStep})), HasSubstr("no change that a table's stream told"));
}

}  // namespace
}  // namespace riposte::respond
