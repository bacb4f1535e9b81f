#include "json/writer.h"

#include <limits>

#include <gtest/gtest.h>

namespace riposte::json {
namespace {

TEST(WriterTest, WritesCompactJsonInOrder) {
  Writer writer;
  writer.object([&] {
    writer.field("b", "x");
    writer.key("list").array([&] {
      writer.value(1);
      writer.value(true);
      writer.object([] {});
    });
    writer.text_or_null("none", "");
    writer.field("ratio", 0.5);
    writer.field("nan", std::numeric_limits<double>::quiet_NaN());
  });
  EXPECT_EQ(writer.text(), R"({"b":"x","list":[1,true,{}],"none":null,"ratio":0.5,"nan":null})");
}

TEST(WriterTest, WhatIsPrintedIsAlwaysJson) {
  EXPECT_EQ(quoted("a\"\\\n\t\x01"), R"("a\"\\\n\t\u0001")");
  EXPECT_EQ(quoted("\xc2\x9b[2J\xc2\xa0\x7f"), "\"\\u009b[2J\xc2\xa0\\u007f\"");
  EXPECT_EQ(quoted("caf\xc3\xa9 \xff!"), "\"caf\xc3\xa9 \xef\xbf\xbd!\"");
}

}  // namespace
}  // namespace riposte::json
