#include "respond/account_roles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "respond/guard.h"
#include "respond/samples_test.h"

namespace riposte::respond {
namespace {

using testing::Contains;
using testing::Field;
using testing::UnorderedElementsAre;

const Identity kOwn{"111122223333", "arn:aws-cn:sts::111122223333:assumed-role/riposte/i-1"};
const AccountRoles kRoles{
    {{"444455556666", {"arn:aws-cn:iam::444455556666:role/sec/riposte", "x"}}},
    {{"restart-trail", "riposte-trail"}}};

std::string role_arn(std::string_view account, std::string_view runbook) {
  const auto role = role_for(kRoles, account, runbook, kOwn);
  if (!role.ok()) return std::string(base::name_of(role.error().code));
  return *role ? (*role)->role_arn + " " + (*role)->external_id : "ourselves";
}

TEST(AccountRolesTest, AnAccountHasARoleAndARunbookANarrowerOne) {
  EXPECT_EQ(role_arn("111122223333", "other"), "ourselves");
  EXPECT_EQ(role_arn("111122223333", "restart-trail"),
            "arn:aws-cn:iam::111122223333:role/riposte-trail ");
  EXPECT_EQ(role_arn("444455556666", ""), "arn:aws-cn:iam::444455556666:role/sec/riposte x");
  EXPECT_EQ(role_arn("444455556666", "restart-trail"),
            "arn:aws-cn:iam::444455556666:role/riposte-trail x");
}

TEST(AccountRolesTest, InAnAccountThatNobodyNamedNothingIsDone) {
  EXPECT_EQ(role_arn("777788889999", ""), "denied");
  EXPECT_EQ(role_arn("777788889999", "restart-trail"), "denied");
}

TEST(AccountRolesTest, AllThatWeMayBeCalledIsKnown) {
  EXPECT_THAT(identities_of(kRoles, kOwn),
              UnorderedElementsAre(kOwn.arn, "arn:aws-cn:iam::444455556666:role/sec/riposte",
                                   "arn:*:iam::*:role/riposte-trail"));
}

// By what CloudTrail writes down of a call in a role.
TEST(AccountRolesTest, TheGuardKnowsASessionOfOursByIt) {
  Safety safety;
  safety.own_identities = identities_of(kRoles, kOwn);
  for (const char* session : {"assumed-role/riposte-trail/riposte-restart-trail",
                              "assumed-role/riposte/riposte-engine", "assumed-role/riposte/i-1"}) {
    std::string finding(kAliceFinding);
    const std::string alice = "arn:aws:iam::111122223333:user/alice";
    finding.replace(finding.find(alice), alice.size(),
                    std::string("arn:aws:sts::444455556666:") + session);
    const Verdict verdict = Guard(safety).judge(plan_of(kDisableKey, finding).value(), State());
    EXPECT_THAT(verdict.reasons, Contains(Field(&Reason::code, "own-call"))) << session;
  }
}

}  // namespace
}  // namespace riposte::respond
