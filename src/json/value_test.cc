#include "json/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::json {
namespace {

std::string yaml(std::string_view text) {
  base::Diagnostics diagnostics;
  std::string all;
  for (const Value& document : read_yaml(text, diagnostics))
    all += to_json(document) + "\n";
  for (const base::Diagnostic& d : diagnostics.all()) {
    all +=
        d.code + " " + std::to_string(d.place.line) + ":" + std::to_string(d.place.column) + "\n";
  }
  return all;
}

TEST(ValueTest, YamlScalarsFollowTheCoreSchema) {
  EXPECT_EQ(yaml("[1, '1', 1.5, true, 'true', null, ~, yes, 0x10, 1e3, -4, text, !!str 12, \"\"]"),
            "[1,\"1\",1.5,true,\"true\",null,null,\"yes\",\"0x10\",1e3,-4,\"text\",\"12\",\"\"]\n");
}

TEST(ValueTest, YamlHoldsManyDocuments) {
  EXPECT_EQ(yaml("a: 1\n---\nb: [2]\n"), "{\"a\":1}\n{\"b\":[2]}\n");
}

TEST(ValueTest, NodesKnowTheirPlaces) {
  base::Diagnostics diagnostics;
  const Value document = read_yaml("detection:\n  selection:\n    a|re: 'x'\n", diagnostics).at(0);
  const Value::Member& member = document.find("detection")->find("selection")->members()[0];
  EXPECT_EQ(member.key_place.line, 3u);
  EXPECT_EQ(member.key_place.column, 5u);
  EXPECT_EQ(member.value.place().column, 11u);

  const Value pattern = *read_json("{\n \"a\" : [ \"x:,\\\"\",\n  {\"b\":12} ]}", diagnostics);
  const Value& item = pattern.find("a")->items()[1];
  EXPECT_EQ(item.place().line, 3u);
  EXPECT_EQ(item.members()[0].key_place.column, 4u);
  EXPECT_EQ(item.members()[0].value.place().column, 8u);
}

TEST(ValueTest, MistakesInYamlAreToldWithTheirPlace) {
  EXPECT_EQ(yaml("a: 1\na: 2\n"), "{\"a\":1,\"a\":2}\nyaml-duplicate-key 2:1\n");
  EXPECT_THAT(yaml("a: [1, 2\nb: 3"), testing::HasSubstr("yaml-syntax"));
  EXPECT_THAT(yaml("? [a]\n: 1\n"), testing::HasSubstr("yaml-syntax 1:3"));
  EXPECT_THAT(yaml(std::string(10'000, '[')), testing::HasSubstr("yaml-limit"));
  EXPECT_THAT(yaml(","), testing::HasSubstr("yaml-syntax"));
  EXPECT_THAT(yaml("a: 1\n}\n"), testing::HasSubstr("yaml-"));
  std::string dashes;
  for (int i = 0; i < 5'000; ++i)
    dashes += "- ";
  EXPECT_THAT(yaml(dashes), testing::HasSubstr("yaml-limit"));
}

TEST(ValueTest, AliasesCannotExplode) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 0; j < 9; ++j)
      bomb += ", " + last;
    bomb += "]\n";
  }
  EXPECT_THAT(yaml(bomb), testing::HasSubstr("yaml-limit"));
}

TEST(ValueTest, ReadsJsonWithItsErrors) {
  base::Diagnostics diagnostics;
  EXPECT_EQ(
      to_json(*read_json(R"({"n":1.50,"s":"\u00e9","e":{},"l":[[],null,false]})", diagnostics)),
      R"({"n":1.50,"s":"é","e":{},"l":[[],null,false]})");
  EXPECT_FALSE(read_json("{\"a\":", diagnostics).has_value());
  EXPECT_EQ(diagnostics.all()[0].code, "json-syntax");
}

}  // namespace
}  // namespace riposte::json
