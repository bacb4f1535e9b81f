#pragma once

// Findings that belong together, told once: what one caller did, or what was done to one thing from
// one place, as a story in order (docs/formats/incident.md).
//
// Two findings belong together when they share, with no more than kIncidentGap between one and the
// next that shares it,
//
//     the credential  at the start of the caller's chain of sessions (event::Chain). Two keys of a
//                     user, and each console session, count apart: one may be stolen
//     an address      of the network; a private one within its account
//     a resource      that the call was about, not one that it only names or reads; a user, role or
//                     key that was made or changed is shared with whoever then acts as it
//
// and so on from finding to finding. What everybody shares joins nothing: services and their
// addresses, the account itself, what AWS owns, and any address or resource that more than
// kSharedMax origins stand behind at the time. A failed sign-in proves no origin, so that one
// address that tries many names is still one.
//
// The id is a digest of the earliest finding: what is found later changes an incident and makes no
// other. All of it is a function of the findings, whatever their order; nothing knows a clock.
//
// Cost: n log n of the findings and what they share.
//
// Threads: functions without state; an Incident borrows its findings.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "finding/finding.h"
#include "rule/attack.h"

namespace riposte::finding {

// A day: who comes back every morning is still the same story.
inline constexpr base::Millis kIncidentGap = std::chrono::hours(24);

// Origins behind an address or resource that is not everybody's.
inline constexpr std::size_t kSharedMax = 3;

// Resources, actors and addresses that an incident names; the rest is counted.
inline constexpr std::size_t kIncidentItemsMax = 64;

struct Incident {
  // Each different one once, in the order in which they came.
  template <typename T>
  struct Items {
    std::vector<T> shown;  // at most kIncidentItemsMax
    std::size_t count = 0;
  };

  // A tactic that the findings' rules speak of, and when the first of them did.
  struct Passed {
    const rule::Tactic* tactic = nullptr;  // never null
    std::optional<base::EventTime> first_time;
    std::vector<std::string> techniques;  // sorted
  };

  std::string id;
  rule::Level level = rule::Level::Informational;  // the highest of its findings
  std::string title;                               // of the earliest finding of that level
  std::vector<const Finding*> findings;            // the story: sorted by earlier(), never empty
  std::uint64_t event_count = 0;
  std::optional<base::EventTime> first_time;
  std::optional<base::EventTime> last_time;
  Items<std::string> origins;  // persons and workloads at the start of chains
  Items<std::string> actors;   // names
  Items<std::string> accounts;
  Items<std::string> regions;
  Items<std::string> addresses;
  Items<event::Resource> resources;
  std::vector<Passed> tactics;  // in the order in which they were passed
};

// Every finding belongs to one incident. Sorted by their first findings.
std::vector<Incident> incidents_of(const std::vector<Finding>& findings);

}  // namespace riposte::finding
