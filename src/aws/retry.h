#pragma once

// Whether to try again, when, and for how long to go on doing so: the "standard" mode of AWS's own
// tools. Three attempts; between them a random wait of up to 1, 2, 4 ... 20 seconds, or what the
// service asked for; and a budget, so that a service in trouble is not buried under second tries:
// an attempt after a refusal costs 5 of 500, after a time-out 10, and successes pay back.
//
// The budget is one for each account, region and service.
//
// Threads: confined to the owner.

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "aws/protocol.h"
#include "base/result.h"
#include "base/time.h"
#include "net/http_message.h"

namespace riposte::aws {

inline constexpr int kAttemptsMax = 3;
inline constexpr int kRetryBudgetMax = 500;
inline constexpr base::Millis kRetryWaitMax{20'000};

enum class Verdict {
  Done,
  Throttled,  // the service wants us slower
  Transient,  // it failed, or the network did
  TimedOut,   // nobody answered; perhaps the call was made all the same
  Final,      // another try would end the same
};

Verdict judge(const Answer& answer);
Verdict judge(const base::Error& failure);

// What the answer's Retry-After asks for, in seconds or as a time, or x-amz-retry-after in
// milliseconds; nothing where it asks for nothing.
std::optional<base::Millis> asked_wait(const net::HttpResponse& response, base::EventTime now);

// A wait before attempt 2, 3, ...; `random` is in [0, 1).
base::Millis random_wait(int attempt, double random);

class RetryBudgets {
 public:
  // Takes what a retry after `verdict` costs; false when there is not enough, and then takes
  // nothing.
  bool take(const std::string& key, Verdict verdict);

  // A call of the key succeeded, after a retry for `verdict` if there was one.
  void pay_back(const std::string& key, std::optional<Verdict> verdict);

  int left(const std::string& key) const;

 private:
  std::map<std::string, int> spent_;
};

}  // namespace riposte::aws
