#pragma once

// The formats of events, named as Sigma names their log sources where it does.

#include <cstdint>
#include <string_view>

namespace riposte::event {

enum class Format : std::uint8_t {
  Unknown,            // JSON that no reader claims
  CloudTrail,         // a record of a call, a sign-in or a service, or such a record in an envelope
  CloudTrailInsight,  // an unusual rate of calls or errors
  EventBridge,        // an envelope whose detail no other format claims
  GuardDuty,          // a finding
  SecurityHub,        // a finding in ASFF
  Config,             // a configuration item or a verdict on compliance
  S3Notification,     // an object created or removed
  DynamoDbStream,     // an item before and after a change
  Waf,                // a request and what the web ACL did with it
  Route53Resolver,    // a query and its answer
};
inline constexpr int kFormatCount = 11;

std::string_view name_of(Format format);

}  // namespace riposte::event
