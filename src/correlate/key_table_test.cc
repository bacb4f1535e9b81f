#include "correlate/key_table.h"

#include <map>
#include <random>

#include <gmock/gmock.h>

namespace riposte::correlate {
namespace {

using testing::ElementsAre;

std::vector<std::string> by_age(const KeyTable& table) {
  std::vector<std::string> keys;
  for (KeyTable::Slot slot = table.oldest(); slot != KeyTable::kNone; slot = table.behind(slot))
    keys.push_back(table.at(slot).key);
  return keys;
}

TEST(KeyTableTest, KnowsWhoWasHitLongestAgo) {
  KeyTable table;
  for (const char* key : {"a", "b", "c", "a", "c"})
    table.touch(key);
  EXPECT_THAT(by_age(table), ElementsAre("b", "a", "c"));
  table.erase(table.find("a"));
  EXPECT_THAT(by_age(table), ElementsAre("b", "c"));
}

TEST(KeyTableTest, AFreshKeyHasAFreshState) {
  KeyTable table;
  table.at(table.touch("a")).serial = 7;
  EXPECT_EQ(table.at(table.touch("a")).serial, 7u);
  table.erase(table.find("a"));
  EXPECT_EQ(table.at(table.touch("b")).serial, 0u);
}

TEST(KeyTableTest, FindsWhatAMapFinds) {
  KeyTable table;
  std::map<std::string, std::uint64_t> twin;
  std::mt19937_64 random(1);
  for (std::uint64_t i = 1; i < 20'000; ++i) {
    const std::string key = std::to_string(random() % 500);
    if (random() % 3 == 0) {
      if (twin.erase(key) > 0) table.erase(table.find(key));
    } else {
      twin[key] = i;
      table.at(table.touch(key)).serial = i;
    }
  }
  EXPECT_EQ(table.size(), twin.size());
  EXPECT_EQ(by_age(table).size(), twin.size());
  for (int i = 0; i < 500; ++i) {
    const std::string key = std::to_string(i);
    const KeyTable::Slot slot = table.find(key);
    ASSERT_EQ(slot != KeyTable::kNone, twin.contains(key)) << key;
    if (twin.contains(key)) {
      EXPECT_EQ(table.at(slot).serial, twin[key]);
    }
  }
}

TEST(KeyTableTest, WeighsWhatItHolds) {
  KeyTable table;
  const KeyTable::Slot slot = table.touch("a");
  const std::size_t empty = table.bytes();
  table.at(slot).window.row.append({{}, 0, std::string(1000, 'x'), "e"});
  table.weigh(slot);
  EXPECT_GE(table.bytes(), empty + 1000);
  table.erase(slot);
  EXPECT_EQ(table.bytes(), 0u);
}

}  // namespace
}  // namespace riposte::correlate
