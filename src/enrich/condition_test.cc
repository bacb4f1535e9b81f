#include "enrich/condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"

namespace riposte::enrich {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

bool restricted(std::string_view condition) {
  const auto document = json::OwnedDocument::parse(condition);
  EXPECT_TRUE(document.ok()) << condition;
  return is_restricted(&document->root());
}

std::set<std::string> accounts_in(std::string_view condition) {
  const auto document = json::OwnedDocument::parse(condition);
  EXPECT_TRUE(document.ok()) << condition;
  return accounts_of(&document->root());
}

TEST(ConditionTest, ConditionsThatNameTheCallerRestrict) {
  for (
      const char* condition :
      {R"({"StringEquals":{"aws:PrincipalOrgID":"o-1"}})",
       R"({"StringEquals":{"AWS:SourceOwner":"111122223333"}})",
       R"({"StringEquals":{"aws:SourceAccount":["111122223333","444455556666"]}})",
       R"({"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:*"}})",
       R"({"ArnLike":{"aws:SourceArn":"arn:aws:s3:::records"}})",
       R"({"StringLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}})",
       R"({"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-1/r-1/*"}})",
       R"({"StringEquals":{"sts:ExternalId":"secret"}})",
       R"({"StringEquals":{"kms:CallerAccount":"111122223333","kms:ViaService":"s3.eu-west-1.amazonaws.com"}})",
       R"({"StringEquals":{"s3:DataAccessPointAccount":"111122223333"}})",
       R"({"StringEquals":{"aws:sourceVpce":"vpce-0a1b"}})",
       R"({"StringLike":{"aws:SourceVpc":"vpc-0a*"}})",
       R"({"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}})",
       R"({"IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]}})",
       R"({"IpAddressIfExists":{"aws:SourceIp":"203.0.113.0/24"}})",
       R"({"Bool":{"aws:PrincipalIsAWSService":true}})",
       R"({"Bool":{"elasticfilesystem:AccessedViaMountTarget":"true"}})",
       R"({"Bool":{"aws:SecureTransport":"true"},"StringEquals":{"aws:PrincipalOrgID":"o-1"}})"}) {
    EXPECT_TRUE(restricted(condition)) << condition;
  }
}

TEST(ConditionTest, OtherConditionsKeepNobodyOut) {
  for (const char* condition :
       {R"({})",
        R"("none")",
        R"({"StringEquals":"x"})",
        R"({"Bool":{"aws:SecureTransport":"true"}})",
        R"({"StringLike":{"aws:Referer":"https://www.example.com/*"}})",
        R"({"StringNotEquals":{"aws:SourceAccount":"111122223333"}})",
        R"({"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}})",
        R"({"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}})",
        R"({"IpAddress":{"aws:SourceIp":["0.0.0.0/1","128.0.0.0/1"]}})",
        R"({"IpAddress":{"aws:SourceIp":"nonsense"}})",
        R"({"StringEqualsIfExists":{"aws:SourceVpce":"vpce-0a1b"}})",
        R"({"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-1"}})",
        R"({"StringLike":{"aws:PrincipalOrgID":"*"}})",
        R"({"StringLike":{"aws:PrincipalOrgID":"o-*"}})",
        R"({"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin"}})",
        R"({"StringLike":{"aws:PrincipalArn":"arn:aws:*"}})",
        R"({"ArnLike":{"aws:SourceArn":"arn:aws:s3:::*"}})",
        R"({"StringLike":{"aws:SourceVpc":"vpc-*"}})",
        R"({"StringLike":{"aws:SourceAccount":["111122223333","*"]}})",
        R"({"Bool":{"aws:PrincipalIsAWSService":"false"}})",
        R"({"Null":{"aws:SourceVpce":"false"}})"}) {
    EXPECT_FALSE(restricted(condition)) << condition;
  }
}

TEST(ConditionTest, NoConditionRestrictsNobody) {
  EXPECT_FALSE(is_restricted(nullptr));
  EXPECT_THAT(accounts_of(nullptr), IsEmpty());
}

TEST(ConditionTest, AccountsThatMayComeAreNamed) {
  EXPECT_THAT(
      accounts_in(R"({"StringEquals":{"aws:PrincipalAccount":["444455556666","777788889999"]}})"),
      ElementsAre("444455556666", "777788889999"));
  EXPECT_THAT(accounts_in(R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/*"}})"),
              ElementsAre("444455556666"));
  EXPECT_THAT(accounts_in(R"({"StringEquals":{"sts:ExternalId":"444455556666"}})"), IsEmpty());
  EXPECT_THAT(accounts_in(R"({"StringNotEquals":{"aws:PrincipalAccount":"444455556666"}})"),
              IsEmpty());
}

}  // namespace
}  // namespace riposte::enrich
