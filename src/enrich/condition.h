#pragma once

// Whether the condition of a policy statement keeps strangers out.
//
// It does when it compares for equality, cannot be passed by leaving the key out, asks for
// something that only the right caller has (an organisation, an account, a network, a secret word),
// and names it without a wildcard. That the connection is encrypted, or what the browser calls
// itself, keeps nobody out.
//
// Keys and operators are compared without case, as AWS does.
//
// Threads: immutable.

#include <set>
#include <string>
#include <string_view>

#include "json/document.h"

namespace riposte::enrich {

// A whole condition; its tests are joined by AND, so that one that restricts is enough. Null
// restricts nobody.
bool is_restricted(const json::Node* condition);

// One test of it: {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}.
bool restricts(std::string_view comparison, std::string_view key, const json::Node& values);

// The accounts that a condition names as those which may come.
std::set<std::string> accounts_of(const json::Node* condition);

// A value that fits anybody: "*", "vpc-*", "arn:aws:iam::*:role/*".
bool fits_anybody(std::string_view value);

}  // namespace riposte::enrich
