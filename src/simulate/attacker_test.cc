#include "simulate/attacker.h"

#include <gtest/gtest.h>

namespace riposte::simulate {
namespace {

TEST(AttackerTest, AddressesOfANetworkTakeTurns) {
  EXPECT_EQ(address_in("203.0.113.9", 5), "203.0.113.9");
  EXPECT_EQ(address_in("198.51.100.0/24", 0), "198.51.100.0");
  EXPECT_EQ(address_in("198.51.100.0/24", 7), "198.51.100.7");
  EXPECT_EQ(address_in("198.51.100.0/16", 300), "198.51.1.44")
      << "bits behind the prefix are cleared";
}

}  // namespace
}  // namespace riposte::simulate
