#pragma once

// The schema of the one file that ledger and actions share, so that whoever opens it knows the same
// migrations, whichever part of it he uses.
//
//     finding, position          what was found, and how far was read         finding::Ledger
//     journal, journal_head      what was decided and done                    finding::Journal
//     document                   texts that journal entries name by digest
//     action, action_entry,      what is done about findings                  respond::ActionStore
//     act, request, freeze
//     unanswered                 findings that are owed another try of an answer
//     notification, channel      what people are to be told, and who was
//
// Threads: functions without state.

#include <string>

#include "store/database.h"

namespace riposte::finding {

store::Database::Spec ledger_spec(const std::string& path, store::Database::Access access);

}  // namespace riposte::finding
