#include "aws/retry.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "aws/encoding.h"

namespace riposte::aws {
namespace {

constexpr int kRetryCost = 5;
constexpr int kTimeOutCost = 10;
constexpr int kSuccessGain = 1;

int cost_of(Verdict verdict) { return verdict == Verdict::TimedOut ? kTimeOutCost : kRetryCost; }

std::optional<long> whole_number(const std::string& text) {
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

}  // namespace

Verdict judge(const Answer& answer) {
  if (answer.ok()) return Verdict::Done;
  const Error& error = *answer.error;
  if (is_throttling(error.code) || error.http_status == 429) return Verdict::Throttled;
  if (error.http_status == 500 || error.http_status == 502 || error.http_status == 503 ||
      error.http_status == 504) {
    return Verdict::Transient;
  }
  const bool may_pass = error.kind == base::Errc::Busy || error.kind == base::Errc::Io;
  return may_pass ? Verdict::Transient : Verdict::Final;
}

Verdict judge(const base::Error& failure) {
  if (failure.code == base::Errc::Busy) return Verdict::TimedOut;
  return failure.code == base::Errc::Io ? Verdict::Transient : Verdict::Final;
}

std::optional<base::Millis> asked_wait(const net::HttpResponse& response, base::EventTime now) {
  constexpr long kSecondsMax = 86'400;  // a day: whatever is longer means "not any more"
  if (const std::string* millis = net::find_header(response.headers, "x-amz-retry-after")) {
    const std::optional<long> number = whole_number(*millis);
    if (number) return base::Millis(std::min(*number, kSecondsMax * 1000));
  }
  const std::string* text = net::find_header(response.headers, "Retry-After");
  if (text == nullptr) return std::nullopt;
  if (const std::optional<long> seconds = whole_number(*text))
    return std::chrono::seconds(std::min(*seconds, kSecondsMax));
  if (text->find(',') == std::string::npos) return std::nullopt;  // a time begins with its weekday
  const std::optional<base::EventTime> time = parse_time_text(*text);
  if (!time) return std::nullopt;
  return std::max(*time - now, base::Millis(0));
}

base::Millis random_wait(int attempt, double random) {
  const double most =
      std::min(1000.0 * std::exp2(attempt - 2), static_cast<double>(kRetryWaitMax.count()));
  return base::Millis(static_cast<long>(random * most));
}

bool RetryBudgets::take(const std::string& key, Verdict verdict) {
  int& spent = spent_[key];
  if (spent + cost_of(verdict) > kRetryBudgetMax) return false;
  spent += cost_of(verdict);
  return true;
}

void RetryBudgets::pay_back(const std::string& key, std::optional<Verdict> verdict) {
  const auto found = spent_.find(key);
  if (found == spent_.end()) return;
  found->second = std::max(0, found->second - (verdict ? cost_of(*verdict) : kSuccessGain));
}

int RetryBudgets::left(const std::string& key) const {
  const auto found = spent_.find(key);
  return kRetryBudgetMax - (found == spent_.end() ? 0 : found->second);
}

}  // namespace riposte::aws
