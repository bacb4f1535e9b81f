#pragma once

// A call as the HTTP request that makes it, and its answer from the HTTP response, in whichever of
// the six protocols the service speaks. No sockets, no signatures, no clock.
//
//     const base::Result<net::HttpRequest> request = serialise(service, operation, input, options);
//     ... the client adds scheme, host and the endpoint's path, signs, sends ...
//     const Answer answer = parse(service, operation, response);
//
// What a service answers is hostile until proven otherwise: parse() takes any bytes.
//
// Threads: functions without state.

#include <optional>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/model.h"
#include "aws/value.h"
#include "base/result.h"
#include "net/http_message.h"

namespace riposte::aws {

// Elements or containers within one another in an answer; JSON has json::kDepthMax.
inline constexpr std::size_t kAnswerDepthMax = 128;

struct SerialiseOptions {
  // Put into members that the model marks as idempotency token and the input leaves out. The caller
  // makes it once for all attempts; empty leaves those members out.
  std::string_view idempotency_token;
};

// Host and scheme are left to the endpoint; the path begins with '/' and goes behind the endpoint's
// own. Where the bucket is a parameter of the endpoint rules it is not in the path. `input` is
// conformed first (input.h). Invalid: the first problems of it.
base::Result<net::HttpRequest> serialise(const Service& service, const Operation& operation,
                                         Value input, const SerialiseOptions& options = {});

// What the operation wants in front of the endpoint's host ("111122223333."), mostly nothing.
// Invalid: a label that is no part of a host name.
base::Result<std::string> host_prefix(const Operation& operation, const Value& input);

struct Answer {
  Value output;            // an object; what the model does not know is left out
  std::string request_id;  // where the service gave one
  int http_status = 0;
  std::optional<Error> error;  // then `output` is empty

  bool ok() const { return !error.has_value(); }
};

// By the status, and by the body where a service hides an error behind 200. A body that is not what
// the protocol promises gives the error "UnreadableAnswer", which is Io.
Answer parse(const Service& service, const Operation& operation, const net::HttpResponse& response);

}  // namespace riposte::aws
