#pragma once

// Adds what a record means but does not say: the fields under `riposte.*` that rules may ask for.
//
//     network        how much of the world a firewall rule lets in         (network_exposure.h)
//     policy         who a policy lets in, and what it lets them do         (policy.h)
//     acl            what an access control list gives to everybody         (acl.h)
//     item           which attributes of an item of a table are others       (item.h)
//     cross_account  the caller belongs to another account than the call
//     source, dns    what is known of an address or a domain            (knowledge.h)
//
// All but the last are arithmetic and reading, no look-up outside the event. Most events carry none
// of these: may_add() tells after a look at their name and their two account ids. What is known of
// an address, for which many events are asked, needs no Event, and is remembered address by
// address. docs/formats/rules.md lists the fields.
//
// Never fails: what cannot be read gives no fact.
//
// Threads: confined to its owner. The facts of an event live until the next enrich().

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "enrich/knowledge.h"
#include "event/event.h"
#include "json/scanner.h"

namespace riposte::enrich {

// Addresses whose facts are remembered; then all are forgotten.
inline constexpr std::size_t kAddressesMax = 4096;

class Enricher {
 public:
  // Without knowledge nothing is added below source and dns.
  explicit Enricher(std::shared_ptr<const Knowledge> knowledge = nullptr)
      : knowledge_(std::move(knowledge)) {}

  // Whether enrich() might find something in the event itself.
  static bool may_add(const event::RawEvent& event);

  // Sets the facts of the event to an object, or leaves them empty when there are none.
  void enrich(event::Event& event);

  // The same for what is known of its address or domain alone.
  void enrich(event::RawEvent& event);

 private:
  // An object {"source": ..} or {"dns": ..}, or nothing.
  using Known = std::optional<json::OwnedDocument>;

  const Known& known_of(const event::RawEvent& event);

  std::shared_ptr<const Knowledge> knowledge_;
  std::unordered_map<std::string, Known> by_address_;
  Known known_;  // of the last event, where it is not remembered

  // The facts of most events that have any: made once.
  json::OwnedDocument cross_account_ =
      json::OwnedDocument::parse(R"({"cross_account":true})").value();
  std::string text_;
  json::Parser parser_;
  json::Document facts_;
};

}  // namespace riposte::enrich
