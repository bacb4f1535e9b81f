#include "aws/partitions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::aws {
namespace {

TEST(PartitionsTest, NamesItsRegionsInOrder) {
  const auto read = Partitions::read(R"({"partitions": [
      {"id": "b", "regionRegex": "^b", "regions": {"b-1": {}}}, {"id": "a", "regionRegex": "^a",
       "regions": {"a-2": {}, "a-1": {}}}]})");
  ASSERT_TRUE(read.ok());
  EXPECT_THAT(read->region_names(), testing::ElementsAre("a-1", "a-2", "b-1"));
  EXPECT_EQ(read->of("a-9").text_at("name"), "a");
  EXPECT_EQ(read->of("zzz").text_at("name"), "b") << "the first, where none says yes";
}

TEST(PartitionsTest, AListThatHelpsNobodyIsRefused) {
  EXPECT_FALSE(Partitions::read("{}").ok());
  EXPECT_FALSE(Partitions::read(R"({"partitions": []})").ok());
  EXPECT_FALSE(Partitions::read(R"({"partitions": [{"regionRegex": "("}]})").ok());
}

}  // namespace
}  // namespace riposte::aws
