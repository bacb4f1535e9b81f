#pragma once

// The record that a trail would have of a call, made of the call itself.
//
//     service model + parameters + answer --> eventSource, eventName, requestParameters,
//                                             responseElements
//     identity, address, time             --> everything else
//
// CloudTrail writes members with a small first letter, EC2's lists as {items: [...]}, a request of
// S3 as its query, its headers and its body, times of answers as "Jul 10, 2023 12:24:29 PM", and of
// reads no answer. Bytes are left out. What is secret is left out, too, or stands as
// HIDDEN_DUE_TO_SECURITY_REASONS: our service models do not say what is, so that it is told by its
// name, and a name too many is hidden rather than one too few.
//
// Threads: functions without state.

#include <optional>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/model.h"
#include "aws/value.h"
#include "base/time.h"

namespace riposte::simulate {

// A call as it was made.
struct MadeCall {
  const aws::Service& service;
  const aws::Operation& operation;
  aws::Value input;                   // conformed (aws/input.h)
  aws::Value output{};                // of one that was not refused
  std::optional<aws::Error> error{};  // of one that was
  std::string request_id{};
};

// Who made it, from where and when.
struct Deed {
  std::string identity;  // JSON: userIdentity
  std::string account;
  std::string region;
  std::string address;
  std::string agent;
  std::string event_id;
  base::EventTime time;
};

// Who is who, as userIdentity.
std::string user_identity(std::string_view account, std::string_view user, std::string_view key);
std::string role_identity(std::string_view account, std::string_view role, std::string_view session,
                          std::string_view key, base::EventTime since);
std::string root_identity(std::string_view account, std::string_view key);
std::string anonymous_identity();

// One record, JSON.
std::string trail_record(const MadeCall& call, const Deed& deed);

// A record of no call: `said` (JSON, an object) over what the deed says.
std::string trail_record(std::string_view said, const Deed& deed);

// Of the call alone.
std::string event_name_of(const aws::Service& service, const aws::Operation& operation);
std::string event_source_of(const aws::Service& service);

}  // namespace riposte::simulate
