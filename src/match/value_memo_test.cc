#include "match/value_memo.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::match {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Asks, and counts how often the answer had to be computed.
class ValueMemoTest : public testing::Test {
 protected:
  std::vector<AtomId> ask(const FieldIndex& index, const std::string& written,
                          std::vector<AtomId> atoms = {7}) {
    return memo_.answer(index, written, [&]() -> const std::vector<AtomId>& {
      ++computed_;
      return computed_atoms_ = atoms;
    });
  }

  ValueMemo memo_;
  FieldIndex index_{rule::Dialect::Sigma};
  FieldIndex other_{rule::Dialect::Sigma};
  std::vector<AtomId> computed_atoms_;
  int computed_ = 0;
};

TEST_F(ValueMemoTest, AValueThatComesBackIsComputedTwice) {
  for (int i = 0; i < 5; ++i)
    EXPECT_THAT(ask(index_, "iam.amazonaws.com", {3, 4}), ElementsAre(3, 4));
  EXPECT_EQ(computed_, 2);
}

TEST_F(ValueMemoTest, EachIndexHasAnswersOfItsOwn) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(ask(index_, "root", {1}), ElementsAre(1));
    EXPECT_THAT(ask(other_, "root", {2}), ElementsAre(2));
  }
  EXPECT_EQ(computed_, 4);
}

TEST_F(ValueMemoTest, NothingHoldsIsAnAnswerToo) {
  for (int i = 0; i < 3; ++i)
    EXPECT_THAT(ask(index_, "", {}), IsEmpty());
  EXPECT_EQ(computed_, 2);
}

TEST_F(ValueMemoTest, LongValuesAreAlwaysComputed) {
  const std::string longest(ValueMemo::kTextMax, 'x');
  for (int i = 0; i < 3; ++i)
    ask(index_, longest);
  EXPECT_EQ(computed_, 2);
  for (int i = 0; i < 3; ++i)
    ask(index_, longest + "x");
  EXPECT_EQ(computed_, 5);
}

TEST_F(ValueMemoTest, ValuesThatNeverComeBackDriveNothingOut) {
  ask(index_, "eu-central-1");
  ask(index_, "eu-central-1");
  for (int i = 0; i < 100'000; ++i)
    ask(index_, "request " + std::to_string(i));
  computed_ = 0;
  ask(index_, "eu-central-1");
  EXPECT_EQ(computed_, 0);
}

TEST_F(ValueMemoTest, WhateverSharesAPlaceGetsItsOwnAnswer) {
  for (int round = 0; round < 3; ++round) {
    for (AtomId i = 0; i < 5'000; ++i)
      ASSERT_THAT(ask(index_, std::to_string(i), {i}), ElementsAre(i));
  }
}

}  // namespace
}  // namespace riposte::match
