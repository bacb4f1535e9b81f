#include "correlate/field_values.h"

#include <gmock/gmock.h>

#include "json/scanner.h"

namespace riposte::correlate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> values(std::string_view json, const std::vector<rule::FieldPath>& paths) {
  const auto document = json::OwnedDocument::parse(json);
  event::RawEvent event;
  event.record = event.facts = document->raw();
  FieldReader reader;
  reader.begin(event);
  const std::vector<std::string_view>& found = reader.values_at(paths);
  return {found.begin(), found.end()};
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

TEST(FieldValuesTest, EscapesAreTakenOutOfValuesAndKeys) {
  EXPECT_THAT(values(R"({"\u0061":"x\ty","b":{"k":"\u00e9"}})", {{"a"}}), ElementsAre("x\ty"));
  EXPECT_THAT(values(R"({"b":{"k":"\u00e9"}})", {{"b"}}), ElementsAre("{\"k\":\"é\"}"))
      << "as compact(Node) writes it";
}

TEST(FieldValuesTest, AKeyThatStandsTwiceOnTheWayIsTold) {
  const auto repeats = [](std::string_view json) {
    json::Parser parser;
    json::Document nodes;
    std::string text(json);
    text.append(json::kPadding, ' ');
    EXPECT_TRUE(parser
                    .parse(std::string_view(text).substr(0, json.size()), nodes,
                           json::RepeatedKeys::Allowed)
                    .ok());
    event::RawEvent event;
    event.record = parser.root();
    FieldReader reader;
    reader.begin(event);
    reader.values_at({{"a", "b"}});
    return reader.repeats_key();
  };
  EXPECT_TRUE(repeats(R"({"a":{"b":1},"a":{"b":2}})"));
  EXPECT_TRUE(repeats(R"({"a":{"b":1,"c":3,"b":2}})"));
  EXPECT_FALSE(repeats(R"({"a":{"b":1},"a.b":2,"c":1,"c":2})"));
}

TEST(FieldValuesTest, AFloodOfValuesIsCut) {
  std::string json = "{\"a\":[0";
  for (std::size_t i = 1; i < 2 * kValuesMax; ++i)
    json += "," + std::to_string(i);
  EXPECT_EQ(values(json + "]}", {{"a"}}).size(), kValuesMax);
}

}  // namespace
}  // namespace riposte::correlate
