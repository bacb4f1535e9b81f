#pragma once

// smithy-rpc-v2-cbor: every call is a POST of one CBOR map to a path that names it.

#include "aws/model.h"
#include "aws/value.h"
#include "base/result.h"
#include "net/http_message.h"

namespace riposte::aws {

net::HttpRequest serialise_cbor_call(const Service& service, const Operation& operation,
                                     const Value& input);

base::Result<Value> parse_cbor_answer(const Service& service, const Operation& operation,
                                      const net::HttpResponse& response);

}  // namespace riposte::aws
