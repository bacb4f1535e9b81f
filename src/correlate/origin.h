#pragma once

// The field that no event holds: who is at the start of the caller's chain of sessions
// (event/lineage.h). A hit carries its caller instead, packed, until the chain can be followed.
//
// Threads: functions without state.

#include <string>
#include <string_view>

#include "event/caller.h"

namespace riposte::correlate {

inline constexpr std::string_view kOriginField = "riposte.actor.origin";

std::string pack_caller(const event::Caller& caller);
event::Caller unpack_caller(std::string_view packed);

}  // namespace riposte::correlate
