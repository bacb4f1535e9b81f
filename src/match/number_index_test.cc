#include "match/number_index.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::match {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<Mark> find(const NumberIndex& index, double number) {
  std::vector<Mark> marks;
  index.find(number, marks);
  std::sort(marks.begin(), marks.end());
  return marks;
}

rule::NumberIn range(std::optional<double> lower, bool lower_included, std::optional<double> upper,
                     bool upper_included) {
  return {lower, upper, lower_included, upper_included};
}

TEST(NumberIndexTest, BoundsAreInOrOut) {
  NumberIndex index;
  index.add(range(10, true, 20, false), 0);
  index.add(range(10, false, 20, true), 1);
  index.add(range(10, true, 10, true), 2);
  index.add(range(10, true, 10, false), 3);
  index.add(range(20, true, 10, true), 4);
  index.add(range({}, true, {}, true), 5);
  index.build();
  EXPECT_THAT(find(index, 9), UnorderedElementsAre(5));
  EXPECT_THAT(find(index, 10), UnorderedElementsAre(0, 2, 5));
  EXPECT_THAT(find(index, 15), UnorderedElementsAre(0, 1, 5));
  EXPECT_THAT(find(index, 20), UnorderedElementsAre(1, 5));
  EXPECT_THAT(find(index, 21), UnorderedElementsAre(5));
}

TEST(NumberIndexTest, MinusZeroIsZero) {
  NumberIndex index;
  index.add(range(0.0, true, 0.0, true), 0);
  index.build();
  EXPECT_THAT(find(index, -0.0), UnorderedElementsAre(0));
}

TEST(NumberIndexTest, AnEmptyIndexFindsNothing) {
  NumberIndex index;
  index.build();
  EXPECT_THAT(find(index, 1), IsEmpty());
}

TEST(NumberIndexTest, AgreesWithTryingAll) {
  std::mt19937 random(4);
  const auto bound = [&](int most) -> std::optional<double> {
    if (random() % 4 == 0) return std::nullopt;
    return static_cast<int>(random() % static_cast<unsigned>(most)) / 2.0;
  };
  for (int round = 0; round < 300; ++round) {
    const int most = 4 + round;
    std::vector<rule::NumberIn> ranges(random() % 50);
    NumberIndex index;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      ranges[i] = range(bound(most), random() % 2 == 0, bound(most), random() % 2 == 0);
      index.add(ranges[i], static_cast<Mark>(i));
    }
    index.build();
    for (double number = -1; number < most / 2.0 + 1; number += 0.25) {
      std::vector<Mark> truth;
      for (std::size_t i = 0; i < ranges.size(); ++i) {
        if (ranges[i].contains(number)) truth.push_back(static_cast<Mark>(i));
      }
      ASSERT_EQ(find(index, number), truth) << number;
    }
  }
}

}  // namespace
}  // namespace riposte::match
