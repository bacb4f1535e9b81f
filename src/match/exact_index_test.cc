#include "match/exact_index.h"

#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::match {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Mark> find(const ExactIndex& index, std::string_view text) {
  std::vector<Mark> marks;
  index.find(text, marks);
  return marks;
}

TEST(ExactIndexTest, GivesEveryMarkOfTheTextAndOfNoOther) {
  ExactIndex index;
  index.add("StopLogging", 7);
  index.add("", 1);
  index.add("StopLogging", 3);
  index.build();
  EXPECT_THAT(find(index, "StopLogging"), ElementsAre(3, 7));
  EXPECT_THAT(find(index, ""), ElementsAre(1));
  EXPECT_THAT(find(index, "StopLoggins"), IsEmpty());
  EXPECT_THAT(find(index, std::string(1 << 20, 'S')), IsEmpty());
}

TEST(ExactIndexTest, AnEmptyIndexFindsNothing) {
  ExactIndex index;
  index.build();
  EXPECT_TRUE(index.empty());
  EXPECT_THAT(find(index, ""), IsEmpty());
}

TEST(ExactIndexTest, AgreesWithAMapOnTextsOfEveryLength) {
  std::mt19937 random(1);
  const auto text = [&] {
    std::string result(random() % 80, '\0');
    for (char& c : result)
      c = static_cast<char>(random() % 2 + 0xFE);
    return result;
  };
  ExactIndex index;
  std::map<std::string, std::vector<Mark>> truth;
  for (Mark mark = 0; mark < 5'000; ++mark) {
    const std::string key = text();
    index.add(key, mark);
    truth[key].push_back(mark);
  }
  index.build();
  EXPECT_EQ(index.longest(), 79);
  for (const auto& [key, marks] : truth)
    ASSERT_EQ(find(index, key), marks);
  for (int i = 0; i < 5'000; ++i) {
    const std::string other = text();
    ASSERT_EQ(find(index, other), truth.contains(other) ? truth[other] : std::vector<Mark>());
  }
}

}  // namespace
}  // namespace riposte::match
