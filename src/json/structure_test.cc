#include "json/structure.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/raw_value.h"

namespace riposte::json {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// One text with the padding behind it, filled with what would deceive a careless reader.
class Text {
 public:
  explicit Text(std::string_view text) : bytes_(text), size_(text.size()) {
    bytes_ += "}]\"1,:{[\\";
    bytes_.append(kPadding, '}');
    indexed_ = structure_.index(bytes());
  }

  std::string_view bytes() const { return std::string_view(bytes_).substr(0, size_); }
  Structure& structure() { return structure_; }

  // What is wrong, or empty.
  std::string flaw() {
    if (!indexed_.ok()) return indexed_.error().message;
    const auto behind = structure_.check(0);
    if (!behind.ok()) return behind.error().message;
    return *behind == structure_.count() ? "" : "more";
  }

  RawValue value() {
    EXPECT_EQ(flaw(), "");
    return structure_.value(0);
  }

 private:
  std::string bytes_;
  std::size_t size_;
  Structure structure_;
  base::Status indexed_ = base::Done{};
};

TEST(StructureTest, AcceptsEveryKindOfValue) {
  for (std::string_view text :
       {"{}", "[]", " [ ] ", "\"a\"", "1", "-1.5e3", "true", "false", "null",
        "\n{\"a\" : [1 , {}]}\t", R"({"a":"\"","b":[[],[[]],{"c":{}}],"":null})",
        "[1,\"a\",true,false,null,-0]"}) {
    EXPECT_EQ(Text(text).flaw(), "") << text;
  }
}

TEST(StructureTest, RefusesWhatTheGrammarDoes) {
  for (std::string_view text : {"{",
                                "}",
                                "[",
                                "]",
                                "{\"a\"}",
                                "{\"a\":}",
                                "{\"a\":1,}",
                                "{,}",
                                "[,]",
                                "[1,]",
                                "[1 2]",
                                "{1:2}",
                                "{\"a\" \"b\"}",
                                "{\"a\",\"b\"}",
                                "[\"a\":1]",
                                "[1}",
                                "{\"a\":1]",
                                "tru",
                                "truee",
                                "nul",
                                "True",
                                "NaN",

                                "[\"a\"b]",
                                "{\"a\":1}}",
                                "{'a':1}",
                                "\"a",
                                "{\"a\":\"\x01\"}",
                                "[\x01]",

                                "\xef\xbb\xbf[]",
                                ":",
                                ",",
                                "{\"a\":1"}) {
    EXPECT_NE(Text(text).flaw(), "") << text;
  }
}

TEST(StructureTest, EveryCutOfAValueEndsEarlyOrIsRefused) {
  const std::string whole = R"({"a":[1,{"b":null}],"c":"d\\","e":{"f":[true]}})";
  for (std::size_t size = 1; size < whole.size(); ++size) {
    Text text(whole.substr(0, size));
    EXPECT_NE(text.flaw(), "") << size;
  }
  Text text(R"({"a":[1,{"b":2})");
  EXPECT_THAT(text.flaw(), HasSubstr("the text ends"));
  EXPECT_TRUE(text.structure().ended_early());
}

TEST(StructureTest, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(Text("{\"a\":\"\xff\"}").flaw(), HasSubstr("invalid UTF-8"));
  EXPECT_THAT(Text("[\"open").flaw(), HasSubstr("a string is not closed"));
  EXPECT_THAT(Text("   ").flaw(), HasSubstr("nothing but white space"));
  EXPECT_THAT(Text("").flaw(), HasSubstr("nothing but white space"));
  EXPECT_THAT(Text(R"({"a":1,"b" 2})").flaw(), HasSubstr("near byte 11"));
  EXPECT_THAT(Text(std::string(129, '[') + std::string(129, ']')).flaw(),
              HasSubstr("deeper than 128"));
  EXPECT_EQ(Text(std::string(128, '[') + std::string(128, ']')).flaw(), "");
}

TEST(StructureTest, AWindowOfManyValuesIsCheckedOneByOne) {
  Text text("{\"a\":1}\n[2]\n\n{\"b\":}\n{}");
  Structure& structure = text.structure();
  const auto second = structure.check(0);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(structure.begin_of(*second), 8u);
  const auto third = structure.check(*second);
  ASSERT_TRUE(third.ok());
  EXPECT_FALSE(structure.check(*third).ok());
  EXPECT_FALSE(structure.ended_early());
  EXPECT_EQ(structure.value(*second).written(), "[2]");
}

TEST(RawValueTest, WalksWithoutReadingWhatIsSkipped) {
  Text text(R"( { "a" : [ 1 , "x" , { } ] , "b" : { "c" : "d" } , "e" : -1.5 } )");
  std::vector<std::string> keys;
  std::vector<std::string> texts;
  for (const RawMember member : members(text.value())) {
    keys.emplace_back(member.key);
    texts.emplace_back(member.value.text());
  }
  EXPECT_THAT(keys, ElementsAre("a", "b", "e"));
  EXPECT_THAT(texts, ElementsAre("[ 1 , \"x\" , { } ]", "{ \"c\" : \"d\" }", "-1.5"));
  std::vector<Kind> kinds;
  for (const RawValue element : elements(text.value().find("a")))
    kinds.push_back(element.kind());
  EXPECT_THAT(kinds, ElementsAre(Kind::Number, Kind::String, Kind::Object));
  EXPECT_EQ(text.value().string_at("b.c"), "d");
  EXPECT_FALSE(text.value().at("b.x"));
  EXPECT_FALSE(text.value().at("a.c"));
  EXPECT_EQ(text.value().string_at("e"), "");
}

TEST(RawValueTest, EscapesAreTakenOffOnlyWhenAsked) {
  Text text(R"({"k\u0065y":"a\"\u00e9\/","half":"x\ud83d","plain":"y"})");
  std::string buffer;
  const RawValue value = text.value();
  EXPECT_EQ(value.find("key").text(), R"(a\"\u00e9\/)");
  EXPECT_EQ(value.find("key").text(buffer), "a\"é/");
  EXPECT_EQ(value.find("half").text(buffer), "x\\ud83d");
  EXPECT_EQ(value.find("plain").text(buffer), "y");
}

TEST(RawValueTest, CompactTextIsThatOfTheNodes) {
  Text text(R"({ "a" : [ 1.50 , "x\/y" , { } , [ ] ] , "b\u0041" : null })");
  std::string buffer;
  EXPECT_EQ(text.value().compact_text(buffer), R"({"a":[1.50,"x/y",{},[]],"bA":null})");
}

TEST(StructureTest, TextsOfAnySizeOneAfterAnother) {
  Structure structure;
  for (const std::size_t count : {1u, 100'000u, 3u, 1'000'000u, 2u}) {
    std::string text = "[";
    for (std::size_t i = 1; i < count; ++i)
      text += "{},";
    text += "{}]";
    const std::size_t size = text.size();
    text.append(kPadding, ' ');
    ASSERT_TRUE(structure.index(std::string_view(text).substr(0, size)).ok());
    const auto behind = structure.check(0);
    ASSERT_TRUE(behind.ok());
    EXPECT_EQ(*behind, 3 * count + 1);
  }
}

}  // namespace
}  // namespace riposte::json
