#include "rule/sigma_text.h"

#include <gmock/gmock.h>

namespace riposte::rule {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Wildcards as * and ?, literals between brackets.
std::string shown(const SigmaText& text) {
  std::string result;
  for (const Glob::Part& part : text) {
    if (part.kind == Glob::Part::Kind::Literal) result += "[" + part.text + "]";
    if (part.kind == Glob::Part::Kind::Any) result += "*";
    if (part.kind == Glob::Part::Kind::One) result += "?";
  }
  return result;
}

std::vector<std::string> shown(const std::vector<SigmaText>& texts) {
  std::vector<std::string> result;
  for (const SigmaText& text : texts)
    result.push_back(shown(text));
  return result;
}

TEST(SigmaTextTest, EscapesExactlyAsSigmaDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"plain", "[plain]"},
      {R"(C:\Windows\x)", R"([C:\Windows\x])"},
      {R"(C:\\Windows)", R"([C:\Windows])"},
      {R"(*\cmd.exe)", R"(*[\cmd.exe])"},
      {R"(prog?.exe)", R"([prog]?[.exe])"},
      {R"(a\*b)", R"([a*b])"},
      {R"(a\?b)", R"([a?b])"},
      {R"(a\\*b)", R"([a\]*[b])"},
      {R"(a\\?b)", R"([a\]?[b])"},
      {R"(a\\\*b)", R"([a\*b])"},
      {R"(a\\\b)", R"([a\\b])"},
      {R"(a\\\\b)", R"([a\\b])"},
      {R"(a\\\\*)", R"([a\\]*)"},
      {R"(end\)", R"([end\])"},
      {R"(end\\)", R"([end\])"},
      {R"(**)", R"(**)"},
      {R"(100\%)", R"([100\%])"},
  };
  for (const auto& [written, expected] : cases) {
    EXPECT_EQ(shown(parse_sigma_text(written)), expected) << written;
  }
}

TEST(SigmaTextTest, ReplacesAPlaceholderByEachOfItsValues) {
  const std::optional<Expansion> expansion = expand_placeholders(R"(x\%name%)", {});
  ASSERT_TRUE(expansion);
  EXPECT_THAT(expansion->texts, ElementsAre("x%name%"));

  const Placeholders placeholders = {{"user", {"ann", "b*"}}, {"host", {"h1", "h2"}}};
  EXPECT_THAT(expand_placeholders("%user%@%host%", placeholders)->texts,
              ElementsAre("ann@h1", "ann@h2", "b*@h1", "b*@h2"));
  EXPECT_THAT(expand_placeholders(R"(\%plain%user%)", placeholders)->texts,
              ElementsAre("%plainann", "%plainb*"));
}

TEST(SigmaTextTest, TakesOnlyWordsBetweenPercentSignsForPlaceholders) {
  for (const char* written : {"100% of 5%", "%%", "%a b%", "%open", "100%"}) {
    const std::optional<Expansion> expansion = expand_placeholders(written, {});
    EXPECT_EQ(expansion->placeholder_count, 0u) << written;
    EXPECT_THAT(expansion->texts, ElementsAre(written));
  }
}

TEST(SigmaTextTest, NamesPlaceholdersWithoutValues) {
  const std::optional<Expansion> expansion =
      expand_placeholders("%a%-%b%-%c%", {{"b", {"x"}}, {"c", {}}});

  EXPECT_THAT(expansion->missing, ElementsAre("a", "c"));
  EXPECT_THAT(expansion->texts, IsEmpty());
}

TEST(SigmaTextTest, RefusesPlaceholdersThatMultiplyWithoutEnd) {
  const Placeholders placeholders = {{"a", std::vector<std::string>(100, "x")}};

  EXPECT_TRUE(expand_placeholders("%a%", placeholders));
  EXPECT_FALSE(expand_placeholders("%a%%a%%a%", placeholders));
}

TEST(SigmaTextTest, WritesEveryDashThatBeginsAWord) {
  EXPECT_THAT(shown(*dash_variants(parse_sigma_text("-x"))),
              ElementsAre("[-x]", "[/x]", "[\u2013x]", "[\u2014x]", "[\u2015x]"));
  EXPECT_THAT(shown(*dash_variants(parse_sigma_text("\u2014x"))),
              ElementsAre("[\u2014x]", "[-x]", "[/x]", "[\u2013x]", "[\u2015x]"));
  EXPECT_EQ(dash_variants(parse_sigma_text(" -a /b"))->size(), 25u);
  EXPECT_EQ(dash_variants(parse_sigma_text("*-a*"))->size(), 5u);
}

TEST(SigmaTextTest, LeavesDashesWithinAndBehindWordsAlone) {
  for (const char* written : {"param-name", "a/b", "x -", "--", "- x", "", "*", "\u00e9-a"}) {
    EXPECT_EQ(dash_variants(parse_sigma_text(written))->size(), 1u) << written;
  }
  EXPECT_EQ(dash_variants(parse_sigma_text("--a"))->size(), 5u)
      << "the second dash begins the word";
}

TEST(SigmaTextTest, RefusesDashesThatMultiplyWithoutEnd) {
  EXPECT_EQ(dash_variants(parse_sigma_text(" -a -b -c -d -e"))->size(), 3125u);
  EXPECT_FALSE(dash_variants(parse_sigma_text(" -a -b -c -d -e -f")));
  EXPECT_FALSE(dash_variants(parse_sigma_text("-a*-b*-c*-d*-e*-f")));
}

TEST(SigmaTextTest, WritesUtf16InBothOrders) {
  using std::string_literals::operator""s;
  EXPECT_EQ(literal_of(encode_utf16(parse_sigma_text("cmd"), Utf16::Little)), "c\0m\0d\0"s);
  EXPECT_EQ(literal_of(encode_utf16(parse_sigma_text("cmd"), Utf16::Big)), "\0c\0m\0d"s);
  EXPECT_EQ(literal_of(encode_utf16(parse_sigma_text("\u20ac"), Utf16::Little)), "\xAC\x20"s);
  EXPECT_EQ(literal_of(encode_utf16(parse_sigma_text("\U0001F600"), Utf16::Big)),
            "\xD8\x3D\xDE\x00"s);
  EXPECT_EQ(shown(encode_utf16(parse_sigma_text("a*b"), Utf16::Little)), "[a\0]*[b\0]"s);
}

// RFC 4648, section 10.
TEST(SigmaTextTest, EncodesBase64) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(encode_base64(text), expected) << text;
  EXPECT_EQ(encode_base64("\xFB\xFF"), "+/8=");
}

// The values pySigma gives for its own example, and one of each length modulo three.
TEST(SigmaTextTest, CutsBase64ToWhatIsCertainAtEveryOffset) {
  EXPECT_THAT(encode_base64_offsets("foobar"), ElementsAre("Zm9vYmFy", "Zvb2Jhc", "mb29iYX"));
  EXPECT_THAT(encode_base64_offsets("http://"), ElementsAre("aHR0cDovL", "h0dHA6Ly", "odHRwOi8v"));
  EXPECT_THAT(encode_base64_offsets("https://"),
              ElementsAre("aHR0cHM6Ly", "h0dHBzOi8v", "odHRwczovL"));
}

TEST(SigmaTextTest, FindsAnOffsetInEveryEncodingOfATextThatHoldsIt) {
  const std::string needle = "secret";
  const std::vector<std::string> offsets = encode_base64_offsets(needle);
  for (std::size_t front = 0; front < 7; ++front) {
    for (std::size_t behind = 0; behind < 4; ++behind) {
      const std::string whole =
          encode_base64(std::string(front, 'x') + needle + std::string(behind, '\xFF'));
      EXPECT_NE(whole.find(offsets[front % 3]), std::string::npos) << front << " " << behind;
    }
  }
}

TEST(SigmaTextTest, GivesNothingCertainForAVeryShortText) {
  EXPECT_THAT(encode_base64_offsets(""), ElementsAre("", "", ""));
  EXPECT_THAT(encode_base64_offsets("a"), ElementsAre("Y", "", "h"));
}

}  // namespace
}  // namespace riposte::rule
