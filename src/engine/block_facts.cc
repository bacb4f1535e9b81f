#include "engine/block_facts.h"

#include "aws/error.h"
#include "json/scanner.h"
#include "json/writer.h"

// Tested by tests/integration/block_test.py

namespace riposte::engine {
namespace {

using base::Errc;
using base::Error;
using json::Node;
using respond::Operation;

constexpr std::size_t kPagesMax = 100;  // a prefix list has 1,000 entries at most, 100 a page

template <typename... Fields>
std::string with_of(const Fields&... fields) {
  json::Writer writer;
  writer.object([&] { (writer.field(fields.first, fields.second), ...); });
  return std::move(writer).take();
}

std::string with_list(std::string_view key, const std::string& id) {
  return with_of(std::pair(key, std::vector<std::string>{id}));
}

const Node* first_of(const Node& answer, std::string_view list) {
  const Node* items = answer.find(list);
  if (items == nullptr || !items->is(json::Kind::Array)) return nullptr;
  for (const Node& item : json::children(*items))
    return &item;
  return nullptr;
}

bool is_true(const Node* node) { return node != nullptr && node->is(json::Kind::True); }

block::AclEntry entry_of(const Node& node) {
  block::AclEntry entry;
  if (const Node* number = node.find("RuleNumber"))
    entry.number = static_cast<int>(number->number().value_or(0));
  entry.is_egress = is_true(node.find("Egress"));
  entry.is_allow = node.string_at("RuleAction") != "deny";
  std::string_view network = node.string_at("CidrBlock");
  if (network.empty()) network = node.string_at("Ipv6CidrBlock");
  entry.network = base::parse_network(network);
  entry.is_of_all = node.string_at("Protocol") == "-1";
  return entry;
}

// What the account may have, or what AWS gives where it cannot be asked.
std::size_t ask_quota(const Place& place, std::vector<std::string>& says) {
  const base::Result<json::OwnedDocument> quota =
      place.read("service-quotas.GetServiceQuota",
                 with_of(std::pair("ServiceCode", "vpc"), std::pair("QuotaCode", "L-2AEEBF1A")));
  if (quota.ok()) {
    const Node* value = quota->root().at("Quota.Value");
    const double number = value == nullptr ? 0 : value->number().value_or(0);
    if (number >= 1) return static_cast<std::size_t>(number);
  }
  says.push_back("the quota of rules in a network ACL is taken to be " +
                 std::to_string(block::kAclQuota) +
                 (quota.ok() ? "" : ": " + quota.error().message));
  return block::kAclQuota;
}

}  // namespace

base::Result<respond::Reply> Place::call(std::string_view operation, std::string_view with,
                                         std::string_view idempotency) const {
  const std::optional<Operation> parsed = respond::parse_operation(operation);
  CHECK(parsed, "enforcements spell operations as they are spelled");
  return account.call({.operation = *parsed,
                       .with = with,
                       .account = number,
                       .region = region,
                       .idempotency = idempotency});
}

base::Result<json::OwnedDocument> Place::read(std::string_view operation,
                                              std::string_view with) const {
  const respond::Reply reply = TRY(call(operation, with));
  if (reply.ok()) return json::OwnedDocument::parse(reply.answer);
  return Error{aws::classify(reply.code), std::string(operation) + ": " + reply.code +
                                              (reply.message.empty() ? "" : ", " + reply.message)};
}

base::Result<block::AclFacts> read_network_acl(const Place& place, const std::string& id,
                                               std::vector<std::string>& says) {
  const json::OwnedDocument answer =
      TRY(place.read("ec2.DescribeNetworkAcls", with_list("NetworkAclIds", id)));
  const Node* acl = first_of(answer.root(), "NetworkAcls");
  const Node* entries = acl == nullptr ? nullptr : acl->find("Entries");
  if (entries == nullptr || !entries->is(json::Kind::Array))
    return Error{Errc::NotFound, "there is no network ACL " + id};
  block::AclFacts facts;
  for (const Node& entry : json::children(*entries))
    facts.entries.push_back(entry_of(entry));
  facts.quota_v4 = facts.quota_v6 = ask_quota(place, says);
  return facts;
}

base::Result<block::ListFacts> read_ip_set(const Place& place,
                                           const block::Enforcement& enforcement) {
  const json::OwnedDocument answer = TRY(place.read(
      "wafv2.GetIPSet",
      with_of(std::pair("Name", enforcement.set_name), std::pair("Id", enforcement.id),
              std::pair("Scope", enforcement.is_cloudfront ? "CLOUDFRONT" : "REGIONAL"))));
  const Node* addresses = answer.root().at("IPSet.Addresses");
  if (addresses == nullptr || !addresses->is(json::Kind::Array))
    return Error{Errc::Invalid, "wafv2.GetIPSet: the answer names no addresses"};
  block::ListFacts facts;
  facts.is_v4 = answer.root().string_at("IPSet.IPAddressVersion") == "IPV4";
  for (const Node& address : json::children(*addresses))
    facts.networks.emplace_back(address.text);
  facts.lock = answer.root().string_at("LockToken");
  facts.description = answer.root().string_at("IPSet.Description");
  return facts;
}

base::Result<block::ListFacts> read_prefix_list(const Place& place, const std::string& id) {
  const json::OwnedDocument lists =
      TRY(place.read("ec2.DescribeManagedPrefixLists", with_list("PrefixListIds", id)));
  const Node* list = first_of(lists.root(), "PrefixLists");
  if (list == nullptr) return Error{Errc::NotFound, "there is no prefix list " + id};
  const std::string_view state = list->string_at("State");
  if (state.ends_with("-in-progress"))
    return Error{Errc::Busy, "the prefix list " + id + " is being changed"};
  block::ListFacts facts;
  facts.is_v4 = list->string_at("AddressFamily") == "IPv4";
  if (const Node* version = list->find("Version")) facts.lock = version->text;
  const Node* room = list->find("MaxEntries");
  facts.room = room == nullptr ? 0 : static_cast<std::size_t>(room->number().value_or(0));
  std::string token;
  for (std::size_t page = 0; page < kPagesMax; ++page) {
    const json::OwnedDocument entries = TRY(place.read(
        "ec2.GetManagedPrefixListEntries",
        token.empty() ? with_of(std::pair("PrefixListId", id))
                      : with_of(std::pair("PrefixListId", id), std::pair("NextToken", token))));
    const Node* all = entries.root().find("Entries");
    if (all != nullptr && all->is(json::Kind::Array)) {
      for (const Node& entry : json::children(*all))
        facts.networks.emplace_back(entry.string_at("Cidr"));
    }
    token = entries.root().string_at("NextToken");
    if (token.empty()) return facts;
  }
  return Error{Errc::Limit, "the prefix list " + id + " has no end"};
}

base::Result<std::vector<base::Network>> read_own_addresses(const Place& place) {
  const json::OwnedDocument answer = TRY(place.read("ec2.DescribeAddresses", "{}"));
  std::vector<base::Network> own;
  const Node* addresses = answer.root().find("Addresses");
  if (addresses == nullptr || !addresses->is(json::Kind::Array)) return own;
  for (const Node& address : json::children(*addresses)) {
    if (const auto network = base::parse_network(address.string_at("PublicIp")))
      own.push_back(*network);
  }
  return own;
}

std::vector<Operation> operations_of(block::EnforcementKind kind) {
  switch (kind) {
    case block::EnforcementKind::NetworkAcl:
      return {{"ec2", "DescribeAddresses"},
              {"ec2", "DescribeNetworkAcls"},
              {"ec2", "CreateNetworkAclEntry"},
              {"ec2", "DeleteNetworkAclEntry"},
              {"service-quotas", "GetServiceQuota"}};
    case block::EnforcementKind::IpSet:
      return {{"ec2", "DescribeAddresses"}, {"wafv2", "GetIPSet"}, {"wafv2", "UpdateIPSet"}};
    case block::EnforcementKind::PrefixList:
      return {{"ec2", "DescribeAddresses"},
              {"ec2", "DescribeManagedPrefixLists"},
              {"ec2", "GetManagedPrefixListEntries"},
              {"ec2", "ModifyManagedPrefixList"}};
    case block::EnforcementKind::File:
      return {};
  }
  CHECK(false, "every kind of enforcement has its calls");
}

}  // namespace riposte::engine
