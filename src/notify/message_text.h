#pragma once

// A message as text: for mails, for phones, for machines.
//
// Threads: functions without state.

#include <string>

#include "notify/message.h"

namespace riposte::notify {

// "[riposte] HIGH CloudTrail trail stopped". Not cut.
std::string headline(const Message& message);

// Lines for a person, each with its end.
std::string plain_text(const Message& message);

// riposte.notification/1, an object on one line (docs/formats/notifications.md).
std::string to_json(const Message& message);

}  // namespace riposte::notify
