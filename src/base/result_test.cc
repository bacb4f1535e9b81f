#include "base/result.h"

#include <memory>

#include <gtest/gtest.h>

namespace riposte::base {
namespace {

Result<std::unique_ptr<int>> half(int number) {
  if (number % 2 != 0) return Error{Errc::Invalid, "odd"};
  return std::make_unique<int>(number / 2);
}

Result<int> quarter(int number) {
  const std::unique_ptr<int> once = TRY(half(number));
  const std::unique_ptr<int> twice = TRY(half(*once));
  return *twice;
}

TEST(ResultTest, TryPassesTheFirstErrorUp) {
  EXPECT_EQ(*quarter(12), 3);
  EXPECT_EQ(quarter(6).error().message, "odd");
  EXPECT_EQ(quarter(6).error().code, Errc::Invalid);
}

TEST(ResultTest, AnErrorCollectsThePlacesItPassedThrough) {
  EXPECT_EQ((Error{Errc::Io, "disk full"}.in("step 2").in("run").message),
            "run: step 2: disk full");
}

TEST(ResultTest, EveryErrcHasAName) {
  for (int code = 0; code <= static_cast<int>(Errc::Cancelled); ++code) {
    EXPECT_NE(name_of(static_cast<Errc>(code)), "unknown");
  }
}

}  // namespace
}  // namespace riposte::base
