#pragma once

// What a plan would touch, told from its parameters: every text and network in them, the principals
// they name, and the resources by which acts are kept apart in time.
//
//     {"UserName":"alice","AccessKeyId":"AKIA.."}  ->  user alice of the account, by ARN and name
//     {"AccessKeyId":"AKIA.."}                     ->  the actor, if it is the actor's key;
//                                                      otherwise somebody who is not known
//
// Read from the calls that change something, and their prechecks: what is checked is what will be
// touched, as the machine of a network interface. What an undo names is what the call named.
//
// Threads: functions without state.

#include <string>
#include <string_view>
#include <vector>

#include "base/network.h"
#include "respond/plan.h"

namespace riposte::respond {

// One that a plan names, and how: an ARN, a name, or both. Partitions count as one ("aws").
struct Principal {
  std::string arn;
  std::string name;
};

struct Reach {
  std::vector<std::string> texts;  // of all parameters, and what the finding calls them
  std::vector<Principal> principals;
  std::vector<std::string> unknown_keys;  // access keys whose owner cannot be told
  struct NamedNetwork {
    base::Network network;
    bool is_closed = false;  // by a call that takes openings away
  };
  std::vector<NamedNetwork> networks;
  // What two plans must not touch soon after one another: account and resource, of items and
  // objects each by itself, or where the finding names none of the parameters, account and call.
  std::vector<std::string> targets;
};

Reach reach_of(const Plan& plan);

// A pattern with * and ?, without regard to case.
bool is_like(std::string_view text, std::string_view pattern);

// "arn:aws-cn:iam::1:user/ops/alice" to "arn:aws:iam::1:user/ops/alice"; other texts as they are.
std::string without_partition(std::string_view text);

// Who an ARN of IAM or STS names: "alice", "Operations" of a role's session; empty for other ARNs.
std::string principal_name(std::string_view arn);

}  // namespace riposte::respond
