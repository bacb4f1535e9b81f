#pragma once

// Who did it: one shape for every caller CloudTrail knows (docs/formats/finding.md).

#include <optional>
#include <string>
#include <string_view>

#include "event/event.h"

namespace riposte::event {

struct Actor {
  std::string type;  // Root, IAMUser, AssumedRole, FederatedUser, WebIdentityUser, SAMLUser,
                     // AWSService, AWSAccount, IdentityCenterUser, Unknown
  std::string id;    // principalId, or what comes nearest
  std::string name;  // user name; role/session for role sessions; the service; never empty
  std::string arn;
  std::string account;  // the caller's, not the one the call was made in
  std::string access_key;
  std::string session_of;  // the ARN of the role or user behind a session
  std::string ip;          // sourceIPAddress as written: an address, a service, "AWS Internal"
  std::string user_agent;

  // What tells one session from another (caller.h).
  std::string source_identity = {};
  std::optional<base::EventTime> session_time = {};  // when the session began
  bool on_instance = false;                          // EC2 gave the session to an instance
};

// Whether it is one of the types above that CloudTrail writes so.
bool is_actor_type(std::string_view type);

// Never fails: what is missing stays empty, who is not known is called "unknown".
Actor actor_of(const Event& event);

}  // namespace riposte::event
