#pragma once

// Plans as they were written down, so that one can be judged and carried out from the ledger alone.
//
// A plan's text says what is called. What its runbook says beside that and the guard needs (what it
// protects, its limits, who approves) is its policy, `riposte.policy/1`, kept beside the plan.
//
// The digest is computed anew over what was read: a text with a word that this program does not
// know, or with a changed one, is Invalid.
//
// Threads: functions without state.

#include <string>
#include <string_view>

#include "base/result.h"
#include "respond/plan.h"

namespace riposte::respond {

// In canonical form.
std::string policy_json(const Runbook& runbook);

// The runbook of the plan has what plan and policy say, and no steps.
base::Result<Plan> read_plan(std::string_view plan, std::string_view policy);

}  // namespace riposte::respond
