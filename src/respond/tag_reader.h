#pragma once

// Tags of what a plan would touch, for a guard that protects some: asked of each resource's own
// service, because no other answer is there at once and for all of them.
//
// What a plan names by its plain name is asked for by the ARN that the finding has of it. A
// resource whose service is not in the table, or that does not answer, is left out: what is not
// known stands against the plan.
//
// Cost: one read a resource.
//
// Threads: functions without state.

#include "respond/account.h"
#include "respond/guard.h"

namespace riposte::respond {

void read_tags(const Plan& plan, Account& account, State& state);

}  // namespace riposte::respond
