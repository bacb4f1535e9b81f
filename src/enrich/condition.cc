#include "enrich/condition.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/network.h"
#include "base/text.h"
#include "enrich/fields.h"
#include "enrich/network_exposure.h"
#include "enrich/pattern.h"
#include "event/arn.h"

namespace riposte::enrich {

using base::equals_ignore_case;
using json::Kind;
using json::Node;

namespace {

// Condition keys that only the right caller can satisfy.
constexpr std::string_view kRestrictingKeys[] = {
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:VpcSourceIp",
    "aws:userid",
    "aws:Ec2InstanceSourceVpc",
    "ec2:SourceInstanceARN",
    "lambda:SourceFunctionArn",
    "kms:CallerAccount",
    "kms:ViaService",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "sns:Endpoint",
    "sts:ExternalId",
};
// The same, where the value is true or false.
constexpr std::string_view kRestrictingFlags[] = {"aws:PrincipalIsAWSService",
                                                  "elasticfilesystem:AccessedViaMountTarget"};

// Those of them whose values tell the account.
constexpr std::string_view kAccountKeys[] = {
    "aws:PrincipalAccount", "aws:PrincipalArn",  "aws:SourceAccount",         "aws:SourceArn",
    "aws:SourceOwner",      "kms:CallerAccount", "s3:DataAccessPointAccount",
};

template <std::size_t count>
bool is_one_of(std::string_view text, const std::string_view (&names)[count]) {
  return std::any_of(std::begin(names), std::end(names),
                     [text](std::string_view name) { return equals_ignore_case(text, name); });
}

bool names_world(const Node& addresses) {
  std::vector<base::Network> networks;
  for_each_text(&addresses, [&](std::string_view text) {
    if (const auto network = base::parse_network(text)) networks.push_back(*network);
  });
  return networks.empty() || covers_world(networks);
}

// Calls `body` for each test of a condition: comparison, key, values.
template <typename Body>
void for_each_test(const Node* condition, Body body) {
  if (condition == nullptr || !condition->is(Kind::Object)) return;
  for (const Node& comparison : json::children(*condition)) {
    if (!comparison.is(Kind::Object)) continue;
    for (const Node& test : json::children(comparison)) {
      body(comparison.key, test.key, test);
    }
  }
}

}  // namespace

bool fits_anybody(std::string_view value) {
  if (is_wild(value) || means_any_arn(value)) return true;
  for (std::string_view prefix : {"vpc-", "vpce-", "o-"}) {
    if (value.starts_with(prefix)) return is_wild(value.substr(prefix.size()));
  }
  const auto arn = event::parse_arn(value);
  if (!arn) return false;
  if (!arn->account.empty()) return !event::is_account(arn->account);
  return is_wild(arn->resource.substr(0, arn->resource.find('/')));
}

bool restricts(std::string_view comparison, std::string_view key, const Node& values) {
  std::string name = base::lower(comparison);
  constexpr std::string_view kAnyValue = "foranyvalue:";
  constexpr std::string_view kIfExists = "ifexists";
  if (name.starts_with(kAnyValue)) name.erase(0, kAnyValue.size());
  const bool may_be_missing = name.ends_with(kIfExists);
  if (may_be_missing) name.erase(name.size() - kIfExists.size());

  if (name == "ipaddress") {
    // Every call from outside carries its address, so that IfExists changes nothing.
    return (equals_ignore_case(key, "aws:SourceIp") ||
            equals_ignore_case(key, "aws:VpcSourceIp")) &&
           !names_world(values);
  }
  if (may_be_missing) return false;
  if (name == "bool") {
    return is_one_of(key, kRestrictingFlags) &&
           !any_text(&values, [](std::string_view text) { return text != "true"; });
  }
  const bool is_equality = name == "stringequals" || name == "stringequalsignorecase" ||
                           name == "stringlike" || name == "arnequals" || name == "arnlike";
  return is_equality && is_one_of(key, kRestrictingKeys) && !any_text(&values, fits_anybody);
}

bool is_restricted(const Node* condition) {
  bool restricted = false;
  for_each_test(condition,
                [&](std::string_view comparison, std::string_view key, const Node& values) {
                  restricted = restricted || restricts(comparison, key, values);
                });
  return restricted;
}

std::set<std::string> accounts_of(const Node* condition) {
  std::set<std::string> accounts;
  for_each_test(condition,
                [&](std::string_view comparison, std::string_view key, const Node& values) {
                  if (!is_one_of(key, kAccountKeys) || !restricts(comparison, key, values)) return;
                  for_each_text(&values, [&](std::string_view text) {
                    const auto arn = event::parse_arn(text);
                    const std::string_view account = arn ? arn->account : text;
                    if (event::is_account(account)) accounts.emplace(account);
                  });
                });
  return accounts;
}

}  // namespace riposte::enrich
