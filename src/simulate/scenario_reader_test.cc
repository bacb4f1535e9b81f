#include "simulate/scenario_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::simulate {
namespace {

using testing::HasSubstr;

constexpr std::string_view kWhole = R"(
simulation: one
title: One
identities: {mallory: {user: mallory}}
account: [{use: bucket, with: {name: b}}]
watch: [{name: acl, aws: s3.GetBucketAcl, with: {Bucket: b}}]
attack: [{as: mallory, aws: s3.PutBucketAcl, with: {Bucket: b, ACL: public-read}, after: 10s}]
expect: {repaired: [acl], then: {expiry: 12h}}
)";
constexpr std::string_view kPart = R"(
part: bucket
title: A bucket
parameters: [name]
account:
  - {aws: s3.CreateBucket, with: {Bucket: "${with.name}"}, undo: {aws: s3.DeleteBucket, with: {Bucket: "${with.name}"}}}
)";

// What is said about `one.yml` besides the part, or nothing.
std::string complaint_about(std::string text) {
  base::Diagnostics diagnostics;
  read_scenarios({{"one.yml", std::move(text)}, {"bucket.yml", std::string(kPart)}}, diagnostics);
  return diagnostics.all().empty() ? "" : base::to_text(diagnostics.all().front());
}

std::string with(std::string_view said, std::string_view instead) {
  std::string text(kWhole);
  const std::size_t place = text.find(said);
  EXPECT_NE(place, std::string::npos) << said;
  return text.replace(place, said.size(), instead);
}

TEST(ScenarioReaderTest, AScenarioIsReadWithThePartsItUses) {
  base::Diagnostics diagnostics;
  const Scenarios scenarios = read_scenarios(
      {{"one.yml", std::string(kWhole)}, {"bucket.yml", std::string(kPart)}}, diagnostics);
  ASSERT_TRUE(diagnostics.ok()) << base::to_text(diagnostics.all().front());
  ASSERT_EQ(scenarios.all.size(), 1u);
  const Scenario& one = *scenarios.all.front();
  EXPECT_EQ(one.account.front().name, "bucket") << "a part is called as itself";
  EXPECT_EQ(one.attack.front().after, base::Millis(10'000));
  EXPECT_EQ(*one.expect.expiry, std::chrono::hours(12));
  EXPECT_EQ(scenarios.parts.at("bucket").account.front().undo.size(), 1u);
}

TEST(ScenarioReaderTest, AKeyThatIsNotKnownIsToldWithItsPlaceAndTheNearest) {
  const std::string complaint = complaint_about(with("watch:", "watsh:"));
  EXPECT_THAT(complaint, HasSubstr("one.yml:6:1: error[simulation-key]"));
  EXPECT_THAT(complaint, HasSubstr("did you mean \"watch\"?"));
}

TEST(ScenarioReaderTest, WhatIsNamedMustBeThere) {
  EXPECT_THAT(complaint_about(with("as: mallory", "as: malory")),
              HasSubstr("did you mean \"mallory\"?"));
  EXPECT_THAT(complaint_about(with("use: bucket", "use: buket")),
              HasSubstr("did you mean \"bucket\"?"));
  EXPECT_THAT(complaint_about(with("{name: b}", "{nam: b}")),
              HasSubstr("needs the parameter \"name\""));
  EXPECT_THAT(complaint_about(with("repaired: [acl]", "repaired: [alc]")),
              HasSubstr("nothing watches \"alc\""));
}

TEST(ScenarioReaderTest, WhatChangesTheSetUpSaysWhatTakesItBack) {
  EXPECT_THAT(complaint_about(with("{use: bucket, with: {name: b}}",
                                   "{aws: s3.CreateBucket, with: {Bucket: b}}")),
              HasSubstr("says not what takes it back"));
}

TEST(ScenarioReaderTest, WhatLooksChangesNothing) {
  EXPECT_THAT(complaint_about(with("aws: s3.GetBucketAcl", "aws: s3.DeleteBucket")),
              HasSubstr("error[simulation-check]"));
}

TEST(ScenarioReaderTest, AStepIsOneThingAndALogStaysInItsFolder) {
  EXPECT_THAT(complaint_about(with("aws: s3.PutBucketAcl", "log: a, aws: s3.PutBucketAcl")),
              HasSubstr("one of aws, record, log and stream"));
  EXPECT_THAT(complaint_about(with("{as: mallory, aws: s3.PutBucketAcl, with: {Bucket: b, ACL: "
                                   "public-read}, after: 10s}",
                                   "{log: ../x, lines: [a]}")),
              HasSubstr("below the run's folder"));
}

TEST(ScenarioReaderTest, OfTwoWithOneNameTheSecondIsAnError) {
  base::Diagnostics diagnostics;
  const Scenarios scenarios = read_scenarios({{"one.yml", std::string(kWhole)},
                                              {"two.yml", std::string(kWhole)},
                                              {"bucket.yml", std::string(kPart)}},
                                             diagnostics);
  EXPECT_EQ(scenarios.all.size(), 1u);
  ASSERT_FALSE(diagnostics.ok());
  EXPECT_EQ(diagnostics.all().front().file, "two.yml");
}

}  // namespace
}  // namespace riposte::simulate
