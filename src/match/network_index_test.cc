#include "match/network_index.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rule/eventbridge_number.h"

namespace riposte::match {
namespace {

using base::Address;
using base::Network;
using rule::Dialect;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

NetworkIndex index_of(const std::vector<Network>& networks) {
  NetworkIndex index;
  for (std::size_t i = 0; i < networks.size(); ++i)
    index.add(networks[i], static_cast<Mark>(i));
  index.build();
  return index;
}

std::vector<Mark> find(const NetworkIndex& index, const Address& address) {
  std::vector<Mark> marks;
  index.find(address, marks);
  std::sort(marks.begin(), marks.end());
  return marks;
}

Network network(std::string_view text) { return base::parse_network(text).value(); }
Address address(std::string_view text) { return base::parse_address(text).value(); }

TEST(NetworkIndexTest, FindsNetworksAroundNetworks) {
  const NetworkIndex index =
      index_of({network("10.0.0.0/8"), network("10.1.0.0/16"), network("0.0.0.0/0"),
                network("10.1.2.3"), network("10.0.0.0/8"), network("::/0")});
  EXPECT_THAT(find(index, address("10.1.2.3")), UnorderedElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(find(index, address("10.1.255.255")), UnorderedElementsAre(0, 1, 2, 4));
  EXPECT_THAT(find(index, address("10.2.0.0")), UnorderedElementsAre(0, 2, 4));
  EXPECT_THAT(find(index, address("11.0.0.0")), UnorderedElementsAre(2));
  EXPECT_THAT(find(index, address("::ffff:10.1.2.3")), UnorderedElementsAre(5))
      << "families do not mix";
  EXPECT_THAT(find(index_of({}), address("11.0.0.0")), IsEmpty());
}

TEST(NetworkIndexTest, AgreesWithTryingAll) {
  std::mt19937 random(5);
  const auto quads = [&] {
    const auto quad = [&] { return std::to_string(random() % 4 * 85); };
    return quad() + "." + quad() + "." + quad() + "." + quad();
  };
  const auto groups = [&] {
    const auto group = [&] { return random() % 2 == 0 ? "0" : "ffff"; };
    std::string text = group();
    for (int i = 1; i < 8; ++i)
      text += std::string(":") + group();
    return text;
  };
  for (int round = 0; round < 100; ++round) {
    std::vector<Network> networks(random() % 40);
    std::generate(networks.begin(), networks.end(), [&] {
      return random() % 2 == 0 ? network(quads() + "/" + std::to_string(random() % 33))
                               : network(groups() + "/" + std::to_string(random() % 129));
    });
    const NetworkIndex index = index_of(networks);
    for (int i = 0; i < 100; ++i) {
      const Address value = address(random() % 2 == 0 ? quads() : groups());
      std::vector<Mark> truth;
      for (std::size_t k = 0; k < networks.size(); ++k) {
        if (networks[k].contains(value)) truth.push_back(static_cast<Mark>(k));
      }
      ASSERT_EQ(find(index, value), truth) << base::to_text(value);
    }
  }
}

TEST(ReadAddressTest, TheShortWayReadsAsTheLongOne) {
  std::vector<std::string> texts = {
      "",     "1.2.3.4",   "1.2.3.4.",  "1.2.3",   "01.2.3.4", "1.2.3.256",
      "::1",  "::1.2.3.4", "1.2.3.999", "1..2.3",  ".1.2.3",   "255.255.255.255",
      "fe80", "FE80::1",   "1.2.3.4 ",  "0.0.0.0", "00.0.0.0", "1.2.3.0004"};
  std::mt19937 random(6);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t size = random() % 14; text.size() < size;)
      text += "0127."[random() % 5];
    texts.push_back(text);
  }
  for (const std::string& text : texts) {
    ASSERT_EQ(read_address(text, Dialect::Sigma), base::parse_address(text)) << text;
    ASSERT_EQ(read_address(text, Dialect::EventBridge), rule::pattern_address(text)) << text;
  }
}

}  // namespace
}  // namespace riposte::match
