#include "rule/scalar_place.h"

#include <gtest/gtest.h>

namespace riposte::rule {
namespace {

const ScalarPlaces kPlaces(
    "condition: a and b\ncondition: 'a and b'\ncondition: |\n  a\n\"x\": y\n");

void expect_place(base::Place place, std::size_t line, std::size_t column) {
  EXPECT_EQ(place.line, line);
  EXPECT_EQ(place.column, column);
}

TEST(ScalarPlaceTest, CountsFromTheFirstCharacterOfAPlainScalar) {
  expect_place(kPlaces.of({1, 12}), 1, 12);
  expect_place(kPlaces.of({1, 12}, 6), 1, 18);
}

TEST(ScalarPlaceTest, SkipsTheQuote) {
  expect_place(kPlaces.of({2, 12}), 2, 13);
  expect_place(kPlaces.of({2, 12}, 6), 2, 19);
  expect_place(kPlaces.of({5, 1}), 5, 2);
}

TEST(ScalarPlaceTest, StaysAtTheTokenWhereCharactersCannotBeCounted) {
  expect_place(kPlaces.of({3, 12}, 1), 3, 12);
  expect_place(kPlaces.of({1, 12}, 1000), 1, 12);
  expect_place(kPlaces.of({99, 1}, 1), 99, 1);
  expect_place(kPlaces.of({0, 0}, 1), 0, 0);
}

}  // namespace
}  // namespace riposte::rule
