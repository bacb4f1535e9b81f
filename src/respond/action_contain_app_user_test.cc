#include "respond/action_samples_test.h"

namespace riposte::respond {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kCall =
    R"({"eventName":"AdminSetUserPassword","requestParameters":{"userPoolId":"pool-1",)"
    R"("username":"HIDDEN_DUE_TO_SECURITY_REASONS"},"additionalEventData":{"sub":"s-1"}})";

std::string user_is(std::string_view answer) {
  return "[{aws: cognito-idp.AdminGetUser, with: {UserPoolId: pool-1, Username: s-1}, " +
         std::string(answer) + "}]";
}

std::string plan_for(std::string_view with, const std::string& facts) {
  return told(plan_in({.step = "action: contain-app-user, with: " + std::string(with),
                       .event = std::string(kCall),
                       .facts = facts}));
}

TEST(ContainAppUserTest, AUserIsDisabledAndSignedOutAndNothingHasToBeTakenBackOfTheLatter) {
  const std::string facts = user_is("answer: {Username: bob, Enabled: true}");
  EXPECT_EQ(plan_for("{}", facts), R"(1 do/disable
  before    cognito-idp.AdminGetUser {"UserPoolId":"pool-1","Username":"s-1"} must match {"Enabled":[true]}
  call      cognito-idp.AdminDisableUser {"UserPoolId":"pool-1","Username":"s-1"}
  after     cognito-idp.AdminGetUser {"UserPoolId":"pool-1","Username":"s-1"} must match {"Enabled":[false]}
  undo      cognito-idp.AdminEnableUser {"UserPoolId":"pool-1","Username":"s-1"}
  failing   what was done is taken back
2 do/sign-out
  before    cognito-idp.AdminGetUser {"UserPoolId":"pool-1","Username":"s-1"} must match {"Username":["bob"]}
  call      cognito-idp.AdminUserGlobalSignOut {"UserPoolId":"pool-1","Username":"s-1"}
  undo      none: there is nothing to take back
  note      ends the user's sessions; who may sign in does so again, and nothing is lost
  failing   the other steps go on
)");
  const Plan plan = plan_in({.step = "action: contain-app-user",
                             .event = std::string(kCall),
                             .facts = facts,
                             .runbook = "expires: 1h\n"})
                        .value();
  EXPECT_FALSE(plan.needs_approval());
}

TEST(ContainAppUserTest, ATokenIsListedUntilItEndsAndNeverShown) {
  const std::string facts = user_is("answer: {Username: bob, Enabled: false}");
  const std::string page = plan_for(
      "{sign_out: \"no\", token_table: revoked, token: jti-1, token_expires: 1769851318}", facts);
  EXPECT_THAT(
      page,
      HasSubstr(
          R"("Item":{"expiry":{"N":"1769851318"},"token":{"S":"jti-1"}},"TableName":"revoked"})"));
  EXPECT_THAT(
      page,
      HasSubstr(
          R"(undo      dynamodb.DeleteItem {"Key":{"token":{"S":"jti-1"}},"TableName":"revoked"})"));
  const std::string refused =
      plan_for("{token_table: revoked, token: eyJh.eyJz.c2ln, token_expires: 1}", facts);
  EXPECT_THAT(refused, HasSubstr("give its jti"));
  EXPECT_THAT(refused, Not(HasSubstr("eyJh")));
}

TEST(ContainAppUserTest, WhoIsNotThereOrDisabledAlreadyIsTold) {
  EXPECT_THAT(plan_for("{}", user_is("error: UserNotFoundException")), HasSubstr("no such user"));
  EXPECT_THAT(plan_for("{sign_out: \"no\"}", user_is("answer: {Username: bob, Enabled: false}")),
              HasSubstr("disabled already"));
  EXPECT_THAT(told(plan_in({.step = "action: contain-app-user"})), HasSubstr("name a user"));
}

}  // namespace
}  // namespace riposte::respond
