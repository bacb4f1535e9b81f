#include "engine/permissions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "respond/runbook_reader.h"

namespace riposte::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<respond::RunbookPointer> runbooks() {
  const auto text = [](const std::string& name, const std::string& call) {
    return respond::RunbookText{name + ".yml", "runbook: " + name +
                                                   "\ntitle: t\nsteps: [{name: s, aws: " + call +
                                                   ", with: {KeyId: a}, irreversible: true}]\n"};
  };
  base::Diagnostics diagnostics;
  return respond::read_runbooks(
      {text("keep-key", "kms.EnableKey"), text("drop-key", "kms.DisableKey")}, diagnostics);
}

Config config_of(std::string text) {
  ConfigSource source;
  source.file = {"riposte.yml", std::move(text)};
  base::Diagnostics diagnostics;
  return read_config(source, diagnostics).value();
}

// "name role: action on resource, ..." of each.
std::vector<std::string> shown(const PermissionSpec& spec) {
  std::vector<std::string> all;
  const base::Result<std::vector<Permissions>> permissions = permissions_for(spec);
  if (!permissions.ok()) return {permissions.error().message};
  for (const Permissions& each : *permissions) {
    std::string line = each.name + " " + each.role + ":";
    for (const respond::Grant& grant : each.grants) {
      line += " " + grant.action;
      for (const std::string& resource : grant.resources)
        line += " " + resource;
    }
    all.push_back(line);
  }
  return all;
}

const respond::PolicyScope kScope{"aws", "111122223333"};

TEST(PermissionsTest, WithoutRolesThereIsOnePolicyForAllRunbooks) {
  EXPECT_THAT(shown({Config(), runbooks(), {}, kScope}),
              ElementsAre("riposte-runbooks : kms:DisableKey arn:aws:kms:*:111122223333:key/* "
                          "kms:EnableKey arn:aws:kms:*:111122223333:key/*"));
}

TEST(PermissionsTest, WhereBlocksAreEnforcedTheEngineMayDoIt) {
  const Config config = config_of(
      "blocks: {enforce: {shop: {kind: ip_set, id: x, name: y}, list: {kind: file, path: z}}}\n");
  EXPECT_THAT(shown({config, {}, {}, kScope}),
              ElementsAre(testing::AllOf(HasSubstr("riposte-engine : ec2:DescribeAddresses"),
                                         HasSubstr(" wafv2:GetIPSet "),
                                         HasSubstr(" wafv2:UpdateIPSet "))));
}

TEST(PermissionsTest, ARunbookWithARoleOfItsOwnIsAllowedNothingElse) {
  const Config config = config_of(
      "respond:\n  roles: {keep-key: keeper}\n"
      "  accounts: {'444455556666': {role_arn: 'arn:aws:iam::444455556666:role/r'}}\n");
  EXPECT_THAT(
      shown({config, runbooks(), {}, kScope}),
      ElementsAre(
          "riposte-engine : sts:AssumeRole arn:aws:iam::111122223333:role/keeper "
          "arn:aws:iam::444455556666:role/keeper arn:aws:iam::444455556666:role/r "
          "sts:TagSession arn:aws:iam::111122223333:role/keeper "
          "arn:aws:iam::444455556666:role/keeper arn:aws:iam::444455556666:role/r",
          "riposte-runbooks : kms:DisableKey arn:aws:kms:*:111122223333:key/*",
          "riposte-runbook-keep-key keeper: kms:EnableKey arn:aws:kms:*:111122223333:key/*"));
}

TEST(PermissionsTest, SourcesChannelsAndSecretsAreTheEngines) {
  const Config config = config_of(
      "notify:\n  channels:\n    a: {kind: sns, topic_arn: 'arn:aws:sns:eu-west-1:1:t'}\n"
      "    b: {kind: slack, url_secret: 'arn:aws:secretsmanager:eu-west-1:1:secret:s'}\n");
  EXPECT_THAT(
      shown({config, {}, {"s3://logs/AWSLogs/", "s3://other"}, kScope}),
      ElementsAre("riposte-engine : s3:ListBucket arn:aws:s3:::logs "
                  "s3:GetObject arn:aws:s3:::logs/AWSLogs/* s3:ListBucket arn:aws:s3:::other "
                  "s3:GetObject arn:aws:s3:::other/* sns:Publish arn:aws:sns:eu-west-1:1:t "
                  "secretsmanager:GetSecretValue arn:aws:secretsmanager:eu-west-1:1:secret:s"));
  EXPECT_THAT(shown({Config(), {}, {"ftp://logs"}, kScope}),
              ElementsAre(HasSubstr("is no source")));
}

}  // namespace
}  // namespace riposte::engine
