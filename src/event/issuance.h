#pragma once

// A call that gave somebody a session: AssumeRole in all its forms, GetSessionToken,
// GetFederationToken, Identity Center's GetRoleCredentials, a sign-in to the console, a change of
// role in it.
//
//     alice --AssumeRole--> ASIA1 (role/Build) --AssumeRole--> ASIA2 (role/Admin) --> DeleteTrail
//     issuer                issued
//
// Sessions that a service takes for itself (Lambda for its functions, EC2 for its instances) are no
// issuances here: nobody stands behind them but the role.
//
// Cost: one look-up by name tells nearly every record that it is none. Nothing is built.
//
// Threads: functions without state.

#include <optional>
#include <string>

#include "event/caller.h"
#include "event/event.h"

namespace riposte::event {

struct Issuance {
  base::EventTime time = base::EventTime::min();  // where the record has none
  std::string event;                              // its id
  std::string call;                               // "AssumeRole"
  std::string access_key;                         // issued; empty where the record does not tell
  std::string session;                            // issued: an ARN, or sso_session()
  std::string shared;                             // sharedEventID: the same call in another account
  Caller issuer;
  bool is_sign_in =
      false;  // the session is the issuer's own, signed in with password or federation

  auto operator<=>(const Issuance&) const = default;
};

std::optional<Issuance> issuance_of(const RawEvent& event);

// How a session of Identity Center is known to GetRoleCredentials, which names neither its role nor
// its key: from account, permission set and user, or from the session's ARN.
std::string sso_session(std::string_view account, std::string_view permission_set,
                        std::string_view user);
std::string sso_session(std::string_view session_arn);  // empty for other sessions

}  // namespace riposte::event
