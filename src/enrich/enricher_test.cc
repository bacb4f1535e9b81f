#include "enrich/enricher.h"

#include <gtest/gtest.h>

namespace riposte::enrich {
namespace {

using event::Event;

// A record with its event, as the reader fills it.
class EnricherTest : public testing::Test {
 protected:
  // The facts as JSON, or "none".
  std::string facts_of(const std::string& record,
                       event::Format format = event::Format::CloudTrail) {
    auto document = json::OwnedDocument::parse(record);
    EXPECT_TRUE(document.ok()) << record;
    Event event;
    event.format = format;
    event.record = &document->root();
    event.envelope = event.record;
    event.name = event.record->string_at("eventName");
    event.account = event.record->string_at("recipientAccountId");
    if (event.account.empty()) event.account = event.record->string_at("userIdentity.accountId");
    enricher_.enrich(event);
    return event.facts == nullptr ? "none" : json::compact(*event.facts);
  }

  Enricher enricher_;
};

constexpr char kOutsider[] =
    R"("userIdentity":{"accountId":"444455556666"},"recipientAccountId":"111122223333")";

TEST_F(EnricherTest, MostEventsHaveNoFacts) {
  EXPECT_EQ(facts_of(R"({"eventName":"DescribeInstances"})"), "none");
  EXPECT_EQ(facts_of(R"({"eventName":"CreateTags","requestParameters":{"tagSet":{}}})"), "none");
  EXPECT_EQ(facts_of(R"({"eventName":"PutObject","requestParameters":{"bucketName":"b"}})"),
            "none");
  EXPECT_EQ(facts_of(R"({"eventName":"AuthorizeSecurityGroupIngress"})"), "none");
  EXPECT_EQ(facts_of("{}"), "none");
}

TEST_F(EnricherTest, NetworkAclAndPolicyStandUnderTheirNames) {
  EXPECT_EQ(
      facts_of(
          R"({"eventName":"AuthorizeSecurityGroupIngress","requestParameters":{"ipProtocol":"tcp","fromPort":80,"toPort":80,"cidrIp":"0.0.0.0/0"}})"),
      R"({"network":{"direction":"ingress","world":{"any":true,"web_only":true,"cidrs":["0.0.0.0/0"]}}})");
  EXPECT_EQ(
      facts_of(R"({"eventName":"PutBucketAcl","requestParameters":{"x-amz-acl":"public-read"}})"),
      R"({"acl":{"public":["read"]}})");
  EXPECT_EQ(
      facts_of(
          R"({"eventName":"PutBucketPolicy","requestParameters":{"bucketPolicy":{"Statement":{"Effect":"Allow","Principal":"*"}}}})"),
      R"({"policy":{"public":true}})");
}

TEST_F(EnricherTest, CallersFromOtherAccountsAreTold) {
  const std::string outsider = kOutsider;
  EXPECT_EQ(facts_of(R"({"eventName":"GetObject",)" + outsider + "}"), R"({"cross_account":true})");
  EXPECT_EQ(facts_of(R"({"eventName":"PutObject",)" + outsider + "}"), R"({"cross_account":true})");
  EXPECT_EQ(
      facts_of(R"({"eventName":"PutObject","requestParameters":{"x-amz-acl":"public-read"},)" +
               outsider + "}"),
      R"({"acl":{"public":["read"]},"cross_account":true})");
}

TEST_F(EnricherTest, OwnAndAnonymousCallersAreNotFromAnotherAccount) {
  EXPECT_EQ(
      facts_of(
          R"({"userIdentity":{"accountId":"111122223333"},"recipientAccountId":"111122223333"})"),
      "none");
  EXPECT_EQ(facts_of(R"({"userIdentity":{"accountId":"444455556666"}})"), "none");
  EXPECT_EQ(facts_of(R"({"recipientAccountId":"111122223333"})"), "none");
  EXPECT_EQ(
      facts_of(
          R"({"userIdentity":{"accountId":"ANONYMOUS_PRINCIPAL"},"recipientAccountId":"111122223333"})"),
      "none");
}

TEST_F(EnricherTest, SessionPoliciesOfRolesNarrowAndAreNotRead) {
  const std::string policy =
      R"(,"requestParameters":{"policy":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"}})";
  EXPECT_EQ(facts_of(R"({"eventName":"AssumeRole")" + policy), "none");
  EXPECT_NE(facts_of(R"({"eventName":"GetFederationToken")" + policy).find(R"("admin":true)"),
            std::string::npos);
}

TEST_F(EnricherTest, FactsOfOneEventDoNotReachTheNext) {
  EXPECT_NE(
      facts_of(R"({"eventName":"PutBucketAcl","requestParameters":{"x-amz-acl":"public-read"}})"),
      "none");
  EXPECT_EQ(facts_of(R"({"eventName":"PutBucketAcl","requestParameters":{"x-amz-acl":"private"}})"),
            "none");
}

TEST_F(EnricherTest, OtherFormatsAreLeftAlone) {
  EXPECT_EQ(
      facts_of(R"({"eventName":"PutBucketAcl","requestParameters":{"x-amz-acl":"public-read"}})",
               event::Format::S3Notification),
      "none");
}

// An Enricher that knows 203.0.113.7, and what it says of a record.
class KnowingEnricherTest : public testing::Test {
 protected:
  std::string facts_of(const std::string& record) {
    auto document = json::OwnedDocument::parse(record);
    EXPECT_TRUE(document.ok()) << record;
    Event event;
    event.format = event.raw.format = event::Format::CloudTrail;
    event.record = event.envelope = &document->root();
    event.raw.record = event.raw.envelope = document->raw();
    event.name = event.record->string_at("eventName");
    event.account = event.record->string_at("recipientAccountId");
    enricher_.enrich(event);
    return event.facts == nullptr ? "none" : json::compact(*event.facts);
  }

  Enricher enricher_{std::make_shared<const Knowledge>(
      std::vector<GeoDatabase>(),
      ThreatIndex({read_threat_list("ip,valid_until\n203.0.113.7,2026-02-01", "feed").value()}))};
};

TEST_F(KnowingEnricherTest, WhatIsKnownStandsBesideOtherFacts) {
  const std::string source = R"("sourceIPAddress":"203.0.113.7")";
  const std::string known = R"("source":{"threat":{"list":["feed"],"indicator":["203.0.113.7"]}})";
  EXPECT_EQ(facts_of(R"({"eventName":"GetObject",)" + source + "}"), "{" + known + "}");
  EXPECT_EQ(facts_of(R"({"eventName":"GetObject",)" + source + "," + kOutsider + "}"),
            R"({"cross_account":true,)" + known + "}");
  EXPECT_EQ(
      facts_of(R"({"eventName":"PutBucketAcl","requestParameters":{"x-amz-acl":"public-read"},)" +
               source + "}"),
      R"({"acl":{"public":["read"]},)" + known + "}");
}

TEST_F(KnowingEnricherTest, AnExpiryIsHeldAgainstTheTimeOfEachEvent) {
  const auto at = [this](std::string_view time) {
    return facts_of(R"({"sourceIPAddress":"203.0.113.7","eventTime":")" + std::string(time) +
                    "\"}");
  };
  EXPECT_NE(at("2026-01-31T00:00:00Z"), "none");
  EXPECT_EQ(at("2026-02-01T00:00:00Z"), "none");
  EXPECT_NE(at("2026-01-31T00:00:00Z"), "none") << "what is remembered does not change it";
}

TEST_F(KnowingEnricherTest, ARecordAsItLiesTellsAsMuch) {
  const auto document =
      json::OwnedDocument::parse(R"({"eventName":"GetObject","sourceIPAddress":"203.0.113.7"})");
  event::RawEvent event;
  event.format = event::Format::CloudTrail;
  event.record = event.envelope = document->raw();
  enricher_.enrich(event);
  ASSERT_TRUE(event.facts);
  EXPECT_TRUE(event.facts.at("source.threat"));
}

}  // namespace
}  // namespace riposte::enrich
