#pragma once

// What happened, once: one record as rules, findings and people see it.
//
//     envelope  {"source":"aws.iam", "detail": record }          EventBridge patterns start here
//                                                |
//     record    {"eventName":"CreateUser", ...} <-+               Sigma rules start here
//     facts     {"network":{"world":...}}                         `riposte.*`, derived by enrich
//
// A CloudTrail record from a trail file has no envelope; EventBridge would have put some fields
// around it, and EnvelopeMaker does.
//
// There are two of it. A RawEvent is the text as it came, checked and nothing more: what rules walk
// over, millions of times a second. An Event is the same with every value built and the fields that
// findings speak of: made of the few events that a rule matches.
//
// Both borrow the bytes they were read from and the EventReader that read them, and die when its
// callback returns.
//
// Threads: confined to the thread of its EventReader.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "event/delivery.h"
#include "event/format.h"
#include "json/document.h"
#include "json/raw_value.h"

namespace riposte::event {

// Where an event came from: a file and the number of the record in it, counting from 1.
struct Origin {
  std::string_view path;
  std::uint64_t record = 0;
};

struct RawEvent {
  Format format = Format::Unknown;
  json::RawValue record;    // never empty
  json::RawValue envelope;  // the record itself where nothing stands around it; empty where
                            // EnvelopeMaker is to make it
  json::RawValue facts;     // empty where enrich found nothing
  Origin origin;
  const Delivery* delivery = nullptr;  // of what carried it; null where nobody says

  bool needs_envelope() const { return !envelope; }

  // Everything that was delivered of it.
  const json::RawValue& whole() const { return needs_envelope() ? record : envelope; }
};

struct Event {
  RawEvent raw;
  Format format = Format::Unknown;
  const json::Node* record = nullptr;  // never null
  // The record itself where nothing stands around it; null where EventReader::add_envelope() would
  // make it.
  const json::Node* envelope = nullptr;
  // True: `detail` of the envelope is `record`, mounted by who walks it.
  bool envelope_is_made = false;
  const json::Node* facts = nullptr;  // null where enrich found nothing

  std::string_view id;       // eventID and its like; empty where the format has none
  std::string_view name;     // eventName, detail-type, finding type ...
  std::string_view service;  // eventSource without .amazonaws.com, or source
  std::string_view account;
  std::string_view region;
  std::optional<base::EventTime> time;
  Origin origin;
};

}  // namespace riposte::event
