#include "rule/fold.h"

#include <gtest/gtest.h>

namespace riposte::rule {
namespace {

TEST(FoldTest, FoldsBeyondAscii) {
  EXPECT_EQ(fold("StopLogging"), "stoplogging");
  EXPECT_EQ(fold("ÄÖÜ Привет ΑΒΓ"), "äöü привет αβγ");
  EXPECT_EQ(fold("a\xff"
                 "B"),
            "a\xff"
            "b")
      << "invalid bytes stay";
}

}  // namespace
}  // namespace riposte::rule
