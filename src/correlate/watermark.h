#pragma once

// How far event time has come: no hit that is earlier will be waited for.
//
// Sources deliver out of order, and one may be behind another. Each may lag `lateness` behind the
// newest time it has shown; and one that falls more than `lateness` behind the newest source is not
// waited for, so that a source that has fallen silent does not stop all others.
//
//     source a   --------------------x newest
//     source b   ------x newest      |
//                      |<-lateness ->|           b holds the watermark back, but no further
//           |<-lateness|
//           watermark
//
// Threads: confined to its owner.

#include <map>
#include <string>
#include <string_view>

#include "base/time.h"
#include "correlate/bytes.h"

namespace riposte::correlate {

// Sources that are told apart; all further ones count as one.
inline constexpr std::size_t kSourcesMax = 1024;

class Watermark {
 public:
  explicit Watermark(base::Millis lateness) : lateness_(lateness) {}

  // Notes a hit and gives the watermark, which never goes back.
  base::EventTime note(std::string_view source, base::EventTime time);

  base::EventTime value() const { return value_; }

  // For snapshots.
  void save(std::string& out) const;
  void restore(ByteReader& reader);

 private:
  base::Millis lateness_;
  std::map<std::string, base::EventTime, std::less<>> newest_;  // by source
  base::EventTime newest_of_all_ = base::EventTime::min();
  base::EventTime value_ = base::EventTime::min();
};

}  // namespace riposte::correlate
