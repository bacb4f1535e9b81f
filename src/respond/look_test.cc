#include "respond/look.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::respond {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> differences(std::string_view expect, std::string_view answer) {
  return differences_from(expect, json::OwnedDocument::parse(answer).value());
}

TEST(LookTest, WhatMatchesDoesNotDiffer) {
  EXPECT_THAT(differences(R"({"State":{"Name":["running"]}})", R"({"State":{"Name":"running"}})"),
              IsEmpty());
}

TEST(LookTest, ADifferenceHasItsPathAndBothSides) {
  EXPECT_THAT(differences(R"({"State":{"Name":["running"]},"Id":[1]})",
                          R"({"State":{"Name":"stopped"},"Id":1})"),
              ElementsAre(R"(State.Name: expected ["running"], found "stopped")"));
  EXPECT_THAT(differences(R"({"Keys":{"Id":["a"]}})", R"({"Keys":[{"Id":"b"},{"Id":"c"}]})"),
              ElementsAre(R"(Keys.Id: expected ["a"], found "b", "c")"));
  EXPECT_THAT(differences(R"({"A":["x"]})", "{}"),
              ElementsAre(R"(A: expected ["x"], found nothing)"));
}

TEST(LookTest, WhatNoSingleElementHasIsToldSo) {
  EXPECT_THAT(differences(R"({"Keys":{"Id":["a"],"On":[true]}})",
                          R"({"Keys":[{"Id":"a","On":false},{"Id":"b","On":true}]})"),
              ElementsAre(HasSubstr("no single element")));
}

TEST(LookTest, APatternThatCannotBeReadNeverMatches) {
  EXPECT_THAT(differences(R"({"A":"no list"})", R"({"A":"no list"})"), SizeIs(1));
}

TEST(LookTest, TwoAnswersAreHeldAgainstEachOtherValueByValue) {
  EXPECT_THAT(differences_between(R"([{"A":1,"B":[]}])", R"([{"A":1,"B":[]}])"), IsEmpty());
  EXPECT_THAT(differences_between(R"([{"A":1,"B":{"C":"x"}}])", R"([{"B":{"C":"y"},"D":[]}])"),
              ElementsAre("[0].A: expected 1, found nothing", R"([0].B.C: expected "x", found "y")",
                          "[0].D: expected nothing, found []"));
}

TEST(LookTest, WhatMustBeExactlySoHasEveryItemAndNoOther) {
  const auto differ = [](std::string_view exactly, std::string_view answer) {
    return differences_from_exactly(exactly, json::OwnedDocument::parse(answer).value());
  };
  constexpr std::string_view kItem = R"({"Item":{"x":{"L":[{"N":"1"},{"N":"2"}]}}})";
  EXPECT_THAT(differ(kItem, kItem), IsEmpty());
  EXPECT_THAT(differ(kItem, R"({"Item":{"x":{"L":[{"N":"1"},{"N":"2"}]}},"ConsumedCapacity":1})"),
              IsEmpty())
      << "what it does not name may be there";
  EXPECT_THAT(differ(kItem, R"({"Item":{"x":{"L":[{"N":"2"},{"N":"1"}]}}})"), SizeIs(2));
  EXPECT_THAT(differ(kItem, R"({"Item":{"x":{"L":[{"N":"1"},{"N":"2"},{"N":"3"}]}}})"),
              ElementsAre(HasSubstr("Item.x.L[2].N: expected nothing")));
  EXPECT_THAT(differ(kItem, "{}"), testing::Not(IsEmpty()));
}

TEST(LookTest, ASetHasNoOrder) {
  const auto answer = json::OwnedDocument::parse(R"({"Item":{"x":{"SS":["b","a"]}}})").value();
  EXPECT_THAT(differences_from_exactly(R"({"Item":{"x":{"SS":["a","b"]}}})", answer), IsEmpty());
  EXPECT_THAT(differences_from_exactly(R"({"Item":{"x":{"SS":["a","c"]}}})", answer), SizeIs(1));
}

TEST(LookTest, LongTextsAreCutOnACharacterAndLongListsEnd) {
  std::string text;
  for (int i = 0; i < 300; ++i)
    text += "\u00e9";
  const std::string told = differences(R"({"A":[1]})", R"({"A":")" + text + "\"}").front();
  EXPECT_LT(told.size(), kFoundBytesMax + 100);
  EXPECT_THAT(told, testing::EndsWith("\u00e9..."));
  std::string many = "{";
  for (int i = 0; i < 50; ++i)
    many += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":1";
  EXPECT_THAT(differences_between("{}", many + "}"), SizeIs(kDifferencesMax));
}

}  // namespace
}  // namespace riposte::respond
