#pragma once

// What it was done to: resources named by request, response and resources[] of a CloudTrail record,
// and by the findings of other services. Nested ({"items":[{"groupId":...}]}) and flat
// ({"groupId":...}) shapes are the same to us.

#include <string>
#include <vector>

#include "event/event.h"

namespace riposte::event {

struct Resource {
  std::string type;  // "AWS::S3::Bucket" and the like, as AWS Config names them
  std::string id;    // name or id
  std::string arn;   // empty where the record does not tell

  auto operator<=>(const Resource&) const = default;
};

inline constexpr std::size_t kResourcesMax = 64;  // of one event; the rest is not listed

// Sorted, each once; the resource the call is about comes first.
std::vector<Resource> resources_of(const Event& event);

}  // namespace riposte::event
