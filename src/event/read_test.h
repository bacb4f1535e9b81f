#pragma once

// What a reader makes of a text, for tests.

#include <string>
#include <vector>

#include "event/actor.h"
#include "event/event_reader.h"
#include "event/identity.h"

namespace riposte::event {

struct ReadEvent {
  Format format;
  std::string record;
  std::string time;
  std::string name;
  std::string account;
  std::string region;
  Actor actor;
};

struct ReadText {
  std::vector<ReadEvent> events;
  std::vector<std::string> refused;
};

inline ReadText read_text(std::string text,
                          std::optional<base::EventTime> written_at = std::nullopt) {
  text.reserve(text.size() + json::kPadding);
  ReadText outcome;
  EventReader reader;
  Quarantine quarantine;
  reader.begin("log", written_at);
  reader.feed(
      text, true,
      [&](const RawEvent& raw) {
        const Event* event = reader.complete(raw);
        if (event == nullptr) return;
        const auto time = time_of(raw);
        outcome.events.push_back({event->format, std::string(event->record->text),
                                  time ? base::format_time(*time) : "", std::string(event->name),
                                  std::string(event->account), std::string(event->region),
                                  actor_of(*event)});
      },
      quarantine);
  for (const Quarantined& refused : quarantine.take_sorted())
    outcome.refused.push_back(refused.reason);
  return outcome;
}

// The only one of a text; an empty one where there is none or several.
inline ReadEvent read_one(const std::string& text,
                          std::optional<base::EventTime> written_at = std::nullopt) {
  ReadText outcome = read_text(text, written_at);
  return outcome.events.size() == 1 && outcome.refused.empty() ? outcome.events.front()
                                                               : ReadEvent();
}

}  // namespace riposte::event
