#pragma once

// What is due, every minute or so, and after a restart first of all:
//
//     what a process that ended left half done is taken up
//     what is approved and not begun is carried out, if the guard still lets it
//     questions that nobody answered in time lapse
//     what expires is taken back
//     what should stand is looked at: where it does not, a person is told, once
//
// Times are held against the later of the clock and the journal, so that a clock that is set back
// puts off nothing that was due.
//
// Threads: confined to its owner.

#include <map>
#include <string>
#include <vector>

#include "respond/executor.h"

namespace riposte::respond {

// How often it is looked whether an action still stands: reads are not free.
inline constexpr base::Millis kDriftEvery = std::chrono::minutes(15);

class Sweeper {
 public:
  explicit Sweeper(Means means) : means_(std::move(means)) {}

  // Every error of a single action is told in the answer, and the others are swept all the same.
  base::Result<std::vector<base::Error>> sweep();

 private:
  base::Status sweep(const std::string& digest, base::EventTime now);
  base::Status lapse(const Action& action, base::EventTime now);
  base::Status carry_out(const Action& action, base::EventTime now);
  base::Status look(Action& action);

  Means means_;
  std::map<std::string, base::SteadyTime, std::less<>> looked_;
};

}  // namespace riposte::respond
