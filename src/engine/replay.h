#pragma once

// What would have been done: findings of the past through runbooks and guard, with the clock of the
// events.
//
//     findings, by time --> plan --> judge at the finding's time --> would run, ask, or refused
//                                        ^                                 |
//                                        +-------- acts so far <-----------+
//
// Nothing is called, and no clock is read: the same findings, runbooks and safety give the same
// answer. A plan that a person would have been asked about counts as approved at once, so that what
// limits would have stopped is seen; what really would have been done depends on people.
//
// Not known here are tags of resources and the size of the fleet: a runbook that needs them is
// refused, as it would be wherever they are not known. Nor is the account: a runbook with named
// actions has no plan here.
//
// Cost: a few microseconds a finding that some runbook might answer, nothing for the others.
//
// Threads: functions without state.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "finding/finding.h"
#include "respond/guard.h"
#include "respond/planner.h"

namespace riposte::engine {

// One runbook's answer to one finding.
struct ReplayedPlan {
  base::EventTime time;
  std::string runbook;
  std::string finding;
  std::string rule;
  enum class Outcome { WouldRun, WouldAsk, Refused, NoPlan } outcome = Outcome::NoPlan;
  std::vector<respond::Reason> reasons;
  std::optional<respond::Plan> plan;  // unless NoPlan
};

std::string_view name_of(ReplayedPlan::Outcome outcome);

struct Replay {
  std::vector<ReplayedPlan> plans;  // by time, then rule, finding and runbook

  // By runbook, how often each outcome, in the order of Outcome.
  std::map<std::string, std::array<std::uint64_t, 4>> runbooks;
  std::map<std::string, std::uint64_t> stopped_by;  // code of a reason against, to plans it stopped

  struct Noise {
    std::uint64_t findings = 0;
    std::uint64_t days = 0;     // on which there was one
    std::uint64_t planned = 0;  // findings that some runbook made a plan for
  };
  std::map<std::string, Noise> rules;  // by name
  std::uint64_t without_time = 0;      // findings that could not be placed
};

// `findings` as a scan gives them: sorted by time, with the records of their events.
Replay replay(const std::vector<finding::Finding>& findings,
              const std::vector<respond::RunbookPointer>& runbooks, const respond::Safety& safety);

// riposte.replay/1 (docs/formats/replay.md), canonical JSON.
std::string to_json(const ReplayedPlan& replayed);

}  // namespace riposte::engine
