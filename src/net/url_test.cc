#include "net/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/percent.h"

namespace riposte::net {
namespace {

using testing::ElementsAre;

TEST(UrlTest, EncodesWhatIsNotUnreserved) {
  EXPECT_EQ(percent_encode("a b/c~\xE1"), "a%20b%2Fc~%E1");
  EXPECT_EQ(percent_encode("a/b", "/"), "a/b");
}

TEST(UrlTest, DecodesWhatIsEncodedAndNothingElse) {
  EXPECT_EQ(base::percent_decode("a%20b%2f+"), "a b/+");
  EXPECT_EQ(base::percent_decode("100%"), "100%");
  EXPECT_EQ(base::percent_decode("%4"), "%4");
  EXPECT_EQ(base::percent_decode("%zz%41"), "%zzA");
}

TEST(UrlTest, AQueryIsReadAndWrittenInItsOrder) {
  EXPECT_THAT(read_query("b=%20&a"),
              ElementsAre(QueryParameter{"b", " "}, QueryParameter{"a", ""}));
  EXPECT_EQ(query_text({{"b", " "}, {"a", ""}}), "b=%20&a=");
}

TEST(UrlTest, AUrlFallsIntoItsParts) {
  const std::optional<Url> url = read_url("HTTPS://Example.com:8443/a/b?c=d");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "Example.com:8443");
  EXPECT_EQ(url->host_name(), "Example.com");
  EXPECT_EQ(url->path, "/a/b");
  EXPECT_EQ(url->query, "c=d");
  EXPECT_EQ(read_url("http://[::1]:80/")->host_name(), "::1");
}

TEST(UrlTest, WhatTwoReadersCouldReadDifferentlyIsNoUrl) {
  for (const char* text :
       {"example.com", "ftp://example.com", "http://", "http://user:word@example.com/",
        "http://example.com\\@other/", "http://example.com/a b", "http://a#b",
        "http://example.com:port/", "http://[::1/", "http://exa mple/", "http://a\r\nb/"}) {
    EXPECT_FALSE(read_url(text)) << text;
  }
}

}  // namespace
}  // namespace riposte::net
