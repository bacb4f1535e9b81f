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
  ApiGateway,         // a request to an API, or a step of it
  Cognito,            // a sign-in or other event of a user pool's user
  CloudWatchAlarm,    // a change of an alarm's state
  Cost,               // a budget that was exceeded, or an anomaly of cost
  Lambda,             // what Lambda says of a run of a function
  Sshd,               // a line of OpenSSH's server
  Syslog,             // a line of another program of a host
};
inline constexpr int kFormatCount = 23;

// Whether its records are written here, of lines or with fields added: their text alone does not
// tell the format.
constexpr bool is_written_here(Format format) {
  switch (format) {
    case Format::VpcFlow:
    case Format::LoadBalancer:
    case Format::CloudFront:
    case Format::S3Access:
    case Format::WebServer:
    case Format::ApiGateway:
    case Format::Lambda:
    case Format::Sshd:
    case Format::Syslog:
      return true;
    default:
      return false;
  }
}

// Whether AWS writes it, not a host.
constexpr bool is_of_aws(Format format) {
  return format != Format::Unknown && format != Format::Sshd && format != Format::Syslog;
}

std::string_view name_of(Format format);

}  // namespace riposte::event
