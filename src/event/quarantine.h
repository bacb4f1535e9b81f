#pragma once

// Where records go that cannot be read: each with its place and the reason, all of them counted,
// the first kKeptMax kept to be shown. Nothing is lost silently.
//
// Threads: confined to the thread that reads; merge() joins those of several.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"

namespace riposte::event {

struct Quarantined {
  std::string path;
  std::uint64_t record = 0;  // counting from 1; 0: the file as a whole
  std::string reason;

  auto operator<=>(const Quarantined&) const = default;
};

class Quarantine {
 public:
  static constexpr std::size_t kKeptMax = 1000;

  void add(Origin origin, std::string reason);
  void merge(Quarantine&& other);

  std::uint64_t count() const { return count_; }
  std::vector<Quarantined> take_sorted();

 private:
  std::uint64_t count_ = 0;
  std::vector<Quarantined> kept_;
};

}  // namespace riposte::event
