#include "respond/operation.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace riposte::respond {
namespace {

constexpr std::array<std::string_view, 16> kReadingVerbs = {
    "Get",      "BatchGet", "TransactGet", "List",     "Describe", "BatchDescribe",
    "Head",     "Scan",     "Query",       "Lookup",   "Search",   "Select",
    "Simulate", "Check",    "AdminGet",    "AdminList"};

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Renamed {
  std::string_view service;
  std::string_view prefix;
};
// Services whose IAM prefix is not their name in the service models.
constexpr Renamed kPrefixes[] = {
    {"accessanalyzer", "access-analyzer"},
    {"apigatewayv2", "apigateway"},
    {"dynamodbstreams", "dynamodb"},
    {"efs", "elasticfilesystem"},
    {"elb", "elasticloadbalancing"},
    {"elbv2", "elasticloadbalancing"},
    {"s3control", "s3"},
    {"service-quotas", "servicequotas"},
    {"sesv2", "ses"},
    {"sso-admin", "sso"},
    {"stepfunctions", "states"},
};

struct OtherActions {
  std::string_view operation;  // "service.Operation"
  std::array<std::string_view, 4> actions;
};
// What AWS's service authorization reference calls otherwise, or asks for beside. Of calls that may
// name a version of an object, what both forms need.
constexpr OtherActions kOtherActions[] = {
    {"budgets.CreateBudget", {"budgets:ModifyBudget"}},
    {"budgets.DeleteBudget", {"budgets:ModifyBudget"}},
    {"budgets.DescribeBudget", {"budgets:ViewBudget"}},
    {"budgets.DescribeBudgets", {"budgets:ViewBudget"}},
    {"budgets.UpdateBudget", {"budgets:ModifyBudget"}},
    {"dynamodb.TransactGetItems", {"dynamodb:GetItem"}},
    {"dynamodb.TransactWriteItems",
     {"dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:PutItem",
      "dynamodb:UpdateItem"}},
    {"ec2.AssociateIamInstanceProfile", {"ec2:AssociateIamInstanceProfile", "iam:PassRole"}},
    {"ec2.CreateSnapshot", {"ec2:CreateSnapshot", "ec2:CreateTags"}},
    {"ec2.ReplaceIamInstanceProfileAssociation",
     {"ec2:ReplaceIamInstanceProfileAssociation", "iam:PassRole"}},
    {"kms.ReEncrypt", {"kms:ReEncryptFrom", "kms:ReEncryptTo"}},
    {"lambda.Invoke", {"lambda:InvokeFunction"}},
    {"lambda.InvokeAsync", {"lambda:InvokeFunction"}},
    {"s3.CompleteMultipartUpload", {"s3:PutObject"}},
    {"s3.CopyObject", {"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"}},
    {"s3.CreateMultipartUpload", {"s3:PutObject"}},
    {"s3.DeleteBucketCors", {"s3:PutBucketCORS"}},
    {"s3.DeleteBucketEncryption", {"s3:PutEncryptionConfiguration"}},
    {"s3.DeleteBucketLifecycle", {"s3:PutLifecycleConfiguration"}},
    {"s3.DeleteBucketOwnershipControls", {"s3:PutBucketOwnershipControls"}},
    {"s3.DeleteBucketReplication", {"s3:PutReplicationConfiguration"}},
    {"s3.DeleteBucketTagging", {"s3:PutBucketTagging"}},
    {"s3.DeleteObject", {"s3:DeleteObject", "s3:DeleteObjectVersion"}},
    {"s3.DeleteObjectTagging", {"s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"}},
    {"s3.DeleteObjects", {"s3:DeleteObject", "s3:DeleteObjectVersion"}},
    {"s3.DeletePublicAccessBlock", {"s3:PutBucketPublicAccessBlock"}},
    {"s3.GetBucketAccelerateConfiguration", {"s3:GetAccelerateConfiguration"}},
    {"s3.GetBucketCors", {"s3:GetBucketCORS"}},
    {"s3.GetBucketEncryption", {"s3:GetEncryptionConfiguration"}},
    {"s3.GetBucketLifecycleConfiguration", {"s3:GetLifecycleConfiguration"}},
    {"s3.GetBucketNotificationConfiguration", {"s3:GetBucketNotification"}},
    {"s3.GetBucketReplication", {"s3:GetReplicationConfiguration"}},
    {"s3.GetObject", {"s3:GetObject", "s3:GetObjectVersion"}},
    {"s3.GetObjectAcl", {"s3:GetObjectAcl", "s3:GetObjectVersionAcl"}},
    {"s3.GetObjectLockConfiguration", {"s3:GetBucketObjectLockConfiguration"}},
    {"s3.GetObjectTagging", {"s3:GetObjectTagging", "s3:GetObjectVersionTagging"}},
    {"s3.GetPublicAccessBlock", {"s3:GetBucketPublicAccessBlock"}},
    {"s3.HeadBucket", {"s3:ListBucket"}},
    {"s3.HeadObject", {"s3:GetObject", "s3:GetObjectVersion"}},
    {"s3.ListBuckets", {"s3:ListAllMyBuckets"}},
    {"s3.ListMultipartUploads", {"s3:ListBucketMultipartUploads"}},
    {"s3.ListObjectVersions", {"s3:ListBucketVersions"}},
    {"s3.ListObjects", {"s3:ListBucket"}},
    {"s3.ListObjectsV2", {"s3:ListBucket"}},
    {"s3.ListParts", {"s3:ListMultipartUploadParts"}},
    {"s3.PutBucketAccelerateConfiguration", {"s3:PutAccelerateConfiguration"}},
    {"s3.PutBucketCors", {"s3:PutBucketCORS"}},
    {"s3.PutBucketEncryption", {"s3:PutEncryptionConfiguration"}},
    {"s3.PutBucketLifecycleConfiguration", {"s3:PutLifecycleConfiguration"}},
    {"s3.PutBucketNotificationConfiguration", {"s3:PutBucketNotification"}},
    {"s3.PutBucketReplication", {"s3:PutReplicationConfiguration"}},
    {"s3.PutObjectAcl", {"s3:PutObjectAcl", "s3:PutObjectVersionAcl"}},
    {"s3.PutObjectLockConfiguration", {"s3:PutBucketObjectLockConfiguration"}},
    {"s3.PutObjectTagging", {"s3:PutObjectTagging", "s3:PutObjectVersionTagging"}},
    {"s3.PutPublicAccessBlock", {"s3:PutBucketPublicAccessBlock"}},
    {"s3.UploadPart", {"s3:PutObject"}},
    {"s3.UploadPartCopy", {"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"}},
    {"s3control.DeletePublicAccessBlock", {"s3:PutAccountPublicAccessBlock"}},
    {"s3control.GetPublicAccessBlock", {"s3:GetAccountPublicAccessBlock"}},
    {"s3control.PutPublicAccessBlock", {"s3:PutAccountPublicAccessBlock"}},
    {"sns.PublishBatch", {"sns:Publish"}},
    {"sqs.ChangeMessageVisibilityBatch", {"sqs:ChangeMessageVisibility"}},
    {"sqs.DeleteMessageBatch", {"sqs:DeleteMessage"}},
    {"sqs.SendMessageBatch", {"sqs:SendMessage"}},
};

// API Gateway's actions are the methods of HTTP.
struct GatewayMethod {
  std::string_view verb;
  std::string_view method;
};
constexpr GatewayMethod kGatewayMethods[] = {
    {"Create", "POST"}, {"Delete", "DELETE"},   {"Flush", "DELETE"},         {"Get", "GET"},
    {"Put", "PUT"},     {"TagResource", "PUT"}, {"UntagResource", "DELETE"}, {"Update", "PATCH"},
};

}  // namespace

std::optional<Operation> parse_operation(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  const std::string_view service = text.substr(0, dot);
  const std::string_view name = text.substr(dot + 1);
  const auto fits_service = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  const auto fits_name = [](char c) { return is_upper(c) || is_lower(c) || is_digit(c); };
  if (!std::all_of(service.begin(), service.end(), fits_service)) return std::nullopt;
  if (name.empty() || !is_upper(name.front()) ||
      !std::all_of(name.begin(), name.end(), fits_name)) {
    return std::nullopt;
  }
  return Operation{std::string(service), std::string(name)};
}

std::string to_text(const Operation& operation) { return operation.service + "." + operation.name; }

bool changes_something(const Operation& operation) {
  return std::none_of(kReadingVerbs.begin(), kReadingVerbs.end(), [&](std::string_view verb) {
    const std::string_view name = operation.name;
    // A verb ends where the next word begins: "Lists..." is another one.
    return name.starts_with(verb) && (name.size() == verb.size() || is_upper(name[verb.size()]));
  });
}

bool closes_an_opening(const Operation& operation) {
  return operation.service == "ec2" && (operation.name == "RevokeSecurityGroupIngress" ||
                                        operation.name == "RevokeSecurityGroupEgress");
}

bool is_not_of_aws(const Operation& operation) {
  return operation.service == "webhook" || operation.service == "riposte";
}

std::vector<std::string> permissions_of(const Operation& operation) {
  if (is_not_of_aws(operation)) return {};
  const std::string text = to_text(operation);
  for (const OtherActions& other : kOtherActions) {
    if (other.operation != text) continue;
    std::vector<std::string> actions;
    for (std::string_view action : other.actions) {
      if (!action.empty()) actions.emplace_back(action);
    }
    return actions;
  }
  std::string prefix = operation.service;
  for (const Renamed& renamed : kPrefixes) {
    if (renamed.service == operation.service) prefix = renamed.prefix;
  }
  if (prefix == "apigateway") {
    for (const GatewayMethod& each : kGatewayMethods) {
      if (operation.name.starts_with(each.verb)) return {prefix + ":" + std::string(each.method)};
    }
  }
  return {prefix + ":" + operation.name};
}

}  // namespace riposte::respond
