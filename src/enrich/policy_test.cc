#include "enrich/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"

namespace riposte::enrich {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kAccount = "111122223333";

PolicyFacts facts_in(const std::string& record) {
  const auto document = json::OwnedDocument::parse(record);
  EXPECT_TRUE(document.ok()) << record;
  return policy_facts_of(document->root(), kAccount);
}

PolicyFacts request(const std::string& name, const std::string& parameters) {
  return facts_in(R"({"eventName":")" + name + R"(","requestParameters":)" + parameters + "}");
}

PolicyFacts statement(const std::string& text) {
  return request("PutBucketPolicy", R"({"bucketPolicy":{"Statement":[)" + text + "]}}");
}

TEST(PolicyTest, DocumentsAreFoundWhereverTheyStand) {
  const std::string object =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"a:B","Resource":"*"}})";
  const std::string text =
      R"("\n {\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"a:B\",\"Resource\":\"*\"}]}")";
  const std::string encoded =
      R"("%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22,%22Principal%22%3a%22*%22+%7D%5D%7D")";
  for (const std::string& policy : {object, text, encoded}) {
    for (const char* shape :
         {R"({"policy":$})", R"({"PutAccessPointPolicyRequest":{"Policy":$}})",
          R"({"attributes":{"Policy":$}})", R"({"attributeName":"Policy","attributeValue":$})",
          R"({"patchOperations":[{"op":"replace","path":"/policy","value":$}]})"}) {
      std::string parameters = shape;
      parameters.replace(parameters.find('$'), 1, policy);
      EXPECT_TRUE(request("PutSomething", parameters).is_public) << parameters;
    }
  }
}

TEST(PolicyTest, WhatIsNoDocumentGivesNoFact) {
  for (const char* parameters :
       {R"({"policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\""})",
        R"({"policy":"invalid"})", R"({"policy":""})", R"({"policy":"%7BStatement%2"})",
        R"({"policy":"[\"Statement\"]"})", R"({"policy":"{\"about\":\"a Statement\"}"})",
        R"({"policy":{"Statement":"*"}})", R"({"policy":{"Statement":["*",{"Effect":7}]}})",
        R"({"policy":null})", "null", "[]", "{}"}) {
    EXPECT_TRUE(request("PutBucketPolicy", parameters).empty()) << parameters;
  }
  EXPECT_TRUE(facts_in("{}").empty());
}

TEST(PolicyTest, DocumentsBeyondTheLimitsAreNotRead) {
  const std::string statement_text = R"({\"Effect\":\"Allow\",\"Principal\":\"*\"})";
  const std::string space(kPolicyBytesMax, ' ');
  EXPECT_TRUE(request("PutKeyPolicy",
                      R"({"policy":"{)" + space + R"(\"Statement\":)" + statement_text + R"(}"})")
                  .empty());
  std::string many;
  for (std::size_t i = 0; i < kPoliciesMax; ++i) {
    many += R"({"Statement":{}},)";
  }
  const std::string last = R"({"Statement":{"Effect":"Allow","Principal":"*"}})";
  EXPECT_TRUE(request("PutKeyPolicy", R"({"policies":[)" + many + last + "]}").empty());
  EXPECT_TRUE(request("PutKeyPolicy", R"({"policies":[)" + last + "]}").is_public);
}

TEST(PolicyTest, EverybodyHasManySpellings) {
  for (const char* principal :
       {R"("Principal":"*")", R"("Principal":{"AWS":"*"})",
        R"("Principal":{"AWS":["111122223333","*"]})", R"("principal":{"aws":"*"})",
        R"("NotPrincipal":{"AWS":"111122223333"})", R"("Principal":["*"])",
        R"("Principal":{"AWS":"arn:aws:iam::*:root"})"}) {
    const PolicyFacts facts =
        statement(R"({"Effect":"Allow",)" + std::string(principal) + R"(,"Action":"s3:*"})");
    EXPECT_TRUE(facts.is_public) << principal;
    EXPECT_FALSE(facts.public_conditional) << principal;
  }
}

TEST(PolicyTest, DenyStatementsLetNobodyIn) {
  EXPECT_TRUE(
      statement(R"({"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"})").empty());
}

TEST(PolicyTest, ServicesAreNotEverybody) {
  EXPECT_TRUE(
      statement(
          R"({"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject"})")
          .empty());
}

TEST(PolicyTest, ConditionsMakePublicConditional) {
  const PolicyFacts closed = statement(
      R"({"Effect":"Allow","Principal":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"444455556666"}}})");
  EXPECT_FALSE(closed.is_public);
  EXPECT_TRUE(closed.public_conditional);
  EXPECT_THAT(closed.external_accounts, ElementsAre("444455556666")) << "everybody of that account";
  const PolicyFacts open = statement(
      R"({"Effect":"Allow","Principal":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}})");
  EXPECT_TRUE(open.is_public);
  EXPECT_FALSE(open.public_conditional);
}

TEST(PolicyTest, OneOpenStatementIsEnough) {
  const PolicyFacts facts = statement(
      R"({"Effect":"Allow","Principal":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}},
         {"Effect":"Allow","Principal":"*"})");
  EXPECT_TRUE(facts.is_public);
  EXPECT_TRUE(facts.public_conditional);
}

TEST(PolicyTest, AccountsOtherThanOurOwnAreNamed) {
  const PolicyFacts facts = statement(
      R"({"Effect":"Allow","Principal":{"AWS":["444455556666","arn:aws:iam::777788889999:root","arn:aws:iam::111122223333:root",
          "arn:aws:iam::444455556666:user/erin","AIDAEXAMPLE","arn:aws:iam::cloudfront:user/E1"],"CanonicalUser":"0a"}})");
  EXPECT_THAT(facts.external_accounts, ElementsAre("444455556666", "777788889999"));
  EXPECT_FALSE(facts.is_public);
}

TEST(PolicyTest, WithoutOurAccountNoneIsCalledExternal) {
  const auto document = json::OwnedDocument::parse(
      R"({"requestParameters":{"policy":{"Statement":{"Effect":"Allow","Principal":{"AWS":"444455556666"}}}}})");
  EXPECT_TRUE(policy_facts_of(document->root(), "").empty());
}

TEST(PolicyTest, IdentityProvidersAreNamed) {
  const PolicyFacts facts = request(
      "CreateRole",
      R"({"assumeRolePolicyDocument":"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRoleWithWebIdentity\",\"Principal\":{\"Federated\":[\"arn:aws:iam::111122223333:oidc-provider/gitlab.example.com\",\"cognito-identity.amazonaws.com\"]}}]}"})");
  EXPECT_THAT(facts.external_federation,
              ElementsAre("arn:aws:iam::111122223333:oidc-provider/gitlab.example.com",
                          "cognito-identity.amazonaws.com"));
  EXPECT_THAT(facts.external_accounts, IsEmpty());
  EXPECT_THAT(
      statement(
          R"({"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:saml-provider/x"}})")
          .external_federation,
      ElementsAre("arn:aws:iam::444455556666:saml-provider/x"));
}

TEST(PolicyTest, StatementsWithoutAPrincipalGiveRights) {
  const PolicyFacts facts = request(
      "PutUserPolicy",
      R"({"policyDocument":"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"})");
  EXPECT_TRUE(facts.rights.admin);
  EXPECT_FALSE(facts.is_public);
}

TEST(PolicyTest, RightsOfResourcePoliciesAreNoRights) {
  const PolicyFacts facts = request(
      "PutKeyPolicy",
      R"({"policy":{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}}})");
  EXPECT_TRUE(facts.empty()) << "the default policy of every key";
}

TEST(PolicyTest, PermissionsOfFunctionsAreStatementsInParts) {
  const auto permission = [](const char* parameters) {
    return request("AddPermission20150331v2", parameters);
  };
  EXPECT_TRUE(permission(R"({"functionName":"f","action":"lambda:InvokeFunction","principal":"*"})")
                  .is_public);
  EXPECT_TRUE(permission(R"({"principal":"*","sourceArn":"arn:aws:s3:::*"})").is_public);
  EXPECT_TRUE(permission(R"({"principal":"*","functionUrlAuthType":"NONE"})").is_public);
  for (const char* parameters : {R"({"principal":"*","sourceAccount":"111122223333"})",
                                 R"({"principal":"*","principalOrgID":"o-1"})",
                                 R"({"principal":"*","sourceArn":"arn:aws:s3:::records"})"}) {
    EXPECT_FALSE(permission(parameters).is_public) << parameters;
    EXPECT_TRUE(permission(parameters).public_conditional) << parameters;
  }
  EXPECT_THAT(permission(R"({"principal":"444455556666"})").external_accounts,
              ElementsAre("444455556666"));
  EXPECT_THAT(permission(R"({"principal":"arn:aws:iam::444455556666:role/r"})").external_accounts,
              ElementsAre("444455556666"));
  EXPECT_TRUE(permission(R"({"principal":"s3.amazonaws.com"})").empty());
  EXPECT_TRUE(permission(R"({"principal":"111122223333"})").empty());
  EXPECT_TRUE(request("AddLayerVersionPermission20181031", R"({"principal":"*"})").is_public);
  EXPECT_TRUE(
      request("AddLayerVersionPermission20181031", R"({"principal":"*","organizationId":"o-1"})")
          .public_conditional);
  EXPECT_TRUE(request("CreateThing", R"({"principal":"*"})").empty());
}

TEST(PolicyTest, QueuesTopicsAndBusesListAccounts) {
  EXPECT_THAT(
      request("AddPermission", R"({"label":"l","aWSAccountId":["444455556666","111122223333"]})")
          .external_accounts,
      ElementsAre("444455556666"));
  EXPECT_TRUE(request("AddPermission", R"({"queueUrl":"u","aWSAccountIds":["*"]})").is_public);
  EXPECT_TRUE(
      request("PutPermission", R"({"principal":"*","action":"events:PutEvents"})").is_public);
  EXPECT_TRUE(
      request(
          "PutPermission",
          R"({"principal":"*","condition":{"type":"StringEquals","key":"aws:PrincipalOrgID","value":"o-1"}})")
          .public_conditional);
  EXPECT_TRUE(request("PutPermission", R"({"principal":"*","condition":{"type":"StringEquals"}})")
                  .is_public);
}

TEST(PolicyTest, PoliciesThatOnlyBoundGiveNothing) {
  const std::string policy =
      R"("requestParameters":{"content":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Allow","Principal":"*"}]}})";
  EXPECT_TRUE(facts_in(R"({"eventName":"CreateVpcEndpoint",)" + policy + "}").empty());
  EXPECT_TRUE(
      facts_in(R"({"eventSource":"organizations.amazonaws.com","eventName":"CreatePolicy",)" +
               policy + "}")
          .empty());
  EXPECT_TRUE(
      facts_in(R"({"eventSource":"organizations.amazonaws.com","eventName":"PutResourcePolicy",)" +
               policy + "}")
          .is_public);
}

TEST(PolicyTest, OnlyWhatHoldsIsWritten) {
  json::Writer writer;
  write(
      statement(
          R"({"Effect":"Allow","Principal":{"AWS":["*","444455556666"],"Federated":"idp.example.com"}},
                     {"Effect":"Allow","Principal":"*","Condition":{"StringEquals":{"sts:ExternalId":"x"}}},
                     {"Effect":"Allow","Action":"sso:*","Resource":"*"})"),
      writer);
  EXPECT_EQ(
      writer.text(),
      R"({"public":true,"public_conditional":true,"external_accounts":["444455556666"],"external_federation":["idp.example.com"],)"
      R"("wildcard_services":["sso"],"risky_actions":["sso:AttachManagedPolicyToPermissionSet","sso:CreateAccountAssignment",)"
      R"("sso:PutInlinePolicyToPermissionSet"]})");
  json::Writer admin;
  PolicyFacts facts;
  facts.rights.admin = true;
  write(facts, admin);
  EXPECT_EQ(admin.text(), R"({"admin":true})");
}

}  // namespace
}  // namespace riposte::enrich
