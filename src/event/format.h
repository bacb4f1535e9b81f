#pragma once

// The formats of events, named as Sigma names their log sources where it does.

#include <cstdint>
#include <string_view>

namespace riposte::event {

enum class Format : std::uint8_t {
  Unknown,            // JSON that no reader claims
  CloudTrail,         // capabilities F2
  CloudTrailInsight,  // F3
  EventBridge,        // an envelope whose detail no other format claims
  GuardDuty,          // F6
  SecurityHub,        // F7
  Config,             // F4, F5
  S3Notification,     // F17
  DynamoDbStream,     // F18
  Waf,                // F12
  Route53Resolver,    // F11
};
inline constexpr int kFormatCount = 11;

std::string_view name_of(Format format);

}  // namespace riposte::event
