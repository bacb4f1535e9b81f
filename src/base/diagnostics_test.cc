#include "base/diagnostics.h"

#include <gtest/gtest.h>

namespace riposte::base {
namespace {

TEST(DiagnosticsTest, ShowsTheLineACaretAndTheHint) {
  Diagnostics diagnostics;
  diagnostics.set_source("a.yml", "title: x\neventName|contain: Stop\n");
  diagnostics.error({2, 11}, "sigma-modifier", "unknown modifier \"contain\"",
                    "did you mean \"contains\"?");

  EXPECT_EQ(to_text(diagnostics.all()[0]),
            "a.yml:2:11: error[sigma-modifier]: unknown modifier \"contain\"\n"
            "    2 | eventName|contain: Stop\n"
            "      |           ^ did you mean \"contains\"?\n");
}

TEST(DiagnosticsTest, OfALongLineOnlyThePlaceIsShown) {
  Diagnostics diagnostics;
  diagnostics.set_source("a.yml", std::string(5000, 'x') + "!" + std::string(5000, 'y'));
  diagnostics.error({1, 5001}, "mark", "here");

  const Diagnostic& diagnostic = diagnostics.all()[0];
  EXPECT_EQ(diagnostic.snippet.size(), kSnippetBytesMax);
  EXPECT_EQ(diagnostic.snippet[5001 - diagnostic.snippet_column], '!');
  const std::string text = to_text(diagnostic);
  const std::string marked = text.substr(0, text.rfind('\n', text.size() - 2));
  EXPECT_EQ(text.find('^') - marked.size(), marked.find('!') - marked.find('\n'))
      << "the caret stands below its place";
}

TEST(DiagnosticsTest, WarningsDoNotFail) {
  Diagnostics diagnostics;
  diagnostics.warning({}, "odd", "odd but legal");
  EXPECT_TRUE(diagnostics.ok());
  diagnostics.error({}, "wrong", "wrong");
  EXPECT_EQ(diagnostics.error_count(), 1u);
}

TEST(DiagnosticsTest, PlacesCountFromOne) {
  EXPECT_EQ(place_of("ab\ncd", 0).column, 1u);
  EXPECT_EQ(place_of("ab\ncd", 4).line, 2u);
  EXPECT_EQ(place_of("ab\ncd", 4).column, 2u);
}

TEST(DiagnosticsTest, SuggestsOnlyWhatIsNear) {
  EXPECT_EQ(nearest("contain", {"contains", "cidr"}), "contains");
  EXPECT_EQ(nearest("scna", {"scan", "rule"}), "scan");
  EXPECT_EQ(nearest("wibble", {"contains", "cidr"}), "");
}

}  // namespace
}  // namespace riposte::base
