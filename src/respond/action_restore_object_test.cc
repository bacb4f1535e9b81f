#include "respond/action_samples_test.h"

namespace riposte::respond {
namespace {

using testing::HasSubstr;

constexpr std::string_view kStep = "action: restore-object";

std::string call(std::string_view name, std::string_view version, std::string_view more = "") {
  return R"({"eventName":")" + std::string(name) +
         R"(","requestParameters":{"bucketName":"site","key":"a b.html")" + std::string(more) +
         R"(},"responseElements":{"x-amz-version-id":")" + std::string(version) + "\"}}";
}

std::string facts(std::string_view versions, std::string_view markers = "") {
  return "- {aws: s3.GetBucketVersioning, with: {Bucket: site}, answer: {Status: Enabled}}\n"
         "- aws: s3.ListObjectVersions\n"
         "  with: {Bucket: site, Prefix: a b.html}\n"
         "  answer: {Versions: [" +
         std::string(versions) + "], DeleteMarkers: [" + std::string(markers) + "]}\n";
}

std::string version(std::string_view id, bool latest, std::string_view more = "") {
  return "{Key: a b.html, VersionId: " + std::string(id) +
         ", IsLatest: " + (latest ? "true" : "false") + std::string(more) + "}, ";
}

std::string plan_for(const std::string& event, const std::string& facts,
                     std::string_view step = kStep) {
  return told(plan_in({.step = step, .event = event, .facts = facts}));
}

TEST(RestoreObjectTest, AnOverwrittenObjectGetsTheVersionBeforeAndAnUndoTakesExactlyThatAway) {
  EXPECT_EQ(
      plan_for(call("PutObject", "v2"), facts(version("v2", true) + version("v1", false) +
                                              "{Key: a b.html.old, VersionId: x, IsLatest: true}")),
      R"(1 do/object
  before    s3.ListObjectVersions {"Bucket":"site","Prefix":"a b.html"} must match {"Versions":{"IsLatest":[true],"Key":["a b.html"],"VersionId":["v2"]}}
  call      s3.CopyObject {"Bucket":"site","CopySource":"site/a%20b.html?versionId=v1","Key":"a b.html"}
  after     s3.ListObjectVersions {"Bucket":"site","Prefix":"a b.html"} must match {"Versions":{"IsLatest":[false],"Key":["a b.html"],"VersionId":["v2"]}}
  undo      s3.DeleteObject {"Bucket":"site","Key":"a b.html","VersionId":"${answer.VersionId}"}
  note      content, type and metadata are copied; an access control list of its own is not
  failing   what was done is taken back
)");
}

TEST(RestoreObjectTest, OfADeletedObjectTheMarkerGoes) {
  const std::string page =
      plan_for(call("DeleteObject", "m1"), facts(version("v1", false), version("m1", true)));
  EXPECT_THAT(
      page,
      HasSubstr(
          R"(call      s3.DeleteObject {"Bucket":"site","Key":"a b.html","VersionId":"m1"})"));
  EXPECT_THAT(
      page, HasSubstr(R"({"Versions":{"IsLatest":[true],"Key":["a b.html"],"VersionId":["v1"]}})"));
  EXPECT_THAT(page,
              HasSubstr("undo      s3.DeleteObject {\"Bucket\":\"site\",\"Key\":\"a b.html\"}\n"));
}

TEST(RestoreObjectTest, WhatWasNotThereBeforeIsHiddenOnlyWhenSomebodySaysSo) {
  const std::string planted = facts(version("v2", true));
  EXPECT_THAT(plan_for(call("PutObject", "v2"), planted), HasSubstr("the call made the object"));
  EXPECT_THAT(plan_for(call("PutObject", "v2"), planted,
                       "action: restore-object, with: {new_objects: delete}"),
              HasSubstr("call      s3.DeleteObject {\"Bucket\":\"site\",\"Key\":\"a b.html\"}\n"));
  EXPECT_THAT(plan_for(call("PutObject", "v2"),
                       facts(version("v2", true, ", LastModified: '2026-01-03T00:00:00Z'") +
                                 version("v1", false, ", LastModified: '2026-01-01T00:00:00Z'"),
                             version("m1", false, ", LastModified: '2026-01-02T00:00:00Z'"))),
              HasSubstr("the call made the object"))
      << "it had been deleted before";
}

TEST(RestoreObjectTest, WhereItCannotHelpItSaysWhy) {
  EXPECT_THAT(plan_for(call("PutObject", "v2"),
                       "- {aws: s3.GetBucketVersioning, with: {Bucket: site}, answer: {}}\n"),
              HasSubstr("keeps no earlier versions"));
  EXPECT_THAT(plan_for(call("PutObject", "v2"), facts(version("v3", true) + version("v2", false))),
              HasSubstr("written again since"));
  EXPECT_THAT(plan_for(call("DeleteObject", "m1"), facts("", version("m1", true))),
              HasSubstr("no version is left"));
  EXPECT_THAT(plan_for(call("DeleteObject", "v1", R"(,"versionId":"v1")"), "[]"),
              HasSubstr("deleted for good"));
  EXPECT_THAT(plan_for(call("PutObject", "v2"),
                       facts(version("v2", true) + version("v1", false, ", Size: 6000000000"))),
              HasSubstr("larger than one call can copy"));
  EXPECT_THAT(plan_for("{}", "[]"), HasSubstr("name an object"));
}

}  // namespace
}  // namespace riposte::respond
