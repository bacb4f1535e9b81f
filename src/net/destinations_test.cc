#include "net/destinations.h"

#include <gtest/gtest.h>

namespace riposte::net {
namespace {

bool includes(const Destinations& destinations, std::string_view address) {
  return destinations.include(base::parse_address(address).value());
}

constexpr Destinations kAll{.world = true, .private_networks = true, .loopback = true};

TEST(DestinationsTest, TheWorldIsWhatIsRoutedOnTheInternet) {
  const Destinations world;
  for (const char* address : {"8.8.8.8", "172.32.0.1", "172.15.255.255", "100.128.0.1",
                              "2606:4700::1111", "2a00:1450::1"})
    EXPECT_TRUE(includes(world, address)) << address;
  for (const char* address : {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
                              "100.64.0.1", "127.0.0.1", "127.9.9.9", "::1", "fd12::1", "fec0::1"})
    EXPECT_FALSE(includes(world, address)) << address;
}

TEST(DestinationsTest, PrivateNetworksAndLoopbackAreAllowedEachByItself) {
  EXPECT_TRUE(includes({.private_networks = true}, "10.0.0.1"));
  EXPECT_TRUE(includes({.private_networks = true}, "fd12::1"));
  EXPECT_FALSE(includes({.private_networks = true}, "127.0.0.1"));
  EXPECT_TRUE(includes({.loopback = true}, "::1"));
  EXPECT_FALSE(includes({.loopback = true}, "10.0.0.1"));
  EXPECT_FALSE(includes({.world = false, .loopback = true}, "8.8.8.8"));
}

TEST(DestinationsTest, MetadataAndLinkLocalAddressesNeverAre) {
  for (const char* address : {"169.254.169.254", "169.254.170.2", "fd00:ec2::254", "fe80::1",
                              "0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "ff02::1",
                              "192.0.0.192", "2001:db8::1", "2001:0:1::1"})
    EXPECT_FALSE(includes(kAll, address)) << address;
}

TEST(DestinationsTest, AnAddressWithinAnAddressCounts) {
  // 169.254.169.254 and 10.0.0.1, mapped, by NAT64 and by 6to4.
  for (const char* address : {"::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"})
    EXPECT_FALSE(includes(kAll, address)) << address;
  for (const char* address : {"::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1"})
    EXPECT_FALSE(includes({}, address)) << address;
  EXPECT_TRUE(includes({}, "64:ff9b::808:808"));
}

}  // namespace
}  // namespace riposte::net
