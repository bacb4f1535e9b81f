#include "respond/fleet_reader.h"

#include <algorithm>

#include "event/arn.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "respond/reach.h"

namespace riposte::respond {
namespace {

// How a service lists what it has of a kind.
struct FleetList {
  std::string_view service;   // of the ARN; of EC2's ids "ec2"
  std::string_view resource;  // what the ARN's resource, or the id, begins with
  Operation operation;
  std::string_view list;
  std::string_view inner;    // a list in each of its elements, which is what is counted; or empty
  std::string_view token;    // in the answer, where there is another page
  std::string_view ask_for;  // what the token is called in the next request
  std::string_view with{};   // members of every request
};

// From the services' models. What is gone is no part of a fleet.
const FleetList kLists[] = {
    {"ec2",
     "i-",
     {"ec2", "DescribeInstances"},
     "Reservations",
     "Instances",
     "NextToken",
     "NextToken",
     R"("Filters":[{"Name":"instance-state-name","Values":["pending","running","stopping","stopped"]}])"},
    {"ec2",
     "sg-",
     {"ec2", "DescribeSecurityGroups"},
     "SecurityGroups",
     "",
     "NextToken",
     "NextToken"},
    {"ec2",
     "snap-",
     {"ec2", "DescribeSnapshots"},
     "Snapshots",
     "",
     "NextToken",
     "NextToken",
     R"("OwnerIds":["self"])"},
    {"ec2", "vol-", {"ec2", "DescribeVolumes"}, "Volumes", "", "NextToken", "NextToken"},
    {"iam", "user/", {"iam", "ListUsers"}, "Users", "", "Marker", "Marker"},
    {"iam", "role/", {"iam", "ListRoles"}, "Roles", "", "Marker", "Marker"},
    {"s3",
     "",
     {"s3", "ListBuckets"},
     "Buckets",
     "",
     "ContinuationToken",
     "ContinuationToken",
     R"("MaxBuckets":1000)"},
    {"cloudtrail", "trail/", {"cloudtrail", "ListTrails"}, "Trails", "", "NextToken", "NextToken"},
    {"dynamodb",
     "table/",
     {"dynamodb", "ListTables"},
     "TableNames",
     "",
     "LastEvaluatedTableName",
     "ExclusiveStartTableName"},
    {"kms", "key/", {"kms", "ListKeys"}, "Keys", "", "NextMarker", "Marker"},
    {"lambda", "function:", {"lambda", "ListFunctions"}, "Functions", "", "NextMarker", "Marker"},
};

bool is_ec2_id_of(std::string_view text, std::string_view kind) {
  return text.starts_with(kind) && text.size() > kind.size() &&
         text.find_first_not_of("0123456789abcdef", kind.size()) == std::string_view::npos;
}

const FleetList* list_of(std::string_view target, const Plan& plan) {
  for (const FleetList& list : kLists) {
    if (list.service == "ec2" && is_ec2_id_of(target, list.resource)) return &list;
  }
  std::string_view text = target;
  for (const std::string& resource : plan.resources) {  // of a plain name the finding has an ARN
    const std::size_t last = resource.find_last_of(":/");
    if (!target.starts_with("arn:") && resource.starts_with("arn:") &&
        std::string_view(resource).substr(last + 1) == target)
      text = resource;
  }
  const auto arn = event::parse_arn(text);
  if (!arn) return nullptr;
  for (const FleetList& list : kLists) {
    const std::string_view name =
        list.service == "ec2" ? arn->resource.substr(arn->resource.find('/') + 1) : arn->resource;
    if (list.service == arn->service && name.starts_with(list.resource)) return &list;
  }
  return nullptr;
}

// What the plan's calls change, where their service has things of one kind only: a name that no
// ARN explains is that of such a thing.
const FleetList* only_list_of(const Plan& plan) {
  const FleetList* only = nullptr;
  for (const FleetList& list : kLists) {
    const bool is_meant =
        std::all_of(plan.steps.begin(), plan.steps.end(), [&list](const PlannedStep& step) {
          return !step.changes || step.call.operation.service == list.service;
        });
    if (!is_meant) continue;
    if (only != nullptr) return nullptr;
    only = &list;
  }
  return only;
}

// The kind of everything that the plan would touch; null where it is not one.
const FleetList* list_of(const Plan& plan) {
  const FleetList* kind = nullptr;
  for (const std::string& target : reach_of(plan).targets) {
    // Without the account in front.
    const FleetList* found = list_of(std::string_view(target).substr(target.find(' ') + 1), plan);
    if (found == nullptr) found = only_list_of(plan);
    if (found == nullptr || (kind != nullptr && kind != found)) return nullptr;
    kind = found;
  }
  return kind;
}

std::uint64_t length_of(const json::Node* list) {
  if (list == nullptr || !list->is(json::Kind::Array)) return 0;
  std::uint64_t length = 0;
  for (const json::Node& each : json::children(*list)) {
    (void)each;
    ++length;
  }
  return length;
}

std::optional<std::uint64_t> count(const FleetList& kind, const Plan& plan, Account& account) {
  std::uint64_t size = 0;
  std::string token;
  for (std::size_t page = 0; page < kFleetPagesMax; ++page) {
    std::string with = "{" + std::string(kind.with);
    if (!token.empty()) {
      with.append(kind.with.empty() ? "" : ",").append(json::quoted(kind.ask_for));
      with.append(":").append(json::quoted(token));
    }
    with += '}';
    const base::Result<Reply> reply = account.call({.operation = kind.operation,
                                                    .with = with,
                                                    .account = plan.account,
                                                    .region = plan.region,
                                                    .runbook = plan.runbook->name});
    if (!reply.ok() || !reply->ok()) return std::nullopt;
    const auto answer = json::OwnedDocument::parse(reply->answer);
    const json::Node* list = answer.ok() ? answer->root().find(kind.list) : nullptr;
    if (list == nullptr || !list->is(json::Kind::Array)) return std::nullopt;
    if (kind.inner.empty()) {
      size += length_of(list);
    } else {
      for (const json::Node& each : json::children(*list))
        size += length_of(each.find(kind.inner));
    }
    token = answer->root().string_at(kind.token);
    if (token.empty()) break;
  }
  return size;
}

}  // namespace

std::optional<std::uint64_t> FleetReader::size_for(const Plan& plan) {
  const FleetList* kind = list_of(plan);
  if (kind == nullptr) return std::nullopt;
  const std::string key = to_text(kind->operation) + " " + plan.account + " " + plan.region;
  const auto known = counted_.find(key);
  if (known != counted_.end() && clock_.steady() - known->second.at < kFleetKept)
    return known->second.size;
  const std::optional<std::uint64_t> size = count(*kind, plan, account_);
  if (size) counted_[key] = {*size, clock_.steady()};
  return size;
}

}  // namespace riposte::respond
