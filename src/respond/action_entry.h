#pragma once

// ActionEntries as the journal spells them: docs/formats/ledger.md.
//
//     {"state":"running","step":0,"aws":"iam.UpdateAccessKey","documents":{"with":"5e1.."}, ...}
//
// Threads: functions without state.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "respond/action.h"

namespace riposte::respond {

struct EntryDocument {
  std::string_view name;  // "with"
  std::string text;
  std::string digest;
};
std::vector<EntryDocument> documents_of(const ActionEntry& entry);

// `facts`: of the entry that begins an action (below); otherwise empty.
std::string body_of(const ActionEntry& entry, const Plan& plan, std::string_view facts);

// Of the whole text of an entry. Documents are asked for by digest.
base::Result<ActionEntry> entry_of(
    std::string_view text,
    const std::function<base::Result<std::string>(std::string_view)>& document);

// What the guard counts: when, where, by which runbook, what is touched. In canonical form.
std::string facts_json(const Plan& plan, base::EventTime at);

// Whether people are to be told of such an entry, and what they are told.
bool is_told(std::string_view kind, const Plan& plan);
std::string notification_json(const Action& action, const ActionEntry& entry);

std::string freeze_json(std::string_view why);
std::string freeze_notification_json(std::string_view by, std::string_view why);

}  // namespace riposte::respond
