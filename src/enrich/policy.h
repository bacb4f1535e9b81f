#pragma once

// Whom a policy document lets in, and what it lets them do.
//
// Documents are found by their shape, wherever in the request they stand: an object with a
// Statement, or a text that holds one (plain or URL-encoded). So bucket, key, queue, topic,
// repository, secret, vault and trust policies, and those of users, roles and permission sets, need
// no list of parameter names. Calls that carry the parts of a statement instead of a document
// (AddPermission of Lambda, SNS and SQS, PutPermission of EventBridge) are read as the statement
// they make.
//
// Only Allow statements count. One with a principal belongs to a resource, one without to an
// identity:
//
//     Principal "*"     public; public_conditional where a condition restricts (condition.h)
//     other Principals  accounts that are not ours, providers of identities
//     no Principal      admin, wildcard_services, risky_actions (rights.h)
//
// Names of elements and actions are compared without case, as AWS does.
//
// What fails: text that is no JSON, and more than the limits below, gives no fact.
//
// Threads: immutable.

#include <set>
#include <string>
#include <string_view>

#include "enrich/rights.h"
#include "json/document.h"
#include "json/writer.h"

namespace riposte::enrich {

inline constexpr std::size_t kPolicyBytesMax = std::size_t{256}
                                               << 10;  // of one document given as text
inline constexpr std::size_t kPoliciesMax = 16;        // documents of one call

struct PolicyFacts {
  bool is_public = false;
  bool public_conditional = false;
  std::set<std::string> external_accounts;    // not `account`; those that conditions name, too
  std::set<std::string> external_federation;  // ARNs or hosts of identity providers
  Rights rights;

  bool empty() const;
};

// `account` is the one the call was made in; without it no account is called external.
PolicyFacts policy_facts_of(const json::Node& record, std::string_view account);

// Facts that do not hold are left out.
void write(const PolicyFacts& facts, json::Writer& writer);

}  // namespace riposte::enrich
