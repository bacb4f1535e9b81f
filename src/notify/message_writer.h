#pragma once

// Makes messages of what the ledger owes. Which words stand for which kind is a table in the
// source; what a notice's body holds is in docs/formats/notifications.md.
//
// It fails for nothing: a body that cannot be read, or a kind that it does not know, still becomes
// a message, which says what it is about.
//
// A digest stands for many messages: it counts them by level and title, the worst first, and names
// each that asks for something. What does not fit is counted.
//
// Threads: immutable.

#include <string>
#include <vector>

#include "notify/message.h"

namespace riposte::notify {

class MessageWriter {
 public:
  // `link_base`: where people find findings and actions ("https://riposte.example.com"), or empty.
  explicit MessageWriter(std::string link_base = {}) : link_base_(std::move(link_base)) {}

  Message write(const Notice& notice) const;

  // Of at least one message. Its level is the highest of theirs, its time the last.
  Message write_digest(const std::vector<const Message*>& messages) const;

  // What `riposte notify test` sends.
  Message write_test(std::string_view channel, base::EventTime now) const;

 private:
  std::string link_base_;
};

}  // namespace riposte::notify
