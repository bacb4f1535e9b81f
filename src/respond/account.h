#pragma once

// The account that plans are about: one call at a time, in the plan's own words. AwsAccount makes
// them over aws::Client, tests answer from a script.
//
// A refusal of the service is a Reply with its code. A base::Error says that there was no answer:
//
//   Invalid    nothing was sent, and will not be as it stands
//   Denied     nothing was sent: no credentials, or those of another account than the call is for
//   others     the call may have been made all the same; what came of it must be read
//
// Threads: confined to its owner.

#include <string>
#include <string_view>

#include "base/result.h"
#include "respond/operation.h"

namespace riposte::respond {

struct AccountCall {
  const Operation& operation;
  std::string_view with;     // JSON, an object
  std::string_view account;  // its number
  std::string_view region;
  // For operations that know one: the same for every try of the same call. Empty: none.
  std::string_view idempotency{};
  std::string_view runbook{};  // for whom, where it has a role of its own; empty: the engine
};

struct Reply {
  std::string answer;      // JSON, an object; of a refusal "{}"
  std::string code{};      // of a refusal: "NoSuchEntity"; empty: done
  std::string message{};   // of a refusal
  std::string request_id;  // where the service gave one

  bool ok() const { return code.empty(); }
};

class Account {
 public:
  virtual ~Account() = default;

  virtual base::Result<Reply> call(const AccountCall& call) = 0;
};

}  // namespace riposte::respond
