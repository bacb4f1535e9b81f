#include "correlate/field_values.h"

#include <gmock/gmock.h>

#include "json/scanner.h"

namespace riposte::correlate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> values(std::string_view json, const std::vector<rule::FieldPath>& paths) {
  const auto document = json::OwnedDocument::parse(json);
  event::Event event;
  event.record = event.facts = &document->root();
  return values_at(paths, event);
}

TEST(FieldValuesTest, TakesScalarsAsWritten) {
  EXPECT_THAT(values(R"({"a":{"b":"x"}})", {{"a", "b"}}), ElementsAre("x"));
  EXPECT_THAT(values(R"({"a":[1.50,true,null,"x",{"k": 1},"x"]})", {{"a"}}),
              ElementsAre("1.50", "true", "x", R"({"k":1})"));
}

TEST(FieldValuesTest, PassesThroughArraysAndKeysWithDots) {
  EXPECT_THAT(values(R"({"a":[{"b":1},{"b":2}],"a.b":3})", {{"a", "b"}}),
              ElementsAre("1", "2", "3"));
}

TEST(FieldValuesTest, TheFirstPathThatLeadsSomewhereCounts) {
  EXPECT_THAT(values(R"({"a":null,"b":"x","c":"y"})", {{"a"}, {"b"}, {"c"}}), ElementsAre("x"));
  EXPECT_THAT(values(R"({"a":1})", {{"b"}}), IsEmpty());
}

TEST(FieldValuesTest, FactsStandBelowTheirOwnKey) {
  EXPECT_THAT(values(R"({"acl":"read"})", {{"riposte", "acl"}}), ElementsAre("read"));
}

TEST(FieldValuesTest, AFloodOfValuesIsCut) {
  std::string json = "{\"a\":[0";
  for (std::size_t i = 1; i < 2 * kValuesMax; ++i)
    json += "," + std::to_string(i);
  EXPECT_EQ(values(json + "]}", {{"a"}}).size(), kValuesMax);
}

}  // namespace
}  // namespace riposte::correlate
