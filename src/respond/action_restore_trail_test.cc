#include "respond/action_samples_test.h"

namespace riposte::respond {
namespace {

using testing::HasSubstr;

constexpr std::string_view kStep = "action: restore-trail";

std::string call(std::string_view name, std::string_view parameters) {
  return R"({"eventSource":"cloudtrail.amazonaws.com","eventName":")" + std::string(name) +
         R"(","requestParameters":)" + std::string(parameters) + "}";
}

constexpr std::string_view kLogging = R"(
- aws: cloudtrail.GetTrail
  with: {Name: main}
  answer:
    Trail:
      {Name: main, S3BucketName: elsewhere, HomeRegion: eu-west-1, LogFileValidationEnabled: false, IsMultiRegionTrail: true, TrailARN: "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"}
- {aws: cloudtrail.GetTrailStatus, with: {Name: main}, answer: {IsLogging: true}}
)";

TEST(RestoreTrailTest, AStoppedTrailIsStarted) {
  EXPECT_EQ(
      told(plan_in({.step = kStep, .event = call("StopLogging", R"({"name":"main"})"), .facts = R"(
- {aws: cloudtrail.GetTrail, with: {Name: main}, answer: {Trail: {Name: main, HomeRegion: eu-west-1}}}
- {aws: cloudtrail.GetTrailStatus, with: {Name: main}, answer: {IsLogging: false, LatestDeliveryTime: 7}}
)"})),
      R"(1 do/start
  before    cloudtrail.GetTrailStatus {"Name":"main"} must match {"IsLogging":[false]}
  call      cloudtrail.StartLogging {"Name":"main"}
  after     cloudtrail.GetTrailStatus {"Name":"main"} must match {"IsLogging":[true]}
  undo      cloudtrail.StopLogging {"Name":"main"}
  failing   what was done is taken back
)");
}

TEST(RestoreTrailTest, WhatACallSwitchedOffIsOnAgainAndElsewhereIsLeftWithoutAWord) {
  const std::string event =
      call("UpdateTrail",
           R"({"name":"main","s3BucketName":"elsewhere","enableLogFileValidation":false})");
  EXPECT_EQ(told(plan_in({.step = kStep, .event = event, .facts = kLogging})), R"(1 do/settings
  before    cloudtrail.GetTrail {"Name":"main"} must match {"Trail":{"LogFileValidationEnabled":[false]}}
  call      cloudtrail.UpdateTrail {"EnableLogFileValidation":true,"Name":"main"}
  after     cloudtrail.GetTrail {"Name":"main"} must match {"Trail":{"LogFileValidationEnabled":[true]}}
  undo      cloudtrail.UpdateTrail {"EnableLogFileValidation":false,"Name":"main"}
  failing   the other steps go on
)");
  EXPECT_THAT(told(plan_in({.step = "action: restore-trail, with: {bucket: logs}",
                            .event = event,
                            .facts = kLogging})),
              HasSubstr(R"({"EnableLogFileValidation":true,"Name":"main","S3BucketName":"logs"})"));
}

TEST(RestoreTrailTest, ManagementEventsAreAllRecordedAgainAndDataEventsStay) {
  const std::string facts = std::string(kLogging) + R"(
- aws: cloudtrail.GetEventSelectors
  with: {TrailName: main}
  answer:
    EventSelectors:
      - ReadWriteType: ReadOnly
        IncludeManagementEvents: false
        DataResources: [{Type: AWS::Lambda::Function, Values: []}, {Type: AWS::S3::Object, Values: ["arn:aws:s3:::photos/"]}]
        ExcludeManagementEventSources: [kms.amazonaws.com]
)";
  const std::string page =
      told(plan_in({.step = kStep,
                    .event = call("PutEventSelectors", R"({"trailName":"main"})"),
                    .facts = facts}));
  EXPECT_THAT(
      page,
      HasSubstr(
          R"(PutEventSelectors {"EventSelectors":[{"DataResources":[{"Type":"AWS::S3::Object",)"
          R"("Values":["arn:aws:s3:::photos/"]}],"IncludeManagementEvents":true,"ReadWriteType":"All"}])"));
  EXPECT_THAT(page,
              HasSubstr(R"(undo      cloudtrail.PutEventSelectors {"EventSelectors":[{"Data)"));
}

TEST(RestoreTrailTest, AdvancedSelectorsForOtherEventsStay) {
  const std::string facts = std::string(kLogging) + R"(
- aws: cloudtrail.GetEventSelectors
  with: {TrailName: main}
  answer:
    AdvancedEventSelectors:
      - {Name: few, FieldSelectors: [{Field: eventCategory, Equals: [Management]}, {Field: readOnly, Equals: ["true"]}]}
      - {Name: photos, FieldSelectors: [{Field: eventCategory, Equals: [Data]}]}
)";
  const std::string page =
      told(plan_in({.step = kStep,
                    .event = call("PutEventSelectors", R"({"trailName":"main"})"),
                    .facts = facts}));
  EXPECT_THAT(page,
              HasSubstr(R"(call      cloudtrail.PutEventSelectors {"AdvancedEventSelectors":[)"
                        R"({"FieldSelectors":[{"Equals":["Management"],"Field":"eventCategory"}],)"
                        R"("Name":"Management events"},{"FieldSelectors":[{"Equals":["Data"])"));
}

TEST(RestoreTrailTest, ADeletedTrailIsMadeAgainWhereWeKnowWhatItWas) {
  constexpr std::string_view kGone =
      "[{aws: cloudtrail.GetTrail, with: {Name: main}, error: TrailNotFoundException}]";
  const std::string event = call("DeleteTrail", R"({"name":"main"})");
  EXPECT_THAT(told(plan_in({.step = kStep, .event = event, .facts = kGone})),
              HasSubstr("must say where it writes"));
  const Plan plan = plan_in({.step = "action: restore-trail, with: {bucket: logs, prefix: a}",
                             .event = event,
                             .facts = kGone})
                        .value();
  ASSERT_EQ(plan.steps.size(), 2u);
  EXPECT_EQ(plan.steps[0].call.with,
            R"({"EnableLogFileValidation":true,"IncludeGlobalServiceEvents":true,)"
            R"("IsMultiRegionTrail":true,"Name":"main","S3BucketName":"logs","S3KeyPrefix":"a"})");
  EXPECT_EQ(to_text(plan.steps[0].undo->operation), "cloudtrail.DeleteTrail");
  EXPECT_EQ(to_text(plan.steps[1].call.operation), "cloudtrail.StartLogging");
}

TEST(RestoreTrailTest, WhereItCannotHelpItSaysWhy) {
  const auto refusal = [](std::string_view trail) {
    return told(
        plan_in({.step = "action: restore-trail, with: {trail: main}",
                 .facts = "[{aws: cloudtrail.GetTrail, with: {Name: main}, answer: {Trail: " +
                          std::string(trail) + "}}]"}));
  };
  EXPECT_THAT(refusal("{HomeRegion: us-east-1}"), HasSubstr("home region is us-east-1"));
  EXPECT_THAT(refusal(R"({TrailARN: "arn:aws:cloudtrail:eu-west-1:999922223333:trail/main"})"),
              HasSubstr("organization's account 999922223333"));
  EXPECT_THAT(told(plan_in({.step = kStep,
                            .event = R"({"eventSource":"s3.amazonaws.com",)"
                                     R"("eventName":"PutBucketLifecycle"})"})),
              HasSubstr("not touched but what it writes to"));
  EXPECT_THAT(told(plan_in({.step = kStep})), HasSubstr("names a trail"));
  EXPECT_THAT(told(plan_in({.step = kStep,
                            .event = call("UpdateTrail", R"({"name":"main","s3BucketName":"x"})"),
                            .facts = kLogging})),
              HasSubstr("where it wrote before is not in the record"));
}

TEST(RestoreTrailTest, ATrailThatCannotDeliverIsTold) {
  EXPECT_THAT(told(plan_in({.step = "action: restore-trail, with: {trail: main}", .facts = R"(
- {aws: cloudtrail.GetTrail, with: {Name: main}, answer: {Trail: {Name: main}}}
- {aws: cloudtrail.GetTrailStatus, with: {Name: main}, answer: {IsLogging: true, LatestDeliveryError: NoSuchBucket}}
)"})),
              HasSubstr("cannot deliver (NoSuchBucket)"));
}

}  // namespace
}  // namespace riposte::respond
