#pragma once

// The rest-json and rest-xml protocols: members of the input stand in path, query, headers or body,
// those of the output in headers, status or body, each where the model says.

#include "aws/model.h"
#include "aws/value.h"
#include "base/result.h"
#include "net/http_message.h"

namespace riposte::aws {

// Invalid: a part of the path is empty.
base::Result<net::HttpRequest> serialise_rest_call(const Service& service,
                                                   const Operation& operation, const Value& input);

base::Result<Value> parse_rest_answer(const Service& service, const Operation& operation,
                                      const net::HttpResponse& response);

// What of an output, or of an exception, stands in the headers and the status of a response.
void add_placed(const Service& service, const Member& output, const net::HttpResponse& response,
                Value& value);

}  // namespace riposte::aws
