#pragma once

// Late templates: what of a plan is known only while it is carried out, filled in then, and what
// must be kept of answers so that it can be.
//
// Only what templates speak of is kept of a call's answer: the rest may hold secrets (a new key's)
// and is nobody's business. What prechecks answer is kept whole, as evidence.
//
// What is filled in is data: it is never looked at for templates again.
//
// Threads: functions without state.

#include <string>
#include <string_view>

#include "base/result.h"
#include "respond/action.h"

namespace riposte::respond {

// `with` of an undo or a verification of the step, and of its call and prechecks where the step is
// `late`: as it is sent. Invalid with every path that is missing.
base::Result<std::string> filled_in(const Action& action, std::size_t step, std::string_view with);

// Whether it can be filled in only with what the step's call answers.
bool needs_answer(std::string_view with);

// What late templates of the plan speak of in the step's answer; empty where they do not.
std::string kept_of(const Plan& plan, std::size_t step, std::string_view answer);

}  // namespace riposte::respond
