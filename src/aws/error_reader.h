#pragma once

// The error in a refusal, whatever the body is.

#include <optional>
#include <string>

#include "aws/error.h"
#include "aws/model.h"
#include "net/http_message.h"

namespace riposte::aws {

// Looks at the first byte, not at the protocol: a proxy, or a service that refuses before it has
// read the request, answers in its own way.
Error read_error(const Service& service, const Operation& operation,
                 const net::HttpResponse& response);

// The error that rest-xml may hide behind a status that says success (S3's CopyObject), or nothing.
std::optional<Error> find_error_in_success(const Service& service, const Operation& operation,
                                           const net::HttpResponse& response);

// From the headers, or empty.
std::string request_id_of(const net::HttpResponse& response);

}  // namespace riposte::aws
