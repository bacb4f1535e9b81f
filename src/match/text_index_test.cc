#include "match/text_index.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::match {
namespace {

using Kind = rule::Glob::Part::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

// "a*b?c" with every * and ? wild.
rule::Glob glob(std::string_view pattern) {
  std::vector<rule::Glob::Part> parts;
  for (char c : pattern) {
    if (c == '*') {
      parts.push_back({Kind::Any, ""});
    } else if (c == '?') {
      parts.push_back({Kind::One, ""});
    } else {
      parts.push_back({Kind::Literal, std::string(1, c)});
    }
  }
  return rule::Glob(parts);
}

class TextIndexTest : public testing::Test {
 protected:
  static TextIndex index_of(const std::vector<std::string>& patterns) {
    TextIndex index;
    for (std::size_t i = 0; i < patterns.size(); ++i)
      index.add_glob(glob(patterns[i]), static_cast<Mark>(i));
    index.build();
    return index;
  }

  std::vector<Mark> find(const TextIndex& index, std::string_view text) {
    std::vector<Mark> marks;
    index.find(text, scratch_, marks);
    std::sort(marks.begin(), marks.end());
    return marks;
  }

  TextIndex::Scratch scratch_;
};

TEST_F(TextIndexTest, EveryShapeOfPatternHasItsPlace) {
  const TextIndex index = index_of({"", "*", "?", "root", "root*", "*root", "*root*", "r*t",
                                    "a*root*z", "?oot", "roo?", "*?oo?*"});
  EXPECT_THAT(find(index, ""), ElementsAre(0, 1));
  EXPECT_THAT(find(index, "x"), ElementsAre(1, 2));
  EXPECT_THAT(find(index, "root"), ElementsAre(1, 3, 4, 5, 6, 7, 9, 10, 11));
  EXPECT_THAT(find(index, "a root z"), ElementsAre(1, 6, 8, 11));
}

TEST_F(TextIndexTest, MarksThatWereThereStay) {
  const TextIndex index = index_of({"a*b*c"});
  std::vector<Mark> marks = {5, TextIndex::kTry};
  index.find("abc", scratch_, marks);
  EXPECT_THAT(marks, ElementsAre(5, TextIndex::kTry, 0));
}

TEST_F(TextIndexTest, OnlyWholeTextsHaveALongest) {
  TextIndex index;
  index.add_text("four", 0);
  index.build();
  EXPECT_EQ(index.longest(), 4);
  EXPECT_GT(index_of({"four", "f*"}).longest(), 1'000'000);
}

TEST_F(TextIndexTest, AgreesWithTryingAll) {
  std::mt19937 random(7);
  const auto text = [&](std::string_view letters, std::size_t longest) {
    std::string result;
    for (std::size_t size = random() % (longest + 1); result.size() < size;)
      result += letters[random() % letters.size()];
    return result;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> patterns(random() % 30);
    std::generate(patterns.begin(), patterns.end(), [&] { return text("aabb*?", 10); });
    const TextIndex index = index_of(patterns);
    for (int i = 0; i < 50; ++i) {
      const std::string value = text("ab", 16);
      std::vector<Mark> truth;
      for (std::size_t k = 0; k < patterns.size(); ++k) {
        if (glob(patterns[k]).matches(value)) truth.push_back(static_cast<Mark>(k));
      }
      ASSERT_EQ(find(index, value), truth) << value;
    }
  }
}

}  // namespace
}  // namespace riposte::match
