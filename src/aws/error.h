#pragma once

// What a service says when it refuses, and what the caller should do about it.
//
// Codes are the service's own, as its documentation spells them, whatever protocol carried them.
// The body of a refusal may be anything (a proxy's HTML, nothing at all): then the code is the
// status, "503".
//
// Threads: confined to its owner, like any value.

#include <string>
#include <string_view>

#include "aws/value.h"
#include "base/result.h"

namespace riposte::aws {

struct Error {
  base::Errc kind = base::Errc::Invalid;  // Busy: try again; Conflict: look again; ...
  std::string code;                       // "InvalidPermission.Duplicate"
  std::string message;                    // the service's words: they may quote what was sent
  std::string request_id;
  int http_status = 0;
  Value fields;  // what the model says this error carries beside

  // "DescribeTrails: AccessDenied: ... (HTTP 403, request 1234)".
  base::Error as_base_error(std::string_view operation) const;
};

// What to do about a code that came with this HTTP status. Throttling of every service is Busy.
base::Errc classify(std::string_view code, int http_status);
// By the code alone, which without a body is the status.
base::Errc classify(std::string_view code);

// Whether the service asked for a slower pace, which a client answers by waiting longer.
bool is_throttling(std::string_view code);

}  // namespace riposte::aws
