#pragma once

// Amazon Resource Names, taken apart: "arn:partition:service:region:account:resource".
//
// Threads: immutable; an Arn borrows the text it was read from.

#include <optional>
#include <string_view>

namespace riposte::event {

struct Arn {
  std::string_view partition;  // aws, aws-cn, aws-us-gov ...
  std::string_view service;
  std::string_view region;    // empty where the service is global
  std::string_view account;   // empty where the name is global; "aws" for what Amazon owns
  std::string_view resource;  // "role/path/Name", "function:name", "bucket/key"
};

// Nothing: the text is no ARN. A resource is always there; the other parts may be empty.
std::optional<Arn> parse_arn(std::string_view text);

// "aws-cn" for cn-north-1; empty for an empty region.
std::string_view partition_of_region(std::string_view region);

// Digits only, as account ids are; "ANONYMOUS_PRINCIPAL", "aws" and "cloudfront" are no accounts.
bool is_account(std::string_view text);

}  // namespace riposte::event
