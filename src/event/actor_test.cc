#include "event/actor.h"

#include <gtest/gtest.h>

#include "json/scanner.h"

namespace riposte::event {
namespace {

Actor actor_in(std::string_view record, Format format = Format::CloudTrail) {
  const auto document = json::OwnedDocument::parse(record);
  EXPECT_TRUE(document.ok()) << record;
  Event event;
  event.format = format;
  event.record = &document->root();
  event.envelope = event.record;
  return actor_of(event);
}

Actor caller(std::string_view identity) {
  return actor_in(R"({"eventName":"x","userIdentity":)" + std::string(identity) + "}");
}

TEST(ActorTest, UsersAreCalledByTheirName) {
  const Actor actor = caller(
      R"({"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/ops/erin",
          "accountId":"111122223333","accessKeyId":"AKIAEXAMPLE","userName":"erin"})");
  EXPECT_EQ(actor.type, "IAMUser");
  EXPECT_EQ(actor.id, "AIDAEXAMPLE");
  EXPECT_EQ(actor.name, "erin");
  EXPECT_EQ(actor.arn, "arn:aws:iam::111122223333:user/ops/erin");
  EXPECT_EQ(actor.account, "111122223333");
  EXPECT_EQ(actor.access_key, "AKIAEXAMPLE");
  EXPECT_EQ(actor.session_of, "");
}

TEST(ActorTest, UsersWithoutANameAreCalledByTheirArn) {
  EXPECT_EQ(caller(R"({"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ops/erin"})").name,
            "erin");
  EXPECT_EQ(caller(R"({"type":"IAMUser","principalId":"AIDAEXAMPLE"})").name, "AIDAEXAMPLE");
}

TEST(ActorTest, FailedConsoleLoginsMayHideTheName) {
  const Actor actor = caller(
      R"({"type":"IAMUser","accountId":"111122223333","accessKeyId":"","userName":"HIDDEN_DUE_TO_SECURITY_REASONS"})");
  EXPECT_EQ(actor.name, "HIDDEN_DUE_TO_SECURITY_REASONS");
  EXPECT_EQ(actor.arn, "");
}

TEST(ActorTest, RootIsRootWhateverTheAccountIsCalled) {
  const Actor actor = caller(
      R"({"type":"Root","principalId":"111122223333","arn":"arn:aws:iam::111122223333:root",
          "accountId":"111122223333","userName":"our-alias"})");
  EXPECT_EQ(actor.type, "Root");
  EXPECT_EQ(actor.name, "root");
}

TEST(ActorTest, RoleSessionsAreCalledRoleAndSession) {
  const Actor actor = caller(
      R"({"type":"AssumedRole","principalId":"AROAEXAMPLE:dana@example.com",
          "arn":"arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0a1b/dana@example.com",
          "accountId":"111122223333","accessKeyId":"ASIAEXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role",
          "arn":"arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0a1b",
          "accountId":"111122223333","userName":"AWSReservedSSO_Admin_0a1b"}}})");
  EXPECT_EQ(actor.type, "AssumedRole");
  EXPECT_EQ(actor.id, "AROAEXAMPLE:dana@example.com");
  EXPECT_EQ(actor.name, "AWSReservedSSO_Admin_0a1b/dana@example.com");
  EXPECT_EQ(
      actor.session_of,
      "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0a1b");
}

TEST(ActorTest, TheRoleOfASessionIsDerivedWhereNoIssuerIsNamed) {
  const struct {
    std::string_view arn, name, session_of;
  } cases[] = {
      {"arn:aws:sts::111122223333:assumed-role/Deploy/build-42", "Deploy/build-42",
       "arn:aws:iam::111122223333:role/Deploy"},
      {"arn:aws-cn:sts::111122223333:assumed-role/Deploy/build-42", "Deploy/build-42",
       "arn:aws-cn:iam::111122223333:role/Deploy"},
      {"arn:aws-us-gov:sts::111122223333:assumed-role/team/a/Deploy/build-42", "Deploy/build-42",
       "arn:aws-us-gov:iam::111122223333:role/team/a/Deploy"},
      {"arn:aws:sts::111122223333:assumed-role/Deploy", "Deploy",
       "arn:aws:iam::111122223333:role/Deploy"},
  };
  for (const auto& expected : cases) {
    const Actor actor =
        caller(R"({"type":"AssumedRole","arn":")" + std::string(expected.arn) + "\"}");
    EXPECT_EQ(actor.name, expected.name);
    EXPECT_EQ(actor.session_of, expected.session_of);
    EXPECT_EQ(actor.account, "111122223333");
  }
}

TEST(ActorTest, TheSessionIsFoundBehindThePrincipalId) {
  EXPECT_EQ(caller(R"({"type":"AssumedRole","principalId":"AROAEXAMPLE:build-42",
                       "arn":"arn:aws:sts::111122223333:assumed-role/Deploy"})")
                .name,
            "Deploy/build-42");
  EXPECT_EQ(caller(R"({"type":"AssumedRole","principalId":"AROAEXAMPLE:build-42"})").name,
            "build-42");
  EXPECT_EQ(caller(R"({"type":"AssumedRole","userName":"Deploy"})").name, "Deploy");
}

TEST(ActorTest, RolesCountAsTheirSessions) {
  const Actor actor = caller(
      R"({"type":"Role","principalId":"AROAEXAMPLE","arn":"arn:aws:iam::111122223333:role/ops/Deploy"})");
  EXPECT_EQ(actor.type, "AssumedRole");
  EXPECT_EQ(actor.name, "Deploy");
  EXPECT_EQ(actor.session_of, "arn:aws:iam::111122223333:role/ops/Deploy");
}

TEST(ActorTest, FederatedUsersPointAtWhoLetThemIn) {
  const Actor actor = caller(
      R"({"type":"FederatedUser","principalId":"111122223333:guest",
          "arn":"arn:aws:sts::111122223333:federated-user/guest","accountId":"111122223333",
          "sessionContext":{"sessionIssuer":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/erin","userName":"erin"}}})");
  EXPECT_EQ(actor.type, "FederatedUser");
  EXPECT_EQ(actor.name, "guest");
  EXPECT_EQ(actor.session_of, "arn:aws:iam::111122223333:user/erin");
  EXPECT_EQ(caller(R"({"type":"FederatedUser","principalId":"111122223333:guest"})").name, "guest");
}

TEST(ActorTest, FederatedIdentitiesKeepTheNameOfTheirProvider) {
  const Actor web = caller(
      R"({"type":"WebIdentityUser","principalId":"accounts.google.com:app:42","userName":"42",
          "identityProvider":"accounts.google.com"})");
  EXPECT_EQ(web.type, "WebIdentityUser");
  EXPECT_EQ(web.name, "42");
  const Actor saml = caller(
      R"({"type":"SAMLUser","principalId":"abc=:dana@example.com","userName":"dana@example.com"})");
  EXPECT_EQ(saml.type, "SAMLUser");
  EXPECT_EQ(saml.name, "dana@example.com");
}

TEST(ActorTest, IdentityCenterUsersAreFoundByWhomTheyActFor) {
  const Actor actor = caller(
      R"({"type":"IdentityCenterUser","accountId":"111122223333",
          "onBehalfOf":{"userId":"544894e8-80c1","identityStoreArn":"arn:aws:identitystore::111122223333:identitystore/d-1"},
          "credentialId":"6ZWlVQDo"})");
  EXPECT_EQ(actor.type, "IdentityCenterUser");
  EXPECT_EQ(actor.id, "544894e8-80c1");
  EXPECT_EQ(actor.name, "544894e8-80c1");
  EXPECT_EQ(caller(R"({"onBehalfOf":{"userId":"544894e8-80c1"}})").type, "IdentityCenterUser");
}

TEST(ActorTest, ServicesAreNoError) {
  EXPECT_EQ(caller(R"({"type":"AWSService","invokedBy":"rds.amazonaws.com"})").name,
            "rds.amazonaws.com");
  const Actor untyped =
      caller(R"({"accountId":"111122223333","invokedBy":"secretsmanager.amazonaws.com"})");
  EXPECT_EQ(untyped.type, "AWSService");
  EXPECT_EQ(untyped.id, "secretsmanager.amazonaws.com");
  EXPECT_EQ(untyped.account, "111122223333");
  const Actor none = actor_in(
      R"({"eventType":"AwsServiceEvent","eventSource":"kms.amazonaws.com","sourceIPAddress":"AWS Internal","userAgent":"AWS Internal"})");
  EXPECT_EQ(none.type, "AWSService");
  EXPECT_EQ(none.name, "AWS Internal");
  EXPECT_EQ(none.ip, "AWS Internal");
  EXPECT_EQ(none.user_agent, "AWS Internal");
  EXPECT_EQ(actor_in(R"({"sourceIPAddress":"config.amazonaws.com"})").type, "AWSService");
  EXPECT_EQ(caller(R"({"type":"Service","principalId":"dynamodb.amazonaws.com"})").type,
            "AWSService");
}

TEST(ActorTest, AUserBehindAServiceStaysAUser) {
  const Actor actor =
      caller(R"({"type":"IAMUser","userName":"erin","invokedBy":"cloudformation.amazonaws.com"})");
  EXPECT_EQ(actor.type, "IAMUser");
  EXPECT_EQ(actor.name, "erin");
}

TEST(ActorTest, OtherAccountsAreCalledByTheirNumber) {
  const Actor actor =
      caller(R"({"type":"AWSAccount","principalId":"AROAEXAMPLE:job","accountId":"444455556666"})");
  EXPECT_EQ(actor.type, "AWSAccount");
  EXPECT_EQ(actor.name, "444455556666");
  EXPECT_EQ(actor.id, "AROAEXAMPLE:job");
}

TEST(ActorTest, AnonymousCallersHaveNoAccount) {
  for (std::string_view account : {"ANONYMOUS_PRINCIPAL", "anonymous"}) {
    const Actor actor = caller(R"({"type":"AWSAccount","principalId":"","accountId":")" +
                               std::string(account) + "\"}");
    EXPECT_EQ(actor.type, "AWSAccount");
    EXPECT_EQ(actor.name, "anonymous");
    EXPECT_EQ(actor.account, "");
  }
}

TEST(ActorTest, WhoIsNotKnownHasANameAllTheSame) {
  const Actor cognito =
      caller(R"({"type":"Unknown","principalId":"us-east-1:7e2f-pool-identity"})");
  EXPECT_EQ(cognito.type, "Unknown");
  EXPECT_EQ(cognito.name, "us-east-1:7e2f-pool-identity");
  EXPECT_EQ(caller(R"({"type":"Directory","userName":"dana"})").name, "dana");
  EXPECT_EQ(caller(R"({"type":"Directory","userName":"dana"})").type, "Unknown");
  EXPECT_EQ(caller(R"({"type":"SomethingNew"})").name, "unknown");
  for (std::string_view record :
       {"{}", R"({"userIdentity":null})", R"({"userIdentity":"erin"})", R"({"userIdentity":{}})",
        R"({"userIdentity":{"type":7,"userName":null}})"}) {
    EXPECT_EQ(actor_in(record).type, "Unknown") << record;
    EXPECT_EQ(actor_in(record).name, "unknown") << record;
  }
  EXPECT_EQ(
      actor_in(R"({"userIdentity":{"type":"Unknown"},"additionalEventData":{"UserName":"dana"}})")
          .name,
      "dana");
}

TEST(ActorTest, AMissingTypeIsReadFromTheArn) {
  const struct {
    std::string_view arn, type;
  } cases[] = {{"arn:aws:iam::111122223333:user/erin", "IAMUser"},
               {"arn:aws:iam::111122223333:root", "Root"},
               {"arn:aws:sts::111122223333:assumed-role/Deploy/a", "AssumedRole"},
               {"arn:aws:iam::111122223333:role/Deploy", "AssumedRole"},
               {"arn:aws:sts::111122223333:federated-user/guest", "FederatedUser"},
               {"arn:aws:quicksight::111122223333:thing/a", "Unknown"}};
  for (const auto& expected : cases) {
    EXPECT_EQ(caller(R"({"arn":")" + std::string(expected.arn) + "\"}").type, expected.type)
        << expected.arn;
  }
}

TEST(ActorTest, GuardDutyNamesThePrincipalOfTheKey) {
  const Actor actor = actor_in(
      R"({"accountId":"111122223333","resource":{"resourceType":"AccessKey","accessKeyDetails":{"accessKeyId":"ASIAEXAMPLE",
          "principalId":"AROAEXAMPLE:build-42","userName":"Deploy","userType":"AssumedRole"}},
          "service":{"resourceRole":"TARGET","action":{"awsApiCallAction":{"userAgent":"curl/8",
          "remoteIpDetails":{"ipAddressV4":"198.51.100.7"}}}}})",
      Format::GuardDuty);
  EXPECT_EQ(actor.type, "AssumedRole");
  EXPECT_EQ(actor.name, "Deploy/build-42");
  EXPECT_EQ(actor.access_key, "ASIAEXAMPLE");
  EXPECT_EQ(actor.account, "111122223333");
  EXPECT_EQ(actor.ip, "198.51.100.7");
  EXPECT_EQ(actor.user_agent, "curl/8");
}

TEST(ActorTest, GuardDutyNamesTheInstanceThatActs) {
  const Actor attacked = actor_in(
      R"({"resource":{"instanceDetails":{"instanceId":"i-0a1b2c3d"}},"service":{"resourceRole":"TARGET",
          "action":{"portProbeAction":{"portProbeDetails":[{"remoteIpDetails":{"ipAddressV4":"198.51.100.7"}}]}}}})",
      Format::GuardDuty);
  EXPECT_EQ(attacked.name, "unknown");
  EXPECT_EQ(attacked.ip, "198.51.100.7");
  const Actor attacking = actor_in(
      R"({"resource":{"instanceDetails":{"instanceId":"i-0a1b2c3d"}},"service":{"resourceRole":"ACTOR"}})",
      Format::GuardDuty);
  EXPECT_EQ(attacking.name, "i-0a1b2c3d");
}

TEST(ActorTest, SecurityHubNamesThePrincipalOfTheKey) {
  const Actor actor = actor_in(
      R"({"AwsAccountId":"111122223333","Resources":[{"Type":"AwsEc2Instance"},{"Type":"AwsIamAccessKey","Details":{"AwsIamAccessKey":
          {"PrincipalType":"IAMUser","PrincipalName":"erin","PrincipalId":"AIDAEXAMPLE","AccessKeyId":"AKIAEXAMPLE"}}}],
          "Action":{"AwsApiCallAction":{"RemoteIpDetails":{"IpAddressV4":"198.51.100.7"}}}})",
      Format::SecurityHub);
  EXPECT_EQ(actor.type, "IAMUser");
  EXPECT_EQ(actor.name, "erin");
  EXPECT_EQ(actor.account, "111122223333");
  EXPECT_EQ(actor.ip, "198.51.100.7");
}

TEST(ActorTest, S3NotificationsTellOnlyThePrincipalId) {
  const auto notified = [](std::string principal) {
    return actor_in(R"({"userIdentity":{"principalId":")" + principal +
                        R"("},"requestParameters":{"sourceIPAddress":"198.51.100.7"}})",
                    Format::S3Notification);
  };
  EXPECT_EQ(notified("AWS:AROAEXAMPLE:build-42").type, "AssumedRole");
  EXPECT_EQ(notified("AWS:AROAEXAMPLE:build-42").id, "AROAEXAMPLE:build-42");
  EXPECT_EQ(notified("AWS:AROAEXAMPLE:build-42").name, "build-42");
  EXPECT_EQ(notified("AWS:AIDAEXAMPLE").type, "IAMUser");
  EXPECT_EQ(notified("AWS:AIDAEXAMPLE").ip, "198.51.100.7");
  EXPECT_EQ(notified("AWS:111122223333").name, "root");
  EXPECT_EQ(notified("A3ODEXAMPLE").type, "Unknown");
}

TEST(ActorTest, TrafficHasAnAddressInsteadOfACaller) {
  EXPECT_EQ(actor_in(R"({"httpRequest":{"clientIp":"198.51.100.7"}})", Format::Waf).ip,
            "198.51.100.7");
  const Actor resolver = actor_in(R"({"srcaddr":"10.0.0.7","srcids":{"instance":"i-0a1b2c3d"}})",
                                  Format::Route53Resolver);
  EXPECT_EQ(resolver.ip, "10.0.0.7");
  EXPECT_EQ(resolver.name, "i-0a1b2c3d");
}

}  // namespace
}  // namespace riposte::event
