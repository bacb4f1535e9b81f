#pragma once

// Whether a rule looks for an API call by its name, judged from the rule alone.
//
// A rule names a call when it can fire on a CloudTrail record whose eventName is that call, and
// cannot on one with a name that no API has. Of the record nothing is known but its name and, where
// given, its service: every other field may be what the rule wants.
//
//     eventName: Stop*  and  userIdentity.type: Root     names StopLogging
//     eventName: Stop*  and  eventSource: ec2...         cannot fire on StopLogging of cloudtrail
//     errorCode: AccessDenied                            fires on any name: names nothing
//
// Threads: functions without state.

#include <compare>
#include <string>

#include "rule/rule.h"

namespace riposte::cli {

struct EventName {
  std::string service;  // "ec2", as in ec2.amazonaws.com; empty: not known
  std::string name;     // "StopInstances"

  auto operator<=>(const EventName&) const = default;
};

bool names_event(const rule::Rule& rule, const EventName& event);

}  // namespace riposte::cli
