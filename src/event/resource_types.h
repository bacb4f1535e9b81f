#pragma once

// What AWS calls its resources, as tables: the types of AWS Config ("AWS::EC2::Instance"), how
// their ARNs are built, and which request parameter names which type. A service that is missing
// costs the type and no more: its ARNs are still found.
//
// Threads: immutable.

#include <string>
#include <string_view>

#include "event/arn.h"

namespace riposte::event {

// Where a resource lives, and so which parts its ARN has.
enum class Scope {
  Regional,   // region and account
  Region,     // region, no account: images and snapshots
  Account,    // account, no region
  Global,     // neither: buckets, hosted zones
  Elsewhere,  // the name alone does not make an ARN: a path, a random suffix or another owner
              // belongs to it
};

struct ResourceType {
  std::string_view name;     // "AWS::EC2::Instance"
  std::string_view service;  // as in ARNs
  std::string_view prefix;   // of the resource part
  Scope scope;
};

// The type of that name, or null.
const ResourceType* find_resource_type(std::string_view name);

// The type an ARN speaks of, or null.
const ResourceType* find_resource_type(const Arn& arn);

// The name within an ARN, as requests would write it: the role without its path, the secret without
// its suffix.
std::string id_of(const Arn& arn);

// "AWS::EC2::Instance" for i-0a1b2c3d: ids of EC2 tell their type. Empty for other texts.
std::string_view type_of_ec2_id(std::string_view text);

// The type named by a parameter of a call: userName of iam is a user. Case does not count, and
// lists may have a plural s. Empty for other parameters.
std::string_view type_of_parameter(std::string_view service, std::string_view call,
                                   std::string_view parameter);

// The place of a type in the tables; types that are not there come last.
std::size_t row_of(const ResourceType* type);

}  // namespace riposte::event
