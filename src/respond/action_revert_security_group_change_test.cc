#include "respond/action_samples_test.h"

namespace riposte::respond {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kStep = "action: revert-security-group-change";

std::string call(std::string_view name, std::string_view parameters, std::string_view ids = "") {
  return R"({"eventSource":"ec2.amazonaws.com","eventName":")" + std::string(name) +
         R"(","requestParameters":)" + std::string(parameters) +
         R"(,"responseElements":{"_return":true)" +
         (ids.empty() ? "" : R"(,"securityGroupRuleSet":{"items":)" + std::string(ids) + "}") +
         "}}";
}

std::string rules(std::string_view rules) {
  return "- aws: ec2.DescribeSecurityGroupRules\n"
         "  with: {Filters: [{Name: group-id, Values: [sg-1]}]}\n"
         "  answer: {SecurityGroupRules: [" +
         std::string(rules) + "]}\n";
}

std::vector<std::string> revoked(const base::Result<Plan>& plan) {
  std::vector<std::string> calls;
  if (!plan.ok()) return {plan.error().message};
  for (const PlannedStep& step : plan->steps)
    calls.push_back(step.call.operation.name + " " + step.call.with);
  return calls;
}

constexpr std::string_view kSshToAll =
    R"({SecurityGroupRuleId: sgr-1, GroupId: sg-1, IsEgress: false, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIpv4: 0.0.0.0/0, Description: mine})";

TEST(RevertSecurityGroupChangeTest, AnOpenRuleIsRevokedByItsIdAndPutBackAsItWas) {
  EXPECT_EQ(told(plan_in({.step = kStep,
                          .event = call("AuthorizeSecurityGroupIngress",
                                        R"({"groupId":"sg-1","ipPermissions":{}})",
                                        R"([{"securityGroupRuleId":"sgr-1","groupId":"sg-1"}])"),
                          .facts = rules(kSshToAll)})),
            R"(1 do/sgr-1
  before    ec2.DescribeSecurityGroupRules {"Filters":[{"Name":"group-id","Values":["sg-1"]}]} must match {"SecurityGroupRules":{"CidrIpv4":["0.0.0.0/0"],"FromPort":[22],"IpProtocol":["tcp"],"IsEgress":[false],"ToPort":[22]}}
  call      ec2.RevokeSecurityGroupIngress {"GroupId":"sg-1","SecurityGroupRuleIds":["sgr-1"]}
  after     ec2.DescribeSecurityGroupRules {"Filters":[{"Name":"security-group-rule-id","Values":["sgr-1"]}]} must match {"SecurityGroupRules":{"SecurityGroupRuleId":[{"exists":false}]}}
  undo      ec2.AuthorizeSecurityGroupIngress {"GroupId":"sg-1","IpPermissions":[{"FromPort":22,"IpProtocol":"tcp","IpRanges":[{"CidrIp":"0.0.0.0/0","Description":"mine"}],"ToPort":22}]}
  failing   the other steps go on
)");
}

// As command lines and old records have it: the answer names no rule, and the range is spelled so.
TEST(RevertSecurityGroupChangeTest, AFlatRequestIsFoundByWhatItAsked) {
  EXPECT_THAT(
      revoked(plan_in({.step = kStep,
                       .event = call("AuthorizeSecurityGroupIngress",
                                     R"({"groupId":"sg-1","ipPermissions":{},"ipProtocol":"tcp",)"
                                     R"("fromPort":22,"toPort":22,"cidrIp":"203.0.113.9/0"})"),
                       .facts = rules(std::string(kSshToAll) +
                                      ", {SecurityGroupRuleId: sgr-2, IsEgress: false, IpProtocol: "
                                      "tcp, FromPort: 23, ToPort: 23, CidrIpv4: 0.0.0.0/0}")})),
      ElementsAre(HasSubstr("sgr-1")));
}

TEST(RevertSecurityGroupChangeTest, ANestedRequestMayHoldEverythingAndOnlyWhatOpensGoes) {
  const std::string event = call(
      "AuthorizeSecurityGroupIngress",
      R"({"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,)"
      R"("groups":{"items":[{"groupId":"sg-9","userId":"111122223333"}]},)"
      R"("ipRanges":{"items":[{"cidrIp":"0.0.0.0/1"},{"cidrIp":"128.0.0.0/1"},{"cidrIp":"198.51.100.7/32"}]},)"
      R"("ipv6Ranges":{"items":[{"cidrIpv6":"::/0"}]},"prefixListIds":{"items":[{"prefixListId":"pl-1"}]}},)"
      R"({"ipProtocol":"tcp","fromPort":443,"toPort":443,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}})");
  const auto rule = [](std::string_view id, std::string_view what, int port = 22) {
    return "{SecurityGroupRuleId: " + std::string(id) +
           ", IsEgress: false, IpProtocol: tcp, FromPort: " + std::to_string(port) +
           ", ToPort: " + std::to_string(port) + ", " + std::string(what) + "}, ";
  };
  const std::string facts =
      rules(rule("half", "CidrIpv4: 0.0.0.0/1") + rule("other-half", "CidrIpv4: 128.0.0.0/1") +
            rule("one", "CidrIpv4: 198.51.100.7/32") + rule("six", "CidrIpv6: '::/0'") +
            rule("list", "PrefixListId: pl-1") +
            rule("group", "ReferencedGroupInfo: {GroupId: sg-9}") +
            rule("web", "CidrIpv4: 0.0.0.0/0", 443) + rule("older", "CidrIpv4: 0.0.0.0/0", 3389)) +
      "- aws: ec2.GetManagedPrefixListEntries\n"
      "  with: {PrefixListId: pl-1}\n"
      "  answer: {Entries: [{Cidr: 0.0.0.0/0}]}\n";
  EXPECT_THAT(revoked(plan_in({.step = kStep, .event = event, .facts = facts})),
              ElementsAre(HasSubstr("\"half\""), HasSubstr("other-half"), HasSubstr("six"),
                          HasSubstr("list")));
}

TEST(RevertSecurityGroupChangeTest, ManySlicesAreTheWorldTogether) {
  std::string event = "[";
  std::string facts;
  for (int i = 1; i <= 4; ++i) {
    const std::string n = std::to_string(i);
    event += std::string(i == 1 ? "" : ",") + R"({"securityGroupRuleId":"sgr-)" + n + "\"}";
    facts += "{SecurityGroupRuleId: sgr-" + n +
             ", IsEgress: false, IpProtocol: '-1', CidrIpv4: " + std::to_string(60 + i) +
             ".0.0.0/10}, ";
  }
  const base::Result<Plan> plan =
      plan_in({.step = kStep,
               .event = call("AuthorizeSecurityGroupIngress", R"({"groupId":"sg-1"})", event + "]"),
               .facts = rules(facts)});
  EXPECT_EQ(revoked(plan).size(), 4u);
}

TEST(RevertSecurityGroupChangeTest, DataOnItsWayOutIsAnOpeningToo) {
  EXPECT_THAT(
      revoked(plan_in(
          {.step = kStep,
           .event = call(
               "AuthorizeSecurityGroupEgress",
               R"({"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"tcp",)"
               R"("fromPort":1433,"toPort":1433,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}})"),
           .facts = rules(
               "{SecurityGroupRuleId: out, IsEgress: true, IpProtocol: tcp, FromPort: 1433, "
               "ToPort: "
               "1433, CidrIpv4: 0.0.0.0/0}, {SecurityGroupRuleId: in, IsEgress: false, IpProtocol: "
               "tcp, FromPort: 1433, ToPort: 1433, CidrIpv4: 0.0.0.0/0}")})),
      ElementsAre(
          R"(RevokeSecurityGroupEgress {"GroupId":"sg-1","SecurityGroupRuleIds":["out"]})"));
}

TEST(RevertSecurityGroupChangeTest, ARuleThatWasChangedIsClosedAndThatIsTold) {
  const std::string page = told(plan_in(
      {.step = kStep,
       .event = call(
           "ModifySecurityGroupRules",
           R"({"ModifySecurityGroupRulesRequest":{"GroupId":"sg-1","SecurityGroupRule":)"
           R"({"SecurityGroupRuleId":"sgr-1","SecurityGroupRule":{"CidrIpv4":"0.0.0.0/0"}}}})"),
       .facts = rules(kSshToAll)}));
  EXPECT_THAT(page, HasSubstr("RevokeSecurityGroupIngress"));
  EXPECT_THAT(page, HasSubstr("what it was before is not in the record"));
}

TEST(RevertSecurityGroupChangeTest, AGroupThatIsCalledByNameIsLookedUp) {
  const std::string facts = rules(kSshToAll) +
                            "- aws: ec2.DescribeSecurityGroups\n"
                            "  with: {Filters: [{Name: group-name, Values: [web]}]}\n"
                            "  answer: {SecurityGroups: [{GroupId: sg-1}]}\n";
  EXPECT_THAT(
      revoked(plan_in({.step = kStep,
                       .event = call("AuthorizeSecurityGroupIngress",
                                     R"({"groupName":"web","ipProtocol":"tcp","fromPort":22,)"
                                     R"("toPort":22,"cidrIp":"0.0.0.0/0"})"),
                       .facts = facts})),
      ElementsAre(HasSubstr("sgr-1")));
}

TEST(RevertSecurityGroupChangeTest, WhereNothingIsOpenItSaysWhy) {
  const std::string ids = R"([{"securityGroupRuleId":"sgr-1"}])";
  const std::string event = call("AuthorizeSecurityGroupIngress", R"({"groupId":"sg-1"})", ids);
  EXPECT_THAT(told(plan_in({.step = kStep, .event = event, .facts = rules("")})),
              HasSubstr("gone already"));
  EXPECT_THAT(
      told(plan_in({.step = kStep,
                    .event = event,
                    .facts = rules("{SecurityGroupRuleId: sgr-1, IpProtocol: tcp, FromPort: 22, "
                                   "ToPort: 22, CidrIpv4: 10.0.0.0/8}")})),
      HasSubstr("lets the world in"));
  EXPECT_THAT(told(plan_in({.step = kStep, .event = call("RevokeSecurityGroupIngress", "{}")})),
              HasSubstr("a revoke opens nothing"));
  EXPECT_THAT(told(plan_in({.step = kStep, .event = call("RunInstances", "{}")})),
              HasSubstr("RunInstances"));
}

}  // namespace
}  // namespace riposte::respond
