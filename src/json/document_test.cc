#include "json/document.h"

#include <gtest/gtest.h>

#include "json/scanner.h"

namespace riposte::json {
namespace {

TEST(DocumentTest, FindsMembersByDottedPath) {
  const auto parsed = OwnedDocument::parse(R"({"a":{"b":{"c":"x"},"n":12},"l":[{"b":1}]})");
  const Node& root = parsed->root();
  EXPECT_EQ(root.string_at("a.b.c"), "x");
  EXPECT_EQ(root.at("a.b.d"), nullptr);
  EXPECT_EQ(root.at("l.b"), nullptr) << "arrays are not entered";
  EXPECT_EQ(root.string_at("a.n"), "") << "a number is no string";
  EXPECT_EQ(root.at("a.n")->number(), 12.0);
}

TEST(DocumentTest, ChildrenSkipTheirSubtrees) {
  const auto parsed = OwnedDocument::parse(R"([[1,2],{"a":[3]},4])");
  int count = 0;
  for (const Node& child : children(parsed->root())) {
    EXPECT_EQ(child.kind, count == 0 ? Kind::Array : count == 1 ? Kind::Object : Kind::Number);
    ++count;
  }
  EXPECT_EQ(count, 3);
}

TEST(DocumentTest, CompactTakesTheWhiteSpaceOut) {
  EXPECT_EQ(compact(OwnedDocument::parse("{ \"a\" : [ 1 , 2 ] }")->root()), R"({"a":[1,2]})");
}

}  // namespace
}  // namespace riposte::json
