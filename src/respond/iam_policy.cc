#include "respond/iam_policy.h"

#include <algorithm>
#include <map>
#include <set>

#include "json/writer.h"
#include "respond/named_action.h"

namespace riposte::respond {
namespace {

// By IAM action, first come first served: the resources that it knows (service authorization
// reference), behind "arn:<partition>:". "{account}" is the scope's. An action of no row is "*".
struct Known {
  std::string_view actions;  // "iam:*User*"; * is any text
  std::string_view resource;
  bool in_account = false;  // the ARN does not say whose it is, and aws:ResourceAccount does
};
constexpr Known kKnown[] = {
    {"cloudtrail:GetEventSelectors", "cloudtrail:*:{account}:trail/*"},
    {"cloudtrail:GetTrail*", "cloudtrail:*:{account}:trail/*"},
    {"cloudtrail:PutEventSelectors", "cloudtrail:*:{account}:trail/*"},
    {"cloudtrail:StartLogging", "cloudtrail:*:{account}:trail/*"},
    {"cloudtrail:StopLogging", "cloudtrail:*:{account}:trail/*"},
    {"cloudtrail:UpdateTrail", "cloudtrail:*:{account}:trail/*"},
    {"codepipeline:*PipelineExecution", "codepipeline:*:{account}:*"},
    {"cognito-idp:Admin*", "cognito-idp:*:{account}:userpool/*"},
    {"dynamodb:*Item", "dynamodb:*:{account}:table/*"},
    {"dynamodb:DescribeTable", "dynamodb:*:{account}:table/*"},
    {"ec2:AuthorizeSecurityGroup*", "ec2:*:{account}:security-group*/*"},  // and their rules
    {"ec2:ModifySnapshotAttribute", "ec2:*::snapshot/*"},  // ARNs of snapshots name no account
    {"ec2:RevokeSecurityGroup*", "ec2:*:{account}:security-group*/*"},
    {"ec2:StopInstances", "ec2:*:{account}:instance/*"},
    {"iam:ListAccessKeys", "iam::{account}:user/*"},
    {"iam:PassRole", "iam::{account}:role/*"},
    {"iam:UpdateAccessKey", "iam::{account}:user/*"},
    {"iam:DeleteAccessKey", "iam::{account}:user/*"},
    {"iam:*LoginProfile", "iam::{account}:user/*"},
    {"iam:*UserPolicy", "iam::{account}:user/*"},
    {"iam:*UserPolicies", "iam::{account}:user/*"},
    {"iam:GetUser", "iam::{account}:user/*"},
    {"iam:*RolePolicy", "iam::{account}:role/*"},
    {"iam:*RolePolicies", "iam::{account}:role/*"},
    {"iam:GetRole", "iam::{account}:role/*"},
    {"kms:*KeyDeletion", "kms:*:{account}:key/*"},
    {"kms:DescribeKey", "kms:*:{account}:key/*"},
    {"kms:DisableKey", "kms:*:{account}:key/*"},
    {"kms:EnableKey", "kms:*:{account}:key/*"},
    {"lambda:InvokeFunction", "lambda:*:{account}:function:*"},
    {"s3:*AccountPublicAccessBlock", "*"},
    {"s3:ListAllMyBuckets", "*"},
    {"s3:*Object*Configuration", "s3:::*", true},  // of a bucket's object lock
    {"s3:*Object*", "s3:::*/*", true},
    {"s3:*Bucket*", "s3:::*", true},
    {"s3:*Configuration", "s3:::*", true},
    {"sns:Publish", "sns:*:{account}:*"},
    {"sqs:*Message*", "sqs:*:{account}:*"},
    {"ssm:GetAutomationExecution", "ssm:*:{account}:automation-execution/*"},
    {"states:StartExecution", "states:*:{account}:stateMachine:*"},
};

// Whether a text fits a pattern with * in it.
bool fits(std::string_view text, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return text == pattern;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t at = star; at <= text.size(); ++at) {
    if (fits(text.substr(at), rest)) return true;
  }
  return false;
}

std::string arn_of(std::string_view resource, const PolicyScope& scope) {
  constexpr std::string_view kAccount = "{account}";
  if (resource == "*") return "*";
  std::string arn = "arn:" + scope.partition + ":" + std::string(resource);
  const std::size_t place = arn.find(kAccount);
  if (place != std::string::npos) arn.replace(place, kAccount.size(), scope.account);
  return arn;
}

Grant grant_of(const std::string& action, const PolicyScope& scope) {
  const auto* known = std::find_if(std::begin(kKnown), std::end(kKnown),
                                   [&](const Known& each) { return fits(action, each.actions); });
  if (known == std::end(kKnown)) return {.resources = {"*"}, .action = action};
  Grant grant{.resources = {arn_of(known->resource, scope)}, .action = action};
  if (known->in_account && scope.account != "*") grant.resource_account = scope.account;
  return grant;
}

// Grants that differ in nothing but the action are one statement.
struct Statement {
  Grant where;  // without its action
  std::vector<std::string> actions;
};

std::string to_json(const std::vector<Statement>& statements) {
  json::Writer writer;
  writer.object([&] {
    writer.key("Statement").array([&] {
      for (const Statement& statement : statements) {
        writer.object([&] {
          writer.field("Action", statement.actions);
          if (!statement.where.resource_account.empty()) {
            writer.key("Condition").object([&] {
              writer.key("StringEquals").object([&] {
                writer.field("aws:ResourceAccount", statement.where.resource_account);
              });
            });
          }
          writer.field("Effect", "Allow");
          writer.field("Resource", statement.where.resources);
        });
      }
    });
    writer.field("Version", "2012-10-17");
  });
  return std::move(writer).take();
}

void add_operations(const std::vector<Check>& checks, std::set<Operation>& operations) {
  for (const Check& check : checks)
    operations.insert(check.call.operation);
}

}  // namespace

std::vector<Operation> operations_of(const Runbook& runbook) {
  std::set<Operation> operations;
  for (const Step& step : runbook.steps) {
    if (step.action != nullptr) {
      const std::span<const Operation> all = step.action->operations();
      operations.insert(all.begin(), all.end());
    }
    operations.insert(step.call.operation);
    if (step.undo) operations.insert(step.undo->operation);
    add_operations(step.prechecks, operations);
    add_operations(step.verifications, operations);
  }
  std::erase_if(operations, [](const Operation& operation) { return operation.name.empty(); });
  return {operations.begin(), operations.end()};
}

std::vector<Grant> grants_of(std::span<const Operation> operations, const PolicyScope& scope) {
  std::set<Grant> grants;
  for (const Operation& operation : operations) {
    if (is_not_of_aws(operation)) continue;
    for (const std::string& action : permissions_of(operation)) {
      // STS lets everybody ask who he is.
      if (action != "sts:GetCallerIdentity") grants.insert(grant_of(action, scope));
    }
  }
  return {grants.begin(), grants.end()};
}

base::Result<std::vector<std::string>> policies_of(std::vector<Grant> grants) {
  std::sort(grants.begin(), grants.end());
  grants.erase(std::unique(grants.begin(), grants.end()), grants.end());
  std::vector<std::string> documents;
  std::vector<Statement> statements;
  for (const Grant& grant : grants) {
    Grant where = grant;
    where.action.clear();
    std::vector<Statement> longer = statements;
    if (longer.empty() || longer.back().where != where) longer.push_back({where, {}});
    longer.back().actions.push_back(grant.action);
    if (to_json(longer).size() <= kPolicyCharactersMax) {
      statements = std::move(longer);
      continue;
    }
    if (!statements.empty()) documents.push_back(to_json(statements));
    statements = {{where, {grant.action}}};
    if (to_json(statements).size() > kPolicyCharactersMax)
      return base::Error{base::Errc::Limit, grant.action + ": its resources are too many"};
  }
  if (!statements.empty()) documents.push_back(to_json(statements));
  return documents;
}

}  // namespace riposte::respond
