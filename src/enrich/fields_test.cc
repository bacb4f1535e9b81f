#include "enrich/fields.h"

#include <string>

#include <gtest/gtest.h>

#include "json/scanner.h"

namespace riposte::enrich {
namespace {

std::string texts_of(std::string_view json) {
  const auto document = json::OwnedDocument::parse(json);
  std::string joined;
  for_each_text(&document->root(), [&](std::string_view text) { joined.append(text) += ';'; });
  return joined;
}

TEST(FieldsTest, AListMayBeASingleValue) {
  EXPECT_EQ(texts_of(R"(["a",1,true])"), "a;1;true;");
  EXPECT_EQ(texts_of(R"("a")"), "a;");
  EXPECT_EQ(texts_of(R"(["a",["b"],{"c":"d"}])"), "a;");
  EXPECT_EQ(texts_of(R"({"a":"b"})"), "");
  bool called = false;
  for_each_text(nullptr, [&](std::string_view) { called = true; });
  EXPECT_FALSE(called);
}

TEST(FieldsTest, OneTextThatFitsIsEnough) {
  const auto document = json::OwnedDocument::parse(R"(["a","b"])");
  EXPECT_TRUE(any_text(&document->root(), [](std::string_view text) { return text == "a"; }));
  EXPECT_FALSE(any_text(&document->root(), [](std::string_view text) { return text == "c"; }));
  EXPECT_FALSE(any_text(nullptr, [](std::string_view) { return true; }));
}

TEST(FieldsTest, NamesAreFoundWithoutCase) {
  const auto document = json::OwnedDocument::parse(R"({"policyText":1})");
  EXPECT_NE(find_folded(document->root(), "PolicyText"), nullptr);
  EXPECT_EQ(find_folded(document->root(), "policy"), nullptr);
  EXPECT_EQ(find_folded(*document->root().find("policyText"), "policyText"), nullptr)
      << "a number has no members";
}

}  // namespace
}  // namespace riposte::enrich
