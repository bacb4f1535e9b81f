#pragma once

// What an action did, for other tools: OCSF Remediation Activity (class_uid 7001) of schema version
// 1.5.0, one event for each call that was intended, done or undone, with all its tries.
//
//     status   Success  done, undone          Failure  refused, or could not be taken back
//              Partial  made, not as wanted   Unknown  open, or nobody will ever know
//
// The activity is Other, and says "Do" or "Undo": what a call does to an attacker's standing nobody
// told us. tests/ocsf/check.py holds it against the published schema.
//
// Threads: functions without state.

#include <string>
#include <string_view>
#include <vector>

#include "respond/action.h"

namespace riposte::respond {

// JSON, one text an event. `version`: of the program, left out where empty.
std::vector<std::string> to_ocsf(const Action& action, std::string_view version = {});

}  // namespace riposte::respond
