#include "aws/xml_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/protocol.h"

namespace riposte::aws {
namespace {

using testing::HasSubstr;

std::string outline(const XmlElement& element) {
  std::string text(element.name);
  if (!element.text.empty()) text += ":" + std::string(element.text);
  for (const XmlElement& child : children(element))
    text += "(" + outline(child) + ")";
  return text;
}

std::string outline(std::string_view text) {
  const auto xml = XmlText::parse(text);
  return xml.ok() ? outline(xml->root()) : "error";
}

TEST(XmlTextTest, ElementsComeInOrderWithTheirText) {
  EXPECT_EQ(outline("<A><B>1</B><C x='y'><D/></C><s3:E> </s3:E></A>"), "A(B:1)(C(D))(E: )");
}

TEST(XmlTextTest, TextInPiecesIsJoined) {
  EXPECT_EQ(outline("<A>1<!-- no --><![CDATA[<2>]]>&amp;3</A>"), "A:1<2>&3");
}

TEST(XmlTextTest, AttributesKeepTheirPrefix) {
  const auto xml = XmlText::parse("<A xsi:type=\"T\" b='&lt;'/>");
  const auto attributes = xml->attributes(xml->root());
  ASSERT_EQ(attributes.size(), 2u);
  EXPECT_EQ(attributes[0].name, "xsi:type");
  EXPECT_EQ(attributes[1].value, "<");
}

TEST(XmlTextTest, NoEntityExpands) {
  EXPECT_EQ(outline("<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>"
                    "<A>&b;&c;</A>"),
            "A:&b;&c;");
}

TEST(XmlTextTest, WhatIsNoXmlIsAnError) {
  for (const char* text :
       {"", " ", "text", "<A>", "<A></B>", "<A", "{}", "<?xml version='1.0'?>"}) {
    EXPECT_EQ(outline(text), "error") << text;
  }
}

TEST(XmlTextTest, DepthEnds) {
  std::string deep;
  for (std::size_t i = 0; i < 100'000; ++i)
    deep += "<A>";
  for (std::size_t i = 0; i < 100'000; ++i)
    deep += "</A>";
  const auto xml = XmlText::parse(deep);
  ASSERT_FALSE(xml.ok());
  EXPECT_THAT(xml.error().message, HasSubstr("nested deeper"));
}

}  // namespace
}  // namespace riposte::aws
