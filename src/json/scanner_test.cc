#include "json/scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::json {
namespace {

std::string error_of(std::string_view text) {
  const auto parsed = OwnedDocument::parse(text);
  return parsed.ok() ? "" : parsed.error().message;
}

std::string round(std::string_view text) {
  const auto parsed = OwnedDocument::parse(text);
  return parsed.ok() ? compact(parsed->root()) : parsed.error().message;
}

TEST(ScannerTest, KeepsOrderTextsAndNumbersAsWritten) {
  EXPECT_EQ(round(R"( {"b" : [1.50, -0, 1e3, {"x":null}], "a":"q\"\u00e9", "t":true, "f":false} )"),
            R"({"b":[1.50,-0,1e3,{"x":null}],"a":"q\"é","t":true,"f":false})");
  EXPECT_EQ(round("[]"), "[]");
  EXPECT_EQ(round("\"s\""), "\"s\"");
  EXPECT_EQ(round("12"), "12");
  EXPECT_EQ(round("null"), "null");
}

TEST(ScannerTest, ContainersKnowTheirTextAsWritten) {
  const auto parsed = OwnedDocument::parse(R"({"a": { "b" : [ 1, [ ] , {} ] } , "c":{ }})");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->root().find("a")->text, R"({ "b" : [ 1, [ ] , {} ] })");
  EXPECT_EQ(parsed->root().at("a.b")->text, "[ 1, [ ] , {} ]");
  EXPECT_EQ(parsed->root().find("c")->text, "{ }");
}

TEST(ScannerTest, HugeNumbersStayText) {
  EXPECT_EQ(round("[123456789012345678901234567890, 1e999]"),
            "[123456789012345678901234567890,1e999]");
  for (const char* text :
       {"[12x]", "[012]", "[1.]", "[12\"a\"]", "[1\x01]", "[-]", "[-Infinity]"}) {
    EXPECT_THAT(error_of(text), testing::HasSubstr("not a number")) << text;
  }
}

TEST(ScannerTest, HalfASurrogatePairDoesNotLoseTheEvent) {
  EXPECT_EQ(round(R"({"userAgent":"x\ud83d","eventName":"StopLogging"})"),
            R"({"userAgent":"x\\ud83d","eventName":"StopLogging"})");
}

TEST(ScannerTest, RefusesWithAReason) {
  EXPECT_NE(error_of("{\"a\":1,\"b\":{\"c\":1,\"c\":2}}").find("\"c\" stands twice"),
            std::string::npos);
  EXPECT_NE(error_of("{\"a\":\"\xff\"}").find("invalid UTF-8"), std::string::npos);
  EXPECT_NE(error_of(std::string(200, '[') + std::string(200, ']')).find("deeper than 128"),
            std::string::npos);
  EXPECT_NE(error_of("   ").find("nothing but white space"), std::string::npos);
  for (std::string_view text :
       {"", "{", "{\"a\":}", "[1,]", "{\"a\":1} x", "tru", "{\"a\" 1}", "\"open", "{'a':1}"}) {
    EXPECT_NE(error_of(text), "") << text;
  }
}

TEST(ScannerTest, RepeatedKeysAreFoundInWideObjectsToo) {
  std::string wide = "{";
  for (int i = 0; i < 1000; ++i)
    wide += "\"k" + std::to_string(i) + "\":1,";
  EXPECT_EQ(error_of(wide + "\"z\":1}"), "");
  EXPECT_NE(error_of(wide + "\"k7\":1}").find("\"k7\" stands twice"), std::string::npos);
}

}  // namespace
}  // namespace riposte::json
