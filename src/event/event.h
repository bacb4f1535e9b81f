#pragma once

// What happened, once: one record as rules, findings and people see it.
//
//     envelope  {"source":"aws.iam", "detail": record }          EventBridge patterns start here
//                                                |
//     record    {"eventName":"CreateUser", ...} <-+               Sigma rules start here
//     facts     {"network":{"world":...}}                         `riposte.*`, derived by enrich
//
// A CloudTrail record from a trail file has no envelope: `envelope` then holds the fields
// EventBridge would have put around it, without `detail`.
//
// An Event borrows the bytes it was read from and the EventReader that read it, and dies with the
// next read.
//
// Threads: confined to the thread of its EventReader.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "event/format.h"
#include "json/document.h"

namespace riposte::event {

// Where an event came from: a file and the number of the record in it, counting from 1.
struct Origin {
  std::string_view path;
  std::uint64_t record = 0;
};

struct Event {
  Format format = Format::Unknown;
  const json::Node* record = nullptr;  // never null
  const json::Node* envelope =
      nullptr;  // never null: the record itself where nothing stands around it
  bool envelope_is_made =
      false;  // true: `detail` of the envelope is `record`, mounted by who walks it
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
