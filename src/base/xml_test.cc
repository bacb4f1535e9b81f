#include "base/xml.h"

#include <gtest/gtest.h>

namespace riposte::base {
namespace {

TEST(XmlTest, MarkupAndWhiteSpaceComeBackAsTheyWere) {
  EXPECT_EQ(xml_escaped("a<b> & \"c\""), "a&lt;b&gt; &amp; &quot;c&quot;");
  EXPECT_EQ(xml_escaped("a\r\n\tb"), "a&#xD;&#xA;&#x9;b");
  EXPECT_EQ(xml_escaped("\xC3\xA4 'x'"), "\xC3\xA4 'x'");
}

}  // namespace
}  // namespace riposte::base
