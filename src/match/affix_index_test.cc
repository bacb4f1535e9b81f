#include "match/affix_index.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::match {
namespace {

using Side = AffixIndex::Side;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<Mark> find(const AffixIndex& index, std::string_view text) {
  std::vector<Mark> marks;
  index.find(text, marks);
  return marks;
}

AffixIndex index_of(Side side, const std::vector<std::string>& affixes) {
  AffixIndex index(side);
  for (std::size_t i = 0; i < affixes.size(); ++i)
    index.add(affixes[i], static_cast<Mark>(i));
  index.build();
  return index;
}

TEST(AffixIndexTest, FindsBeginningsWithinBeginnings) {
  const AffixIndex index = index_of(
      Side::Front, {"arn:aws:iam::", "arn", "arn:aws:iam::123:user/", "arn:aws:s3", "arn"});
  EXPECT_THAT(find(index, "arn:aws:iam::123:role/x"), UnorderedElementsAre(0, 1, 4));
  EXPECT_THAT(find(index, "arn"), UnorderedElementsAre(1, 4));
  EXPECT_THAT(find(index, "ar"), IsEmpty());
  EXPECT_THAT(find(index, ""), IsEmpty());
  EXPECT_THAT(find(index, "zzz"), IsEmpty());
}

TEST(AffixIndexTest, FindsEnds) {
  const AffixIndex index = index_of(Side::Back, {".exe", "cmd.exe", "e", "\\cmd.exe"});
  EXPECT_THAT(find(index, "C:\\cmd.exe"), UnorderedElementsAre(0, 1, 2, 3));
  EXPECT_THAT(find(index, "d.exe"), UnorderedElementsAre(0, 2));
  EXPECT_THAT(find(index, "exe."), IsEmpty());
}

TEST(AffixIndexTest, AnEmptyIndexFindsNothing) {
  EXPECT_THAT(find(index_of(Side::Front, {}), "a"), IsEmpty());
}

class AffixIndexRandomTest : public testing::TestWithParam<Side> {};

TEST_P(AffixIndexRandomTest, AgreesWithTryingAll) {
  std::mt19937 random(2);
  // NUL and 0xFF are where padding and signed bytes would show.
  const auto text = [&](std::size_t longest) {
    static constexpr char kBytes[] = {'\0', 'a', '\xFF'};
    std::string result(1 + random() % longest, '\0');
    for (char& c : result)
      c = kBytes[random() % 3];
    return std::string(random() % 3 == 0 ? "long shared head" : "") + result +
           (random() % 3 == 0 ? "long shared tail" : "");
  };
  for (int round = 0; round < 100; ++round) {
    std::vector<std::string> affixes(random() % 60);
    std::generate(affixes.begin(), affixes.end(), [&] { return text(10); });
    const AffixIndex index = index_of(GetParam(), affixes);
    for (int i = 0; i < 100; ++i) {
      const std::string value = text(14);
      std::vector<Mark> truth;
      for (std::size_t k = 0; k < affixes.size(); ++k) {
        if (GetParam() == Side::Front ? value.starts_with(affixes[k]) : value.ends_with(affixes[k]))
          truth.push_back(static_cast<Mark>(k));
      }
      std::vector<Mark> found = find(index, value);
      std::sort(found.begin(), found.end());
      ASSERT_EQ(found, truth) << testing::PrintToString(value);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sides, AffixIndexRandomTest, testing::Values(Side::Front, Side::Back));

}  // namespace
}  // namespace riposte::match
