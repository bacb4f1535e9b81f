#include "respond/action_samples_test.h"

namespace riposte::respond {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kStep = "action: block-public-bucket";
constexpr std::string_view kNarrow = "action: block-public-bucket, with: {how: narrow}";

// What the account says of the bucket "photos"; what is empty is not there.
struct Bucket {
  std::string block{};
  std::string policy{};
  std::string grants{};
  std::string ownership{};
  std::string tags{};
  bool website = false;
};

std::string fact(std::string_view call, const std::string& answer, std::string_view error) {
  return "- {aws: s3." + std::string(call) + ", with: {Bucket: photos}, " +
         (answer.empty() ? "error: " + std::string(error) : "answer: " + answer) + "}\n";
}

std::string facts_of(const Bucket& bucket) {
  const auto in = [](std::string_view key, const std::string& value) {
    return value.empty() ? "" : "{" + std::string(key) + ": " + value + "}";
  };
  return fact("GetBucketTagging", in("TagSet", bucket.tags), "NoSuchTagSet") +
         fact("GetPublicAccessBlock", in("PublicAccessBlockConfiguration", bucket.block),
              "NoSuchPublicAccessBlockConfiguration") +
         fact("GetBucketPolicy", in("Policy", bucket.policy), "NoSuchBucketPolicy") +
         fact("GetBucketAcl",
              "{Owner: {ID: me}, Grants: [{Grantee: {ID: me, Type: CanonicalUser}, Permission: "
              "FULL_CONTROL}" +
                  bucket.grants + "]}",
              "") +
         fact("GetBucketOwnershipControls", in("OwnershipControls", in("Rules", bucket.ownership)),
              "OwnershipControlsNotFoundError") +
         fact("GetBucketWebsite", bucket.website ? "{IndexDocument: {Suffix: index.html}}" : "",
              "NoSuchWebsiteConfiguration");
}

constexpr std::string_view kEvent =
    R"({"eventName":"PutBucketPolicy","requestParameters":{"bucketName":"photos"}})";

// Spaced as nobody would, so that what is kept is seen to be kept.
constexpr std::string_view kMixedPolicy =
    R"('{"Version":"2012-10-17", "Statement":[ {"Sid":"Tls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}} , {"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"},{"Sid":"Own","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:*","Resource":"*"} ] }')";

constexpr std::string_view kToEverybody =
    ", {Grantee: {Type: Group, URI: 'http://acs.amazonaws.com/groups/global/AllUsers'}, "
    "Permission: READ}";

base::Result<Plan> plan_for(const Bucket& bucket, std::string_view step = kStep) {
  return plan_in({.step = step, .event = std::string(kEvent), .facts = facts_of(bucket)});
}

TEST(BlockPublicBucketTest, WhereNothingIsMeantToBePublicTheBlockIsEnough) {
  EXPECT_EQ(told(plan_for({.policy = std::string(kMixedPolicy)})), R"(1 do/block
  before    s3.GetBucketAcl {"Bucket":"photos"} must match {"Owner":{"ID":["me"]}}
  call      s3.PutPublicAccessBlock {"Bucket":"photos","PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}}
  after     s3.GetPublicAccessBlock {"Bucket":"photos"} must match {"PublicAccessBlockConfiguration":{"BlockPublicAcls":[true],"BlockPublicPolicy":[true],"IgnorePublicAcls":[true],"RestrictPublicBuckets":[true]}}
  undo      s3.DeletePublicAccessBlock {"Bucket":"photos"}
  note      policy and grants stay and count again when the block goes
  failing   what was done is taken back
)");
}

TEST(BlockPublicBucketTest, SettingsThatWereThereArePutBackByTheUndo) {
  const std::string page =
      told(plan_for({.block = "{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: "
                              "false, RestrictPublicBuckets: false}",
                     .policy = std::string(kMixedPolicy)}));
  EXPECT_THAT(
      page,
      HasSubstr(
          R"(undo      s3.PutPublicAccessBlock {"Bucket":"photos","PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"BlockPublicPolicy":false,)"));
  EXPECT_THAT(
      page,
      HasSubstr(
          R"(before    s3.GetPublicAccessBlock {"Bucket":"photos"} must match {"PublicAccessBlockConfiguration":{"BlockPublicAcls":[true],"BlockPublicPolicy":[false])"));
}

TEST(BlockPublicBucketTest, OneStatementGoesAndEveryOtherByteStays) {
  const Plan plan = plan_for({.policy = std::string(kMixedPolicy)}, kNarrow).value();
  ASSERT_EQ(plan.steps.size(), 1u);
  const auto with = json::OwnedDocument::parse(plan.steps[0].call.with).value();
  EXPECT_EQ(
      with.root().string_at("Policy"),
      R"({"Version":"2012-10-17", "Statement":[ {"Sid":"Tls","Effect":"Deny","Principal":"*",)"
      R"("Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}},)"
      R"({"Sid":"Own","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},)"
      R"("Action":"s3:*","Resource":"*"} ] })");
  const auto undo = json::OwnedDocument::parse(plan.steps[0].undo->with).value();
  EXPECT_EQ("'" + std::string(undo.root().string_at("Policy")) + "'", kMixedPolicy);
}

TEST(BlockPublicBucketTest, AWebsiteMayBeReadAndNothingElse) {
  const std::string reading =
      R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"})";
  EXPECT_THAT(told(plan_for({.policy = "'{\"Statement\":" + reading + "}'", .website = true})),
              HasSubstr("serves a website"));
  const Plan plan =
      plan_for(
          {.policy =
               "'{\"Statement\":[" + reading +
               R"(,{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"*"}]}')",
           .website = true})
          .value();
  EXPECT_THAT(plan.steps[0].call.with, Not(HasSubstr("PutObject")));
  EXPECT_THAT(plan.steps[0].call.with, HasSubstr("GetObject"));
}

TEST(BlockPublicBucketTest, APolicyOfNothingElseIsNotDeletedButCountsNothing) {
  const std::string page = told(plan_for(
      {.policy =
           R"('{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}')"},
      kNarrow));
  EXPECT_THAT(page, HasSubstr(R"({"BlockPublicAcls":false,"BlockPublicPolicy":true,)"
                              R"("IgnorePublicAcls":false,"RestrictPublicBuckets":true})"));
}

TEST(BlockPublicBucketTest, OfTheGrantsOnlyThoseToEverybodyGo) {
  const base::Result<Plan> plan = plan_for({.grants = std::string(kToEverybody)}, kNarrow);
  const std::string& after = plan->steps[0].verifications[0].expect;
  EXPECT_TRUE(fits(after, R"({"Grants":[{"Grantee":{"ID":"me"},"Permission":"FULL_CONTROL"}]})"));
  EXPECT_FALSE(fits(after, R"({"Grants":[{"Grantee":{"ID":"me"},"Permission":"FULL_CONTROL"},)"
                           R"({"Grantee":{"URI":"x"},"Permission":"READ"}]})"));
  const std::string page = told(plan);
  EXPECT_THAT(
      page,
      HasSubstr(
          R"(call      s3.PutBucketAcl {"AccessControlPolicy":{"Grants":[{"Grantee":{"ID":"me","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"}],"Owner":{"ID":"me"}},"Bucket":"photos"})"));
  EXPECT_THAT(
      page,
      HasSubstr(
          R"(must match {"Grants":{"Grantee":{"URI":["http://acs.amazonaws.com/groups/global/AllUsers"]},"Permission":["READ"]}})"));
}

TEST(BlockPublicBucketTest, WhatIsNotPublicIsLeftAlone) {
  const auto refusal = [](Bucket bucket, std::string facts_left_out = "") {
    std::string facts = facts_of(bucket);
    for (std::size_t at;
         !facts_left_out.empty() && (at = facts.find(facts_left_out)) != std::string::npos;)
      facts.erase(at);
    return told(plan_in({.step = kStep, .event = std::string(kEvent), .facts = facts}));
  };
  EXPECT_THAT(refusal({.tags = "[{Key: 'riposte:public', Value: 'yes'}]"}, "- {aws: s3.GetPublic"),
              HasSubstr("meant to be public"));
  EXPECT_THAT(
      refusal({.block = "{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, "
                        "RestrictPublicBuckets: true}"},
              "- {aws: s3.GetBucketPolicy"),
      HasSubstr("blocked already"));
  EXPECT_THAT(refusal({.grants = std::string(kToEverybody),
                       .ownership = "[{ObjectOwnership: BucketOwnerEnforced}]"},
                      "- {aws: s3.GetBucketWebsite"),
              HasSubstr("lists are disabled"));
  EXPECT_THAT(
      refusal(
          {.policy =
               R"('{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}}')"},
          "- {aws: s3.GetBucketWebsite"),
      HasSubstr("nothing of photos is public"));
}

TEST(BlockPublicBucketTest, OfAnAccessPointTheBucketIsBlockedOrItsPolicyNarrowed) {
  constexpr std::string_view kPoint =
      R"({"eventName":"PutAccessPointPolicy","requestParameters":{"name":"door"}})";
  std::string facts = facts_of({});
  facts.erase(facts.find("- {aws: s3.GetBucketPolicy"),
              facts.find("- {aws: s3.GetBucketAcl") - facts.find("- {aws: s3.GetBucketPolicy"));
  facts +=
      "- {aws: s3control.GetAccessPoint, with: {AccountId: '111122223333', Name: door}, answer: "
      "{Bucket: photos}}\n"
      "- {aws: s3control.GetAccessPointPolicy, with: {AccountId: '111122223333', Name: door}, "
      "answer: {Policy: " +
      std::string(kMixedPolicy) + "}}\n";
  EXPECT_THAT(told(plan_in({.step = kStep, .event = std::string(kPoint), .facts = facts})),
              HasSubstr("s3.PutPublicAccessBlock {\"Bucket\":\"photos\""));
  EXPECT_THAT(told(plan_in({.step = kNarrow, .event = std::string(kPoint), .facts = facts})),
              HasSubstr("call      s3control.PutAccessPointPolicy "
                        "{\"AccountId\":\"111122223333\",\"Name\":\"door\""));
}

}  // namespace
}  // namespace riposte::respond
