#pragma once

// Who is really behind a key: issuances joined to later calls, however many sessions lie between.
//
//     call by ASIA2 --key--> AssumeRole by ASIA1 --key--> AssumeRole by alice, AKIA1
//                                                         origin: alice; credential: AKIA1
//
// A call is joined to the issuance of its access key. Where call or issuance has none, to the
// issuance of its session that was made when the session began; where several would do and they
// name different issuers, to none. The same call seen from two accounts (sharedEventID) is one
// issuance, by the caller that is told in full. Nothing is guessed: a chain that comes back to
// itself, or is longer than kStepsMax, is refused, and the caller then stands for itself.
//
// Cost: an issuance takes 1.1 kB (measured), a chain some look-ups a step. Beyond kIssuancesMax the
// earliest issuances are forgotten and counted. As sessions end after 36 hours at the latest, a
// stream can do with fewer.
//
// Invariants
//   1. Chains depend on the issuances, not on the order in which they came, nor on how they were
//      divided between lineages that were merged; also beyond the limit.
//   2. A copy of an issuance counts once.
//
// Threads: confined to its owner; chain_of() alone may be called by several.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "event/issuance.h"

namespace riposte::event {

struct Chain {
  // The start of the chain: person or workload, and what it signs with (caller.h).
  std::string origin;
  std::string credential;

  // How the caller came to its session, from the start on.
  struct Step {
    std::optional<base::EventTime> time;
    std::string event;  // the evidence
    std::string call;
    std::string from;  // who called: an ARN, or what comes nearest
    std::string to;    // the session that was given, or its key

    bool operator==(const Step&) const = default;
  };
  std::vector<Step> steps;
  bool is_refused = false;  // the logs contradict themselves; `steps` is empty

  bool operator==(const Chain&) const = default;
};

class Lineage {
 public:
  static constexpr std::size_t kIssuancesMax = 200'000;
  static constexpr std::size_t kStepsMax = 32;

  explicit Lineage(std::size_t issuances_max = kIssuancesMax) : max_(issuances_max) {}
  Lineage(Lineage&&) = default;
  Lineage& operator=(Lineage&&) = default;

  void add(Issuance issuance);
  // As if everything that `other` was told had been told to this one.
  void merge(Lineage&& other);

  Chain chain_of(const Caller& caller) const;

  std::size_t size() const { return issuances_.size(); }
  std::uint64_t forgotten_count() const { return forgotten_; }

 private:
  using Index = std::unordered_multimap<std::string_view, const Issuance*>;
  using Candidates = std::vector<const Issuance*>;

  void index(const Issuance& issuance);
  void forget_earliest();
  static void unindex(Index& index, std::string_view text, const Issuance* issuance);
  static Candidates at(const Index& index, std::string_view text);

  const Issuance* issuance_behind(const Caller& caller, const Candidates& passed) const;
  const Issuance* told_in_full(const Issuance* issuance) const;

  std::size_t max_;
  std::set<Issuance> issuances_;  // by time, so that the earliest goes first
  Index by_key_;                  // borrow from issuances_
  Index by_session_;
  Index by_shared_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace riposte::event
