#pragma once

// Structures as JSON: the body of the json and rest-json protocols.

#include <string>

#include "aws/model.h"
#include "aws/value.h"

namespace riposte::aws {

// `value` conforms to the shape. A structure's members that stand elsewhere in the request (only
// those of an operation's input do) are left out.
std::string write_json(const Service& service, const Member& member, const Value& value);

}  // namespace riposte::aws
