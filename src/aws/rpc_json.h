#pragma once

// The json protocols, 1.0 and 1.1: every call is a POST of one JSON object to "/", its name in a
// header.

#include "aws/model.h"
#include "aws/value.h"
#include "base/result.h"
#include "net/http_message.h"

namespace riposte::aws {

net::HttpRequest serialise_json_call(const Service& service, const Operation& operation,
                                     const Value& input);

base::Result<Value> parse_json_answer(const Service& service, const Operation& operation,
                                      const net::HttpResponse& response);

}  // namespace riposte::aws
