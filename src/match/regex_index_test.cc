#include "match/regex_index.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rule/fold.h"

namespace riposte::match {
namespace {

using rule::Regex;
using testing::ElementsAre;
using testing::IsEmpty;

struct Expression {
  std::string text;
  Regex::Flags flags = {};
};

class RegexIndexTest : public testing::Test {
 protected:
  static RegexIndex index_of(const std::vector<Expression>& expressions) {
    RegexIndex index;
    Mark mark = 0;
    for (const auto& [text, flags] : expressions)
      index.add(Regex::compile(text, flags).value(), mark++);
    index.build();
    return index;
  }

  std::vector<Mark> find(const RegexIndex& index, std::string_view text) {
    std::vector<Mark> marks;
    index.find(text, rule::fold(text), scratch_, marks);
    std::sort(marks.begin(), marks.end());
    return marks;
  }

  LiteralScan::Scratch scratch_;
};

TEST_F(RegexIndexTest, EachExpressionKeepsItsOwnFlags) {
  const RegexIndex index = index_of({{"stop"},
                                     {"stop", {.ignore_case = true}},
                                     {"^begin", {.multi_line = true}},
                                     {"^begin"},
                                     {"a.begin", {.dot_matches_break = true}},
                                     {"a.begin"},
                                     {"other|STOP", {.ignore_case = true}},
                                     {"\\Qa+begin"}});
  EXPECT_THAT(find(index, "STOP"), ElementsAre(1, 6));
  EXPECT_THAT(find(index, "a\nbegin"), ElementsAre(2, 4));
  EXPECT_THAT(find(index, "begin"), ElementsAre(2, 3));
  EXPECT_THAT(find(index, "a+begin"), ElementsAre(4, 5, 7));
  EXPECT_THAT(find(index, ""), IsEmpty());
}

TEST_F(RegexIndexTest, ExpressionsWithoutAtomsAreAlwaysTried) {
  const RegexIndex index = index_of({{"[0-9]+"}, {"literal"}, {"^$"}, {"x?"}});
  EXPECT_THAT(find(index, "1"), ElementsAre(0, 3));
  EXPECT_THAT(find(index, "literally 1"), ElementsAre(0, 1, 3));
  EXPECT_THAT(find(index, ""), ElementsAre(2, 3));
}

TEST_F(RegexIndexTest, LettersBeyondAsciiFoldAsTheExpressionSays) {
  // U+017F, the long s, and U+212A, the Kelvin sign, are s and k where case is ignored.
  const RegexIndex index = index_of({{"stock", {.ignore_case = true}}, {"stock"}});
  EXPECT_THAT(find(index, "\u017Ftoc\u212A"), ElementsAre(0));
}

TEST_F(RegexIndexTest, TextsAreBytes) {
  const RegexIndex index = index_of({{"a.?c"}, {"b"}, {"c$"}});
  const std::string invalid =
      "a\xFF"
      "c";
  EXPECT_FALSE(Regex::compile("a.?c", {}).value()->found_in(invalid));
  EXPECT_THAT(find(index, invalid), ElementsAre(2)) << "the index says what each alone says";
  EXPECT_THAT(find(index, std::string_view("\0b", 2)), ElementsAre(1));
}

TEST_F(RegexIndexTest, HostileTextsCostEachExpressionItsOwnAutomatonOnly) {
  std::vector<Expression> expressions;
  for (int k = 10; k < 40; ++k)
    expressions.push_back({"a[ab]{" + std::to_string(k) + "}c"});
  const RegexIndex index = index_of(expressions);
  std::mt19937 random(1);
  std::string text(5'000, 'a');
  for (char& c : text)
    c = random() % 2 == 0 ? 'a' : 'b';
  EXPECT_THAT(find(index, text), IsEmpty());
}

TEST_F(RegexIndexTest, AgreesWithTryingAll) {
  std::mt19937 random(2);
  const auto pick = [&](const std::vector<std::string>& choices) {
    return choices[random() % choices.size()];
  };
  const std::vector<std::string> pieces = {"arn", "ARN:aws", "(root|user)", "[0-9]{2}",
                                           ".*",  "x?",      "(abc)*",      "^",
                                           "$",   "\\.exe",  "k",           "(a|bcd)"};
  const std::vector<std::string> words = {"arn",    "Arn:AWS", "root",   "USER", "12",
                                          "abc",    ".exe",    "\n",     "K",    "bcd",
                                          "\u212A", " ",       "arn:aws"};
  for (int round = 0; round < 100; ++round) {
    std::vector<Expression> expressions(1 + random() % 20);
    for (Expression& each : expressions) {
      for (std::size_t parts = 1 + random() % 3; parts > 0; --parts)
        each.text += pick(pieces);
      each.flags = {random() % 2 == 0, random() % 2 == 0, random() % 2 == 0};
    }
    const RegexIndex index = index_of(expressions);
    std::vector<std::shared_ptr<const Regex>> regexes;
    for (const auto& [text, flags] : expressions)
      regexes.push_back(Regex::compile(text, flags).value());
    for (int i = 0; i < 50; ++i) {
      std::string text;
      for (std::size_t parts = random() % 5; parts > 0; --parts)
        text += pick(words);
      std::vector<Mark> truth;
      for (std::size_t k = 0; k < regexes.size(); ++k) {
        if (regexes[k]->found_in(text)) truth.push_back(static_cast<Mark>(k));
      }
      ASSERT_EQ(find(index, text), truth) << text;
    }
  }
}

}  // namespace
}  // namespace riposte::match
