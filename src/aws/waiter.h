#pragma once

// When something that a call began is done: which call to repeat, how often, and what its answers
// mean.
//
//     while (the judgement of an answer is Retry) wait(waiter.delay()), call again;
//
// Threads: immutable.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aws/expression.h"
#include "aws/model.h"
#include "aws/protocol.h"
#include "base/result.h"

namespace riposte::aws {

class Waiter {
 public:
  enum class Judgement : std::uint8_t { Success, Retry, Failure };

  // NotFound: the service has no waiter of that name. Invalid: its data is broken.
  static base::Result<Waiter> find(const Service& service, std::string_view name);
  // Sorted as in the data.
  static std::vector<std::string> names(const Service& service);

  const std::string& operation() const { return operation_; }
  std::chrono::seconds delay() const { return delay_; }
  int attempts_max() const { return attempts_max_; }

  // An error that the waiter does not know is a Failure.
  Judgement judge(const Answer& answer) const;

 private:
  enum class Matcher : std::uint8_t { Path, PathAll, PathAny, Status, Error };
  struct Acceptor {
    Matcher matcher = Matcher::Path;
    Judgement judgement = Judgement::Retry;
    Expression argument;  // of the path matchers
    Value expected;
    bool holds(const Answer& answer) const;
  };

  static base::Result<Acceptor> read_acceptor(const Value& written);

  std::string operation_;
  std::chrono::seconds delay_{};
  int attempts_max_ = 0;
  std::vector<Acceptor> acceptors_;
};

}  // namespace riposte::aws
