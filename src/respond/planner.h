#pragma once

// Finding, record and runbook to a Plan: the stage plan.
//
// Pure: no clock, no file, and of the account only what a FactReader answers to named actions. What
// is not in the finding or its record cannot be planned with, and what a runbook looks up and does
// not find is a refusal that names every such path.
//
// When it fails: Invalid with the reasons, Limit beyond kCallsMax, or as a read of the account
// failed.
//
// Threads: functions without state.

#include "base/result.h"
#include "json/document.h"
#include "respond/plan.h"
#include "respond/runbook.h"

namespace riposte::respond {

inline constexpr std::size_t kCallsMax = 200;  // of one plan: what a person can read and stand for

// What a plan is made of.
struct Occasion {
  const json::Node& finding;          // riposte.finding/1
  const json::Node* event = nullptr;  // its record; null where none was kept
};

class FactReader;

class Planner {
 public:
  // Whether the runbook says that it answers such findings, or their rule does by its `response`.
  static bool answers(const Runbook& runbook, const Occasion& occasion,
                      std::string_view response = {});

  // Without an account a runbook with named actions is refused.
  static base::Result<Plan> plan(const RunbookPointer& runbook, const Occasion& occasion,
                                 FactReader* account = nullptr);
};

}  // namespace riposte::respond
