#pragma once

// Whether parameters are what a call takes, said before anything is sent.
//
//     SecurityGroupRules[2].CidrIpv4: expected text, not a number
//
// Held against the model: members' names, types, what is required, that a union has one member.
// Not held against it: ranges, patterns and lists of allowed words, which services widen faster
// than models follow.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/model.h"
#include "aws/value.h"
#include "base/diagnostics.h"
#include "base/result.h"

namespace riposte::aws {

inline constexpr std::size_t kInputDepthMax = 128;

struct Problem {
  std::string path;     // "SecurityGroupRules[2].CidrIpv4"; empty for the input as a whole
  std::string message;  // "expected text, not a number"
  std::string hint;     // "did you mean \"CidrIp\"?", or empty
  base::Place place;    // where it is written, if it was
};

std::string to_text(const Problem& problem);

// Makes of `input` what the call takes: bytes from base64, times from text or seconds, numbers from
// whole numbers; nulls among members are left out. What is wrong is told, all at once.
std::vector<Problem> conform(const Service& service, const Operation& operation, Value& input);

// The same of what a person wrote; problems go to `diagnostics` under the code aws-input, with
// their places. What `is_unknown` says is known only later fits everywhere.
using IsUnknown = std::function<bool(const json::Value& written)>;
std::optional<Value> read_input(const Service& service, const Operation& operation,
                                const json::Value& written, base::Diagnostics& diagnostics,
                                const IsUnknown& is_unknown = {});

}  // namespace riposte::aws
