#include "engine/permissions.h"

#include <set>

#include <fmt/format.h>

#include "engine/block_facts.h"
#include "event/arn.h"

namespace riposte::engine {
namespace {

using respond::Grant;
using respond::Operation;

void grant(std::vector<Grant>& grants, std::initializer_list<std::string_view> actions,
           const std::vector<std::string>& resources) {
  for (std::string_view action : actions)
    grants.push_back({.resources = resources, .action = std::string(action)});
}

base::Status grant_source(const std::string& source, const respond::PolicyScope& scope,
                          std::vector<Grant>& grants) {
  constexpr std::string_view kBucket = "s3://";
  if (source.starts_with(kBucket)) {
    const std::string path = source.substr(kBucket.size());
    const std::size_t slash = path.find('/');
    const std::string arn = "arn:" + scope.partition + ":s3:::";
    grant(grants, {"s3:ListBucket"}, {arn + path.substr(0, slash)});
    grant(grants, {"s3:GetObject"}, {arn + path + (slash == std::string::npos ? "/*" : "*")});
    return base::Done{};
  }
  const std::optional<event::Arn> arn = event::parse_arn(source);
  const std::string_view service = arn ? arn->service : "";
  if (service == "sqs") {
    grant(grants,
          {"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
           "sqs:ReceiveMessage"},
          {source});
  } else if (service == "kinesis") {
    grant(grants,
          {"kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
           "kinesis:ListShards"},
          {source});
  } else if (service == "dynamodb" && arn->resource.find("/stream/") != std::string_view::npos) {
    grant(grants, {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"},
          {source});
  } else if (service == "logs") {
    grant(grants, {"logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"},
          {source});
  } else {
    return base::Error{base::Errc::Invalid,
                       "\"" + source +
                           "\" is no source: write s3://bucket/prefix, or the ARN of a queue, a "
                           "stream or a log group"};
  }
  return base::Done{};
}

void grant_telling(const Config& config, std::vector<Grant>& grants) {
  for (const notify::ChannelTexts& channel : config.channels) {
    const auto topic = channel.settings.find("topic_arn");
    if (topic != channel.settings.end()) grant(grants, {"sns:Publish"}, {topic->second});
    for (const auto& [name, secret] : channel.secrets) {
      if (secret.place == notify::SecretReference::Place::SecretsManager)
        grant(grants, {"secretsmanager:GetSecretValue"}, {secret.name});
    }
  }
}

// A runbook's role stands in our own account and in each that is configured.
void grant_roles(const PermissionSpec& spec, const std::set<std::string>& names,
                 std::vector<Grant>& grants) {
  std::set<std::string> arns;
  const std::string begin = "arn:" + spec.scope.partition + ":iam::";
  for (const std::string& name : names)
    arns.insert(fmt::format("{}{}:role/{}", begin, spec.scope.account, name));
  for (const auto& [number, role] : spec.config.respond.roles.accounts) {
    arns.insert(role.role_arn);
    for (const std::string& name : names)
      arns.insert(fmt::format("{}{}:role/{}", begin, number, name));
  }
  if (!arns.empty())
    grant(grants, {"sts:AssumeRole", "sts:TagSession"}, {arns.begin(), arns.end()});
}

}  // namespace

base::Result<std::vector<Permissions>> permissions_for(const PermissionSpec& spec) {
  std::vector<Permissions> narrow;  // by runbook
  std::set<std::string> role_names;
  std::set<Operation> shared;
  for (const respond::RunbookPointer& runbook : spec.runbooks) {
    const std::vector<Operation> operations = respond::operations_of(*runbook);
    const auto& roles = spec.config.respond.roles.runbooks;
    const auto role = roles.find(runbook->name);
    if (role == roles.end() && !spec.role_per_runbook) {
      shared.insert(operations.begin(), operations.end());
      continue;
    }
    const std::string name = "riposte-runbook-" + runbook->name;
    const std::string role_name = role == roles.end() ? name : role->second;
    role_names.insert(role_name);
    narrow.push_back({name, role_name, respond::grants_of(operations, spec.scope)});
  }
  Permissions engine{std::string(kEnginePolicy), "", {}};
  for (const std::string& source : spec.sources)
    TRY(grant_source(source, spec.scope, engine.grants));
  grant_telling(spec.config, engine.grants);
  for (const block::Enforcement& enforcement : spec.config.blocks.enforcements) {
    const std::vector<respond::Grant> grants =
        respond::grants_of(operations_of(enforcement.kind), spec.scope);
    engine.grants.insert(engine.grants.end(), grants.begin(), grants.end());
  }
  grant_roles(spec, role_names, engine.grants);

  std::vector<Permissions> all;
  if (!engine.grants.empty()) all.push_back(std::move(engine));
  const std::vector<Operation> operations(shared.begin(), shared.end());
  if (!operations.empty())
    all.push_back({"riposte-runbooks", "", respond::grants_of(operations, spec.scope)});
  for (Permissions& each : narrow) {
    if (!each.grants.empty()) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace riposte::engine
