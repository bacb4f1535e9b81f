#pragma once

// As much of an actor as it takes to follow the chain of sessions behind it (lineage.h).
//
// Threads: a plain value.

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "event/actor.h"

namespace riposte::event {

struct Caller {
  std::string type;             // as of Actor
  std::string id;               // principalId
  std::string arn;              // of a session: the session's
  std::string role;             // the ARN of the role or user that a session was made from
  std::string access_key;       // a real one, or empty: logs are published with "HIDDEN..." in it
  std::string source_identity;  // set once in a chain of sessions, and kept by all further ones
  std::optional<base::EventTime> session_time;  // when the session began
  bool on_instance = false;                     // EC2 gave the session to an instance

  bool is_session() const;  // it began with an issuance, not with a key or password of its own
  bool is_service() const;  // a service, or a role that only a service can take

  auto operator<=>(const Caller&) const = default;
};

Caller caller_of(const Actor& actor);

// The same of an event that is not built. What CloudTrail says in full costs no document.
Caller caller_in(const RawEvent& event);

// The person or workload that the caller is, going by the caller alone: a user, the root, a
// federated person by the name the provider gave, an instance; of other roles the role, because
// the names of their sessions are the caller's to choose. Empty for services and for nobody.
std::string origin_of(const Caller& caller);

// What the caller signs with, finer than its origin: two keys of a user, and each of the user's
// console sessions, may be in different hands. Empty where the origin is.
std::string credential_of(const Caller& caller);

// "arn:aws:iam::1:role/R" for "arn:aws:sts::1:assumed-role/R/session", and for itself; empty for
// other texts.
std::string role_of_session(std::string_view session_arn);

bool is_access_key(std::string_view text);
inline bool is_temporary_key(std::string_view key) { return key.starts_with("ASIA"); }

}  // namespace riposte::event
