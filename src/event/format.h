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
  VpcFlow,            // packets between two addresses, let through or not
  LoadBalancer,       // a request or connection through a load balancer
  CloudFront,         // a request to a distribution
  S3Access,           // a request to a bucket
  WebServer,          // a request to Apache, nginx or IIS
};
inline constexpr int kFormatCount = 16;

std::string_view name_of(Format format);

}  // namespace riposte::event
