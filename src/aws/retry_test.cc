#include "aws/retry.h"

#include <gtest/gtest.h>

namespace riposte::aws {
namespace {

Answer refusal(const char* code, int status, base::Errc kind = base::Errc::Invalid) {
  Answer answer;
  answer.error = Error{};
  answer.error->code = code;
  answer.error->http_status = status;
  answer.error->kind = kind;
  return answer;
}

TEST(RetryTest, ThrottlingIsToldApartFromFailure) {
  EXPECT_EQ(judge(refusal("ThrottlingException", 400)), Verdict::Throttled);
  EXPECT_EQ(judge(refusal("SlowDown", 503)), Verdict::Throttled);
  EXPECT_EQ(judge(refusal("Whatever", 429)), Verdict::Throttled);
  EXPECT_EQ(judge(refusal("InternalError", 500)), Verdict::Transient);
  EXPECT_EQ(judge(refusal("HTTP 502", 502)), Verdict::Transient);
  EXPECT_EQ(judge(refusal("InternalError", 200, base::Errc::Busy)), Verdict::Transient);
  EXPECT_EQ(judge(refusal("AccessDenied", 403, base::Errc::Denied)), Verdict::Final);
  EXPECT_EQ(judge(refusal("LimitExceededException", 400, base::Errc::Limit)), Verdict::Final);
  EXPECT_EQ(judge(refusal("HTTP 501", 501)), Verdict::Final);
  EXPECT_EQ(judge(Answer{}), Verdict::Done);
}

TEST(RetryTest, TheNetworksFaultsPassAndOursDoNot) {
  EXPECT_EQ(judge(base::Error{base::Errc::Io, ""}), Verdict::Transient);
  EXPECT_EQ(judge(base::Error{base::Errc::Busy, ""}), Verdict::TimedOut);
  for (const base::Errc code :
       {base::Errc::Cancelled, base::Errc::Denied, base::Errc::Invalid, base::Errc::Limit})
    EXPECT_EQ(judge(base::Error{code, ""}), Verdict::Final);
}

TEST(RetryTest, WaitsDoubleUpToTwentySeconds) {
  EXPECT_EQ(random_wait(2, 0.5), base::Millis(500));
  EXPECT_EQ(random_wait(3, 0.5), base::Millis(1000));
  EXPECT_EQ(random_wait(4, 0.5), base::Millis(2000));
  EXPECT_EQ(random_wait(60, 0.5), base::Millis(10'000));
  EXPECT_EQ(random_wait(2, 0.0), base::Millis(0));
}

TEST(RetryTest, AServiceMaySayHowLong) {
  const base::EventTime now = base::parse_time("2026-01-31T18:37:58Z").value();
  const auto asked = [now](net::Header header) {
    return asked_wait({503, {std::move(header)}, ""}, now);
  };
  EXPECT_EQ(asked({"Retry-After", "7"}), base::Millis(7000));
  EXPECT_EQ(asked({"retry-after", "Sat, 31 Jan 2026 18:38:00 GMT"}), base::Millis(2000));
  EXPECT_EQ(asked({"Retry-After", "Sat, 31 Jan 2026 18:00:00 GMT"}), base::Millis(0));
  EXPECT_EQ(asked({"x-amz-retry-after", "1500"}), base::Millis(1500));
  EXPECT_EQ(asked({"Retry-After", "99999999999999"}), std::chrono::hours(24));
  EXPECT_EQ(asked({"Retry-After", "soon"}), std::nullopt);
  EXPECT_EQ(asked({"Retry-After", "-1"}), std::nullopt);
  EXPECT_EQ(asked({"Other", "7"}), std::nullopt);
}

TEST(RetryTest, TheBudgetEndsWhenNothingSucceeds) {
  RetryBudgets budgets;
  for (int i = 0; i < 50; ++i)
    EXPECT_TRUE(budgets.take("a", Verdict::TimedOut));
  EXPECT_FALSE(budgets.take("a", Verdict::Transient));
  EXPECT_TRUE(budgets.take("b", Verdict::Transient))
      << "another account's, or region's, or service's";
}

TEST(RetryTest, SuccessesPayBack) {
  RetryBudgets budgets;
  budgets.pay_back("a", std::nullopt);
  EXPECT_EQ(budgets.left("a"), kRetryBudgetMax) << "never more than at first";
  budgets.take("a", Verdict::TimedOut);
  budgets.take("a", Verdict::Throttled);
  EXPECT_EQ(budgets.left("a"), 485);
  budgets.pay_back("a", Verdict::Throttled);
  EXPECT_EQ(budgets.left("a"), 490);
  budgets.pay_back("a", std::nullopt);
  EXPECT_EQ(budgets.left("a"), 491);
}

}  // namespace
}  // namespace riposte::aws
