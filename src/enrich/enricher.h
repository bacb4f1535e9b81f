#pragma once

// Adds what a record means but does not say: the fields under `riposte.*` that rules may ask for.
// Arithmetic and reading only, no look-up outside the event.
//
//     network        how much of the world a firewall rule lets in         (network_exposure.h)
//     policy         who a policy lets in, and what it lets them do         (policy.h)
//     acl            what an access control list gives to everybody         (acl.h)
//     cross_account  the caller belongs to another account than the call
//
// Most events carry none of these: may_add() tells after a look at their name and their two account
// ids. docs/formats/rules.md lists the fields.
//
// Never fails: what cannot be read gives no fact.
//
// Threads: confined to its owner. The facts of an event live until the next enrich().

#include "event/event.h"
#include "json/scanner.h"

namespace riposte::enrich {

class Enricher {
 public:
  // Whether enrich() might find something.
  static bool may_add(const event::RawEvent& event);

  // Sets the facts of the event to an object, or leaves them empty when there are none.
  void enrich(event::Event& event);

 private:
  // The facts of most events that have any: made once.
  json::OwnedDocument cross_account_ =
      json::OwnedDocument::parse(R"({"cross_account":true})").value();
  std::string text_;
  json::Parser parser_;
  json::Document facts_;
};

}  // namespace riposte::enrich
