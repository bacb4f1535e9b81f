#pragma once

// What a runbook calls, told by name: "ec2.RevokeSecurityGroupIngress".
//
// Whether a call changes something is told by the verb its name begins with, from a short list of
// verbs that AWS uses for reading. Whatever is not on the list counts as a change: a mistake here
// asks for an undo too many, never for one too few.
//
// Threads: functions without state.

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace riposte::respond {

struct Operation {
  std::string service;  // as the service models call it: "ec2"
  std::string name;     // as the API calls it: "RevokeSecurityGroupIngress"

  auto operator<=>(const Operation&) const = default;
};

// Of "service.Operation"; nothing where it is not spelled so.
std::optional<Operation> parse_operation(std::string_view text);

std::string to_text(const Operation& operation);

bool changes_something(const Operation& operation);

// Whether it is a webhook, or what we answer ourselves.
bool is_not_of_aws(const Operation& operation);

// Whether it takes an opening away and nothing else, so that an open network named in it is what is
// closed and not what is blocked.
bool closes_an_opening(const Operation& operation);

// The IAM actions it needs: its own name behind the service's prefix, but for those that AWS calls
// otherwise (service authorization reference).
std::vector<std::string> permissions_of(const Operation& operation);

}  // namespace riposte::respond
