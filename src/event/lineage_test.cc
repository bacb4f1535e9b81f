#include "event/lineage.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/event_reader.h"

namespace riposte::event {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kAlice = "arn:aws:iam::111122223333:user/alice";
const std::string kAliceKey = "AKIAALICEALICE000001";

std::string session(std::string_view role, std::string_view name) {
  return "arn:aws:sts::111122223333:assumed-role/" + std::string(role) + "/" + std::string(name);
}

std::string alice() {
  return R"({"type":"IAMUser","principalId":"AIDAALICE","userName":"alice","accessKeyId":")" +
         kAliceKey + R"(","arn":")" + kAlice + "\"}";
}

std::string in_session(const std::string& arn, std::string_view key, std::string_view begin = "") {
  std::string text = R"({"type":"AssumedRole","arn":")" + arn + "\"";
  if (!key.empty()) text += R"(,"accessKeyId":")" + std::string(key) + "\"";
  if (!begin.empty()) {
    text += R"(,"sessionContext":{"attributes":{"creationDate":")" + std::string(begin) + "\"}}";
  }
  return text + "}";
}

std::string assume(std::string_view id, const std::string& by, const std::string& to,
                   std::string_view key, std::string_view time = "2026-01-31T10:00:00Z") {
  return R"({"eventVersion":"1.08","eventSource":"sts.amazonaws.com","eventName":"AssumeRole","eventID":")" +
         std::string(id) + R"(","eventTime":")" + std::string(time) + R"(","userIdentity":)" + by +
         R"(,"responseElements":{"credentials":{"accessKeyId":")" + std::string(key) +
         R"("},"assumedRoleUser":{"arn":")" + to + "\"}}}";
}

// What a reader of log files would take out of these records.
std::vector<Issuance> issuances_in(const std::vector<std::string>& records) {
  std::vector<Issuance> issuances;
  EventReader reader;
  Quarantine quarantine;
  for (std::string text : records) {
    text.reserve(text.size() + json::kPadding);
    reader.begin("log");
    reader.feed(
        text, true,
        [&](const RawEvent& raw) {
          if (auto issuance = issuance_of(raw)) issuances.push_back(std::move(*issuance));
        },
        quarantine);
  }
  EXPECT_EQ(quarantine.count(), 0u);
  return issuances;
}

Lineage lineage_of(const std::vector<std::string>& records) {
  Lineage lineage;
  for (Issuance& issuance : issuances_in(records))
    lineage.add(std::move(issuance));
  return lineage;
}

// Of the caller with this userIdentity.
Caller caller(const std::string& identity, const std::string& more = "") {
  const auto document = json::OwnedDocument::parse(R"({"eventName":"x")" + more +
                                                   R"(,"userIdentity":)" + identity + "}");
  EXPECT_TRUE(document.ok()) << identity;
  Event event;
  event.format = Format::CloudTrail;
  event.record = &document->root();
  event.envelope = event.record;
  return caller_of(actor_of(event));
}

std::vector<std::string> evidence(const Chain& chain) {
  std::vector<std::string> events;
  for (const Chain::Step& step : chain.steps)
    events.push_back(step.event);
  return events;
}

// With and without the event built.
void expect_same_caller(std::string text) {
  text.reserve(text.size() + json::kPadding);
  EventReader reader;
  Quarantine quarantine;
  int seen = 0;
  const auto see = [&](const Event& event) {
    ++seen;
    EXPECT_EQ(caller_in(event.raw), caller_of(actor_of(event))) << text;
  };
  reader.read(text, "log", see, quarantine);
  EXPECT_EQ(seen, 1) << text;
}

TEST(CallerTest, IsTheSameWithAndWithoutTheEventBuilt) {
  for (const std::string& identity :
       {alice(), in_session(session("Admin", "x"), "ASIAX00000000001", "2026-01-31T10:00:00Z"),
        in_session("arn:aws:iam::111122223333:role/ops/Admin", "HIDDEN_DUE_TO_SECURITY_REASONS"),
        std::string(R"({"type":"AWSService","principalId":"p","invokedBy":"ec2.amazonaws.com"})"),
        std::string(
            R"({"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role\/R\/s","sessionContext":
            {"sessionIssuer":{"arn":"arn:aws:iam::1:role/p/R"},"sourceIdentity":"dana","ec2RoleDelivery":"2.0"}})"),
        std::string(R"({"type":"IdentityCenterUser","onBehalfOf":{"userId":"u-1"}})"),
        std::string(R"({"type":"IdentityCenterUser","credentialId":"c-1"})"),
        std::string(R"({"type":"Role","principalId":"AROA:s"})"), std::string("null")}) {
    expect_same_caller(R"({"eventName":"x","eventVersion":"1.08","userIdentity":)" + identity +
                       "}");
  }
  expect_same_caller(R"({"eventName":"ObjectCreated:Put","eventSource":"aws:s3","s3":{},
                         "userIdentity":{"principalId":"AWS:AIDAALICE"}})");
  expect_same_caller(R"({"schemaVersion":"2.0","type":"UnauthorizedAccess:EC2/X","service":
                         {"resourceRole":"ACTOR"},"resource":{"instanceDetails":{"instanceId":"i-1"}}})");
  expect_same_caller(R"({"schemaVersion":"2.0","type":"Recon:IAMUser/X","service":{},"resource":
                         {"accessKeyDetails":{"userType":"Role","principalId":"AROA:s"}}})");
}

TEST(LineageTest, ASessionLeadsToWhoTookItHoweverManyRolesLieBetween) {
  const Lineage lineage = lineage_of({
      assume("e2", in_session(session("Build", "b"), "ASIABUILDBUILD000001"), session("Admin", "x"),
             "ASIAADMINADMIN000001", "2026-01-31T10:05:00Z"),
      assume("e1", alice(), session("Build", "b"), "ASIABUILDBUILD000001"),
  });

  const Chain chain =
      lineage.chain_of(caller(in_session(session("Admin", "x"), "ASIAADMINADMIN000001")));
  EXPECT_EQ(chain.origin, kAlice);
  EXPECT_EQ(chain.credential, kAliceKey);
  EXPECT_THAT(evidence(chain), ElementsAre("e1", "e2"));
  EXPECT_EQ(chain.steps[0].from, kAlice);
  EXPECT_EQ(chain.steps[0].to, session("Build", "b"));
  EXPECT_EQ(chain.steps[1].from, session("Build", "b"));
}

TEST(LineageTest, WithoutAnIssuanceTheRoleIsAllThatIsKnown) {
  const Chain chain =
      Lineage().chain_of(caller(in_session(session("Admin", "x"), "ASIAX00000000001")));
  EXPECT_EQ(chain.origin, "arn:aws:iam::111122223333:role/Admin");
  EXPECT_EQ(chain.credential, session("Admin", "x"));
  EXPECT_THAT(chain.steps, IsEmpty());
}

TEST(LineageTest, AnInstanceIsTheStartOfItsSessions) {
  const std::string instance = session("Web", "i-0a1b2c3d4e5f60718");
  EXPECT_EQ(Lineage().chain_of(caller(in_session(instance, "ASIAX00000000001"))).origin, instance);
}

TEST(LineageTest, ServicesAndNobodyHaveNoOrigin) {
  EXPECT_EQ(origin_of(caller(R"({"type":"AWSService","invokedBy":"ec2.amazonaws.com"})")), "");
  EXPECT_EQ(origin_of(caller(
                R"({"type":"AWSAccount","principalId":"","accountId":"ANONYMOUS_PRINCIPAL"})")),
            "");
  EXPECT_EQ(origin_of(caller(in_session(session("AWSServiceRoleForRDS", "SLRManagement"), ""))),
            "");
}

TEST(LineageTest, ASessionWithoutAKeyIsJoinedByTheTimeItBegan) {
  const Lineage lineage = lineage_of({
      assume("e1", alice(), session("Admin", "ci"), "ASIAADMINADMIN000001"),
      assume("e2", R"({"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/bob"})",
             session("Admin", "ci"), "ASIAADMINADMIN000002", "2026-01-31T12:00:00Z"),
  });

  const auto origin_at = [&](std::string_view begin) {
    return lineage.chain_of(caller(in_session(session("Admin", "ci"), "", begin))).origin;
  };
  EXPECT_EQ(origin_at("2026-01-31T10:00:00Z"), kAlice);
  EXPECT_EQ(origin_at("2026-01-31T12:00:01Z"), "arn:aws:iam::111122223333:user/bob");
  EXPECT_EQ(origin_at(""), "arn:aws:iam::111122223333:role/Admin") << "either may have been it";
  EXPECT_EQ(lineage
                .chain_of(caller(in_session(session("Admin", "ci"), "ASIAADMINADMIN000003",
                                            "2026-01-31T10:00:00Z")))
                .origin,
            "arn:aws:iam::111122223333:role/Admin")
      << "another session of the same name, whose issuance is not in the logs";
}

TEST(LineageTest, ACallSeenFromTwoAccountsIsToldByTheOneThatKnowsTheCaller) {
  const std::string from_role =
      R"({"eventVersion":"1.08","eventSource":"sts.amazonaws.com","eventName":"AssumeRole","eventID":"e1",
          "eventTime":"2026-01-31T10:00:00Z","sharedEventID":"s1",
          "userIdentity":{"type":"AWSAccount","principalId":"AIDAALICE","accountId":"444455556666"},
          "responseElements":{"credentials":{"accessKeyId":"ASIAADMINADMIN000001"}}})";
  const std::string from_caller =
      R"({"eventVersion":"1.08","eventSource":"sts.amazonaws.com","eventName":"AssumeRole","eventID":"e2",
          "eventTime":"2026-01-31T10:00:00Z","sharedEventID":"s1","userIdentity":)" +
      alice() +
      R"(,"requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/Admin","roleSessionName":"x"},
          "responseElements":{"credentials":{"accessKeyId":"HIDDEN_DUE_TO_SECURITY_REASONS"}}})";
  const Caller admin = caller(in_session(session("Admin", "x"), "ASIAADMINADMIN000001"));

  EXPECT_EQ(lineage_of({from_role}).chain_of(admin).origin, "AIDAALICE");
  EXPECT_EQ(lineage_of({from_role, from_caller}).chain_of(admin).origin, kAlice);
  EXPECT_EQ(lineage_of({from_caller}).chain_of(admin).origin, kAlice) << "by the session alone";
}

TEST(LineageTest, TokensOfAUserLeadBackToTheKeyTheyWereAskedForWith) {
  const std::string token =
      R"({"eventVersion":"1.08","eventSource":"sts.amazonaws.com","eventName":"GetSessionToken","eventID":"e1",
          "eventTime":"2026-01-31T10:00:00Z","userIdentity":)" +
      alice() + R"(,"responseElements":{"credentials":{"accessKeyId":"ASIATOKENTOKEN000001"}}})";
  const Chain chain = lineage_of({token}).chain_of(
      caller(R"({"type":"IAMUser","accessKeyId":"ASIATOKENTOKEN000001","arn":")" + kAlice + "\"}"));
  EXPECT_EQ(chain.origin, kAlice);
  EXPECT_EQ(chain.credential, kAliceKey);

  const std::string federation =
      R"({"eventVersion":"1.08","eventSource":"sts.amazonaws.com","eventName":"GetFederationToken","eventID":"e2",
          "eventTime":"2026-01-31T10:00:00Z","userIdentity":)" +
      alice() +
      R"(,"responseElements":{"credentials":{"accessKeyId":"ASIAFEDERATED0000001"},
          "federatedUser":{"arn":"arn:aws:sts::111122223333:federated-user/guest"}}})";
  const Chain guest =
      lineage_of({federation})
          .chain_of(caller(R"({"type":"FederatedUser","accessKeyId":"ASIAFEDERATED0000001",
                              "arn":"arn:aws:sts::111122223333:federated-user/guest"})"));
  EXPECT_EQ(guest.origin, kAlice);
}

TEST(LineageTest, FederatedPeopleAreWhatTheirProviderCallsThem) {
  const std::string saml =
      R"({"eventVersion":"1.08","eventSource":"sts.amazonaws.com","eventName":"AssumeRoleWithSAML","eventID":"e1",
          "eventTime":"2026-01-31T10:00:00Z","userIdentity":{"type":"SAMLUser","principalId":"hash=:carol","userName":"carol"},
          "responseElements":{"credentials":{"accessKeyId":"ASIASAMLSAML00000001"}}})";
  const std::string web =
      R"({"eventVersion":"1.08","eventSource":"sts.amazonaws.com","eventName":"AssumeRoleWithWebIdentity","eventID":"e2",
          "eventTime":"2026-01-31T10:00:00Z","userIdentity":{"type":"WebIdentityUser","principalId":"idp:app:repo/main"},
          "responseElements":{"credentials":{"accessKeyId":"ASIAWEBWEBWEB0000001"}}})";
  const Lineage lineage = lineage_of({saml, web});
  const auto origin_of_key = [&](std::string_view key) {
    return lineage.chain_of(caller(in_session(session("Deploy", "s"), key))).origin;
  };
  EXPECT_EQ(origin_of_key("ASIASAMLSAML00000001"), "hash=:carol");
  EXPECT_EQ(origin_of_key("ASIAWEBWEBWEB0000001"), "idp:app:repo/main");
}

TEST(LineageTest, IdentityCenterNamesASessionByAccountPermissionSetAndUser) {
  const std::string given =
      R"({"eventVersion":"1.08","eventSource":"sso.amazonaws.com","eventName":"GetRoleCredentials","eventID":"e1",
          "eventTime":"2026-01-31T10:00:00Z",
          "userIdentity":{"type":"Unknown","principalId":"90e1-user-id","userName":"dana"},
          "serviceEventDetails":{"role_name":"Power_Users","account_id":"111122223333"}})";
  const std::string arn = session("AWSReservedSSO_Power_Users_0123456789abcdef", "dana");
  const Chain chain = lineage_of({given}).chain_of(
      caller(in_session(arn, "ASIASSOSSOSSO0000001", "2026-01-31T10:00:01Z")));
  EXPECT_EQ(chain.origin, "90e1-user-id");
  EXPECT_THAT(evidence(chain), ElementsAre("e1"));
  EXPECT_EQ(Lineage().chain_of(caller(in_session(arn, "ASIASSOSSOSSO0000001"))).origin, arn)
      << "the name of such a session is not its caller's to choose";
}

TEST(LineageTest, AConsoleSessionBelongsToTheSignInThatBeganIt) {
  const std::string sign_in =
      R"({"eventVersion":"1.08","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","eventID":"e1",
          "eventTime":"2026-01-31T10:00:00Z","userIdentity":{"type":"IAMUser","arn":")" +
      kAlice + R"("},"responseElements":{"ConsoleLogin":"Success"}})";
  const Lineage lineage = lineage_of({sign_in});
  const auto console = [&](std::string_view begin) {
    return lineage.chain_of(caller(
        R"({"type":"IAMUser","accessKeyId":"ASIACONSOLE000000001","arn":")" + kAlice +
            R"(","sessionContext":{"attributes":{"creationDate":")" + std::string(begin) + "\"}}}",
        R"(,"sessionCredentialFromConsole":"true")"));
  };
  EXPECT_THAT(evidence(console("2026-01-31T10:00:01Z")), ElementsAre("e1"));
  EXPECT_EQ(console("2026-01-31T10:00:01Z").credential, kAlice + "@2026-01-31T10:00:00.000Z");
  EXPECT_THAT(console("2026-01-31T16:00:00Z").steps, IsEmpty());
  EXPECT_NE(console("2026-01-31T16:00:00Z").credential, console("2026-01-31T10:00:01Z").credential)
      << "two sign-ins of a user may be two people";
}

TEST(LineageTest, AChangeOfRoleInTheConsoleIsAStep) {
  const std::string change =
      R"({"eventVersion":"1.08","eventSource":"signin.amazonaws.com","eventName":"SwitchRole","eventID":"e1",
          "eventTime":"2026-01-31T10:00:00Z","additionalEventData":{"SwitchFrom":")" +
      kAlice + R"("},"userIdentity":)" + in_session(session("Admin", "alice"), "") + "}";
  EXPECT_EQ(lineage_of({change})
                .chain_of(caller(in_session(session("Admin", "alice"), "ASIACONSOLE000000001",
                                            "2026-01-31T10:00:00Z")))
                .origin,
            kAlice);
}

TEST(LineageTest, RefusedCallsAndSessionsOfServicesIssueNothing) {
  EXPECT_THAT(
      issuances_in({
          R"({"eventVersion":"1.08","eventName":"AssumeRole","errorCode":"AccessDenied","userIdentity":)" +
              alice() + "}",
          assume("e1", R"({"type":"AWSService","invokedBy":"lambda.amazonaws.com"})",
                 session("F", "f"), "ASIAX00000000001"),
          R"({"eventVersion":"1.08","eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Failure"},"userIdentity":)" +
              alice() + "}",
          R"({"eventVersion":"1.08","eventName":"AssumeRole","userIdentity":[1,"x"],"responseElements":7})",
      }),
      IsEmpty());
}

TEST(LineageTest, AChainThatComesBackToItselfIsRefused) {
  const std::string a = session("A", "a");
  const std::string b = session("B", "b");
  const Lineage lineage =
      lineage_of({assume("e1", in_session(a, "ASIAAAAAAAAAAAAA"), b, "ASIABBBBBBBBBBBB"),
                  assume("e2", in_session(b, "ASIABBBBBBBBBBBB"), a, "ASIAAAAAAAAAAAAA")});
  const Chain chain = lineage.chain_of(caller(in_session(a, "ASIAAAAAAAAAAAAA")));
  EXPECT_TRUE(chain.is_refused);
  EXPECT_EQ(chain.origin, "arn:aws:iam::111122223333:role/A");
  EXPECT_THAT(chain.steps, IsEmpty());
}

std::string key_of(int number) {
  const std::string digits = std::to_string(number);
  return "ASIAKEY" + std::string(9 - digits.size(), '0') + digits;
}

// A chain of `length` roles, one issuance an hour of the day.
std::vector<std::string> chained(int length) {
  std::vector<std::string> records;
  for (int i = 0; i < length; ++i) {
    const std::string by =
        i == 0 ? alice() : in_session(session("R" + std::to_string(i), "s"), key_of(i));
    const std::string hour = std::to_string(100 + i).substr(1);
    records.push_back(assume("e" + std::to_string(i), by, session("R" + std::to_string(i + 1), "s"),
                             key_of(i + 1), "2026-01-31T10:" + hour + ":00Z"));
  }
  return records;
}

TEST(LineageTest, AChainWithoutAnEndIsRefused) {
  const int most = static_cast<int>(Lineage::kStepsMax);
  const auto last = [](int length) {
    return caller(in_session(session("R" + std::to_string(length), "s"), key_of(length)));
  };
  EXPECT_EQ(lineage_of(chained(most)).chain_of(last(most)).origin, kAlice);
  EXPECT_TRUE(lineage_of(chained(most + 1)).chain_of(last(most + 1)).is_refused);
}

TEST(LineageTest, NeitherOrderNorDivisionNorCopiesChangeAChainAlsoBeyondTheLimit) {
  constexpr int kLength = 20;
  constexpr std::size_t kKept = 12;
  std::vector<Issuance> all = issuances_in(chained(kLength));
  all.insert(all.end(), all.begin(), all.begin() + 5);
  std::mt19937 random(7);
  std::vector<Chain> expected;
  for (int round = 0; round < 20; ++round) {
    std::shuffle(all.begin(), all.end(), random);
    Lineage first(kKept);
    Lineage second(kKept);
    for (const Issuance& issuance : all)
      (random() % 2 == 0 ? first : second).add(issuance);
    first.merge(std::move(second));
    EXPECT_EQ(first.size(), kKept);
    EXPECT_GT(first.forgotten_count(), 0u);
    std::vector<Chain> chains;
    for (int i = 1; i <= kLength; ++i)
      chains.push_back(
          first.chain_of(caller(in_session(session("R" + std::to_string(i), "s"), key_of(i)))));
    if (expected.empty()) expected = chains;
    EXPECT_EQ(chains, expected);
  }
  EXPECT_EQ(expected.back().steps.size(), kKept) << "the latest are kept";
}

}  // namespace
}  // namespace riposte::event
