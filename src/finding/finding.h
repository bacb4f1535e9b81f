#pragma once

// A hit worth telling, with everything a person or a machine needs when the event is gone:
// docs/formats/finding.md.
//
// A Finding owns its texts; it is copied out of the Event on purpose.
//
// Its id is the first 32 hexadecimal digits of a SHA-256 over the rule's id, the correlation key
// (empty for rules on single events) and the sorted ids of its events: the same on any machine, in
// any order of files. An event that has no id of its own is named by a digest of its record.
//
// Threads: a plain value; immutable once triaged.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "event/actor.h"
#include "event/lineage.h"
#include "event/resource.h"
#include "rule/rule.h"

namespace riposte::finding {

struct Finding {
  std::string id;
  rule::RulePointer rule;  // never null
  // Of a correlation: what its events share, by group-by field, and what satisfied it: a count, a
  // sum ...
  struct Correlated {
    std::vector<std::pair<std::string, std::optional<std::string>>> key;
    double value = 0;
  };
  std::optional<Correlated> correlated;
  event::Format format = event::Format::Unknown;
  std::string account;
  std::string region;
  std::string service;     // "cloudtrail": what the event was about, for people
  std::string event_name;  // "StopLogging"
  std::string error_code;  // what the account answered, empty when it said yes: "AccessDenied"
  event::Actor actor;
  event::Chain lineage;  // of the actor, once all that the logs at hand show is known
  std::vector<event::Resource> resources;
  std::uint64_t count = 1;
  std::optional<base::EventTime> first_time;
  std::optional<base::EventTime> last_time;
  std::vector<std::string> events;  // their ids, sorted; of a correlation the earliest ones
  std::string source_path;
  std::uint64_t source_record = 0;
  std::string record;  // of its event, canonical JSON; empty where nobody asked to keep it
};

// The id of an event, or "sha256:" and the digest of its record where the format has none.
std::string event_id_of(const event::Event& event);
std::string event_id_of(const event::RawEvent& event);

// `events` are sorted.
std::string finding_id(const rule::Rule& rule, std::string_view correlation_key,
                       const std::vector<std::string>& events);

// Copies what must outlive the event. Without a rule the finding has no id.
Finding finding_of(const rule::RulePointer& rule, const event::Event& event);

// Who is behind the actor's session: the start of its chain, else the role or user that the session
// was made from. Empty for who is in no session.
const std::string& session_of(const Finding& finding);

// What an hour of such events costs, at the rate of those that were counted; of events that took
// less than a minute, at what they were in that minute. Nothing where the rule names no price.
std::optional<double> usd_per_hour(const Finding& finding);

// "sourceIPAddress 198.51.100.7, eventName missing: 12": what events share, and the value.
std::string text_of(const Finding::Correlated& correlated);

// "cloudtrail:StopLogging", or as much of it as is known.
std::string call_of(const Finding& finding);

// The order of all outputs: first time, then rule name, then id. Findings without a time come last.
bool earlier(const Finding& a, const Finding& b);

// All of them in that order; borrowed.
std::vector<const Finding*> in_order(const std::vector<Finding>& findings);

}  // namespace riposte::finding
