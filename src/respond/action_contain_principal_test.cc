#include "respond/action_samples_test.h"

namespace riposte::respond {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kStep = "action: contain-principal";

constexpr std::string_view kAliceHasAKey = R"(
- {aws: iam.GetUser, with: {UserName: alice}, answer: {User: {UserName: alice, UserId: AIDA1}}}
- {aws: iam.GetUserPolicy, with: {UserName: alice, PolicyName: riposte-contain-0123456789ab}, error: NoSuchEntity}
- {aws: iam.ListAccessKeys, with: {UserName: alice}, answer: {AccessKeyMetadata: [{AccessKeyId: AKIA1, Status: Active}, {AccessKeyId: AKIA2, Status: Inactive}]}}
)";

constexpr std::string_view kSession =
    R"({"type":"AssumedRole","name":"app/x","arn":"arn:aws:sts::111122223333:assumed-role/app/x",)"
    R"("session_of":"arn:aws:iam::111122223333:role/app"})";

TEST(ContainPrincipalTest, AUserIsDeniedEverythingAndHisKeysThatWereOnAreOff) {
  EXPECT_EQ(told(plan_in({.step = kStep, .facts = kAliceHasAKey})), R"(1 do/deny
  before    iam.GetUser {"UserName":"alice"} must match {"User":{"UserId":["AIDA1"]}}
  call      iam.PutUserPolicy {"PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"RiposteContain\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}","PolicyName":"riposte-contain-0123456789ab","UserName":"alice"}
  after     iam.GetUserPolicy {"PolicyName":"riposte-contain-0123456789ab","UserName":"alice"} must match {"PolicyDocument":["{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"RiposteContain\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}"]}
  undo      iam.DeleteUserPolicy {"PolicyName":"riposte-contain-0123456789ab","UserName":"alice"}
  note      ends every key, sign-in and session of the user, and sessions made from it
  failing   what was done is taken back
2 do/key-AKIA1
  before    iam.ListAccessKeys {"UserName":"alice"} must match {"AccessKeyMetadata":{"AccessKeyId":["AKIA1"],"Status":["Active"]}}
  call      iam.UpdateAccessKey {"AccessKeyId":"AKIA1","Status":"Inactive","UserName":"alice"}
  after     iam.ListAccessKeys {"UserName":"alice"} must match {"AccessKeyMetadata":{"AccessKeyId":["AKIA1"],"Status":["Inactive"]}}
  undo      iam.UpdateAccessKey {"AccessKeyId":"AKIA1","Status":"Active","UserName":"alice"}
  failing   the other steps go on
)");
}

TEST(ContainPrincipalTest, APasswordIsOnlyDeletedWhenSomebodySaysSo) {
  const std::string facts = std::string(kAliceHasAKey) +
                            "- {aws: iam.GetLoginProfile, with: {UserName: alice}, answer: "
                            "{LoginProfile: {UserName: alice}}}\n";
  const Plan plan =
      plan_in({.step = "action: contain-principal, with: {console: remove}", .facts = facts})
          .value();
  EXPECT_EQ(to_text(plan.steps.back().call.operation), "iam.DeleteLoginProfile");
  EXPECT_TRUE(plan.needs_approval());
  EXPECT_THAT(plan_in({.step = "action: contain-principal, with: {console: remove}",
                       .facts = facts,
                       .runbook = "expires: 1h\n"})
                  .error()
                  .message,
              HasSubstr("cannot be taken back"));
}

TEST(ContainPrincipalTest, OfARoleOnlySessionsFromBeforeEndAndWhoSharesItIsTold) {
  const std::string page =
      told(plan_in({.step = kStep, .finding = finding_of(kSession), .facts = R"(
- {aws: iam.GetRole, with: {RoleName: app}, answer: {Role: {RoleId: AROA1, Arn: "arn:aws:iam::111122223333:role/x/app", AssumeRolePolicyDocument: '{"Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com","AWS":["arn:aws:iam::111122223333:root"]},"Action":"sts:AssumeRole"}}'}}}
- {aws: iam.GetRolePolicy, with: {RoleName: app, PolicyName: riposte-contain-0123456789ab}, error: NoSuchEntity}
)"}));
  EXPECT_THAT(
      page,
      HasSubstr(R"({\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-01-31T09:21:59.000Z\"}})"));
  EXPECT_THAT(
      page,
      HasSubstr(
          R"(before    iam.GetRole {"RoleName":"app"} must match {"Role":{"RoleId":["AROA1"]}})"));
  EXPECT_THAT(page, HasSubstr("undo      iam.DeleteRolePolicy"));
  EXPECT_THAT(page, HasSubstr("end for all who use the role"));
  EXPECT_THAT(page, HasSubstr("taken by ec2.amazonaws.com, arn:aws:iam::111122223333:root"));
  EXPECT_THAT(page, HasSubstr("gets new ones by itself"));
}

TEST(ContainPrincipalTest, AFederatedUserIsContainedByTheUserWhoAskedForHisSession) {
  const std::string page = told(plan_in(
      {.step = kStep,
       .finding = finding_of(
           R"({"type":"FederatedUser","arn":"arn:aws:sts::111122223333:federated-user/guest",)"
           R"("session_of":"arn:aws:iam::111122223333:user/alice"})"),
       .facts = kAliceHasAKey}));
  EXPECT_THAT(page, HasSubstr("iam.PutUserPolicy"));
}

TEST(ContainPrincipalTest, WhomItCannotContainItNames) {
  const auto refusal = [](std::string_view actor, std::string_view facts = "[]") {
    return told(plan_in({.step = kStep, .finding = finding_of(actor), .facts = facts}));
  };
  EXPECT_THAT(refusal(R"({"type":"Root","arn":"arn:aws:iam::111122223333:root"})"),
              HasSubstr("notify only"));
  EXPECT_THAT(refusal(R"({"type":"IAMUser","arn":"arn:aws:iam::999922223333:user/eve"})"),
              HasSubstr("belongs to account 999922223333"));
  EXPECT_THAT(refusal(R"({"type":"AWSService","name":"ec2.amazonaws.com"})"),
              HasSubstr("nobody to contain"));
  EXPECT_THAT(refusal(kSession, R"(
- {aws: iam.GetRole, with: {RoleName: app}, answer: {Role: {Arn: "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/app"}}}
)"),
              HasSubstr("Identity Center"));
  EXPECT_THAT(refusal(kSession, R"(
- {aws: iam.GetRole, with: {RoleName: app}, answer: {Role: {Arn: "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/app"}}}
)"),
              HasSubstr("nobody change"));
}

TEST(ContainPrincipalTest, WhoIsContainedAlreadyIsLeftAlone) {
  EXPECT_THAT(told(plan_in({.step = "action: contain-principal, with: {keys: keep}", .facts = R"(
- {aws: iam.GetUser, with: {UserName: alice}, answer: {User: {UserId: AIDA1}}}
- {aws: iam.GetUserPolicy, with: {UserName: alice, PolicyName: riposte-contain-0123456789ab}, answer: {PolicyName: x}}
)"})),
              HasSubstr("contained already"));
}

}  // namespace
}  // namespace riposte::respond
