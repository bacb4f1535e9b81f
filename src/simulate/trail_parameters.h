#pragma once

// requestParameters and responseElements of a trail's record: trail_record.h says how they are
// written.
//
// Threads: functions without state.

#include <string>

#include "simulate/trail_record.h"

namespace riposte::simulate {

// JSON: an object, or null where the call has none.
std::string request_parameters(const MadeCall& call, const Deed& deed);
std::string response_elements(const MadeCall& call);

// The value without the members that hold secrets, told by their names.
aws::Value without_secrets(aws::Value value);

}  // namespace riposte::simulate
