#pragma once

// Collects what is worth telling, each thing once: the stage triage.
//
// The same event often arrives twice, in a trail of the account and in one of the organisation, or
// as a file and as a message. Both copies give the same finding id. Kept is the one whose place
// sorts first (path, then record), so that neither the order of files nor the number of threads
// shows in the output; the other is counted.
//
// Each thread of a scan has a Triager of its own; at the end they are merged into one.
//
// Cost: two kilobytes a finding that is kept (measured with 200 000 CloudTrail events); the texts
// of a rule are shared. Hits of the same finding cost no memory, and where the record reads the
// same they are known before an Event is built.
//
// Threads: confined to one thread; merge() takes over one whose thread is done.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "event/event.h"
#include "finding/finding.h"
#include "rule/rule.h"

namespace riposte::finding {

class Triager {
 public:
  // Whether findings keep the record of their event: for who plans an answer, or must prove it.
  enum class Records : bool { Dropped, Kept };

  explicit Triager(Records records = Records::Dropped) : records_(records) {}

  void add(const rule::RulePointer& rule, const event::Event& event);

  // Whether a record that was added reads the same. Then the hit counts as its duplicate, as add()
  // would have it; otherwise nothing happened.
  bool repeats(const rule::RulePointer& rule, const event::RawEvent& raw);

  // As if everything `other` was told had been told to this one.
  void merge(Triager&& other);

  // All findings, sorted by earlier(). The counts stay.
  std::vector<Finding> take();

  std::uint64_t hit_count() const { return hits_; }

  // Hits that gave no finding of their own.
  std::uint64_t duplicate_count() const { return duplicates_; }

 private:
  struct Kept {
    Finding finding;
    std::size_t text_hash = 0;  // of the record as it was delivered
  };

  // Of those with the same id the one whose place sorts first.
  void keep(std::string key, Kept kept);

  Records records_;
  std::unordered_map<std::string, Kept> kept_;  // by rule and event, as the finding's id is
  std::uint64_t hits_ = 0;
  std::uint64_t duplicates_ = 0;
};

}  // namespace riposte::finding
