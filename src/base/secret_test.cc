#include "base/secret.h"

#include <sstream>
#include <string>
#include <type_traits>

#include <gtest/gtest.h>

namespace riposte::base {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

TEST(SecretTest, CanNeitherBePrintedNorBecomeText) {
  static_assert(Printable<std::string>);
  static_assert(!Printable<Secret>);
  static_assert(!std::is_convertible_v<Secret, std::string>);
  static_assert(!std::is_convertible_v<Secret, std::string_view>);
}

TEST(SecretTest, GivesWhatWasPutInToWhoAsks) {
  const Secret secret("hunter2");
  const Secret copy = secret;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(copy.reveal(), "hunter2");
  EXPECT_EQ(secret.reveal(), "hunter2");
}

TEST(SecretTest, AMoveLeavesNothingBehind) {
  Secret secret("hunter2");
  Secret taken = std::move(secret);
  EXPECT_EQ(taken.reveal(), "hunter2");
  EXPECT_TRUE(secret.empty());  // NOLINT(bugprone-use-after-move)
  taken = Secret();
  EXPECT_TRUE(taken.empty());
}

}  // namespace
}  // namespace riposte::base
