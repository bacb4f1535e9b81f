#include "base/network.h"

#include <gtest/gtest.h>

namespace riposte::base {
namespace {

bool holds(std::string_view network, std::string_view address) {
  return parse_network(network)->contains(*parse_address(address));
}

TEST(NetworkTest, HoldsItsAddressesAndNoOthers) {
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(holds("0.0.0.0/0", "203.0.113.9"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(holds("198.51.100.7", "198.51.100.7"));
}

TEST(NetworkTest, FamiliesDoNotMix) {
  EXPECT_FALSE(holds("::/0", "192.0.2.1"));
  EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
}

TEST(NetworkTest, RefusesWhatIsNoAddress) {
  for (std::string_view text :
       {"", "AWS Internal", "cloudtrail.amazonaws.com", "211.9.016.253", "1.2.3", "1.2.3.4:80",
        "1.2.3.4/33", "::/129", "1.2.3.4/", "1.2.3.4/-1", "::1%eth0"}) {
    EXPECT_FALSE(parse_network(text).has_value()) << text;
  }
}

TEST(NetworkTest, BitsBehindThePrefixAreCleared) {
  EXPECT_EQ(to_text(*parse_network("10.1.2.3/8")), "10.0.0.0/8");
  EXPECT_EQ(to_text(*parse_network("2001:DB8::1/32")), "2001:db8::/32");
  EXPECT_TRUE(parse_network("0.0.0.0/1")->contains(*parse_network("64.0.0.0/2")));
  EXPECT_FALSE(parse_network("64.0.0.0/2")->contains(*parse_network("0.0.0.0/1")));
}

}  // namespace
}  // namespace riposte::base
