#pragma once

// What is told to people, before it has the form of any channel: plain text in named places.
//
//     owed notice --MessageWriter--> Message --Channel--> Block Kit, Adaptive Card, mail ...
//
// Invariants, which MessageWriter keeps
//   1. Every text is one line without controls or marks that hide or reorder (terminal_text.h),
//      and valid UTF-8. Each channel escapes what its form gives a meaning to.
//   2. Secrets are redacted (redaction.h).
//   3. It is bounded: kFactsMax, kLinesMax, and bytes of each text.
//
// Threads: a plain value.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "rule/rule.h"

namespace riposte::notify {

inline constexpr std::size_t kFactsMax = 20;
inline constexpr std::size_t kFactBytesMax = 1'000;
inline constexpr std::size_t kLinesMax = 60;
inline constexpr std::size_t kLineBytesMax = 4'000;

// What the ledger owes to be told: a row of its table of notifications.
struct Notice {
  std::int64_t sequence = 0;
  std::string kind;     // "finding.recorded", "action.asked"
  std::string subject;  // what it is about: the id of a finding, an incident, an action
  std::string body;     // JSON: docs/formats/notifications.md
  base::EventTime created;
};

struct Message {
  struct Fact {
    std::string label;  // ours: "Who"
    std::string text;
  };

  std::string key{};  // the same for every try of the same message, and for no other
  std::string kind;
  std::string subject;
  rule::Level level = rule::Level::Medium;
  bool level_is_said = false;  // by what it is about, not by its kind alone
  bool closes = false;         // what was told of this subject before is over
  std::string title;
  std::vector<Fact> facts;
  std::vector<std::string> lines;     // what would be or was called, or what a digest counts
  std::vector<std::string> commands;  // what the reader may type now
  std::string link;                   // an https address of ours, or empty
  base::EventTime time;               // when it was owed
  std::vector<std::string> channels;  // that a runbook names; empty: all that want it
};

}  // namespace riposte::notify
