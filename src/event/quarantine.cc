#include "event/quarantine.h"

#include <algorithm>

// Tested by src/event/event_reader_test.cc

namespace riposte::event {

void Quarantine::add(Origin origin, std::string reason) {
  ++count_;
  if (kept_.size() < kKeptMax)
    kept_.push_back({std::string(origin.path), origin.record, std::move(reason)});
}

void Quarantine::merge(Quarantine&& other) {
  count_ += other.count_;
  std::move(other.kept_.begin(), other.kept_.end(), std::back_inserter(kept_));
}

std::vector<Quarantined> Quarantine::take_sorted() {
  std::sort(kept_.begin(), kept_.end());
  if (kept_.size() > kKeptMax) kept_.resize(kKeptMax);
  return std::move(kept_);
}

}  // namespace riposte::event
