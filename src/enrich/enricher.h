#pragma once

// Adds what a record means but does not say: the fields under `riposte.*` that rules may ask for.
// Arithmetic and reading only, no look-up outside the event.
//
//     network        how much of the world a firewall rule lets in         (network_exposure.h)
//     policy         who a policy lets in, and what it lets them do         (policy.h)
//     acl            what an access control list gives to everybody         (acl.h)
//     cross_account  the caller belongs to another account than the call
//
// Most events carry none of these, and are left after a look at their name and their two account
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
  // Sets event.facts to an object, or leaves it null when there is none.
  void enrich(event::Event& event);

 private:
  std::string text_;
  json::Parser parser_;
  json::Document facts_;
};

}  // namespace riposte::enrich
