#include "enrich/pattern.h"

#include <gtest/gtest.h>

namespace riposte::enrich {
namespace {

TEST(PatternTest, StarsAndQuestionMarksMatch) {
  EXPECT_TRUE(pattern_matches("iam:*", "iam:PassRole"));
  EXPECT_TRUE(pattern_matches("IAM:passrole", "iam:PassRole"));
  EXPECT_TRUE(pattern_matches("i?m:*r*e", "iam:PassRole"));
  EXPECT_TRUE(pattern_matches("*ab", "aab"));
  EXPECT_TRUE(pattern_matches("**", ""));
  EXPECT_TRUE(pattern_matches("", ""));
  EXPECT_FALSE(pattern_matches("", "a"));
  EXPECT_FALSE(pattern_matches("?", ""));
  EXPECT_FALSE(pattern_matches("iam:Pass", "iam:PassRole"));
  EXPECT_FALSE(pattern_matches("s3:*", "iam:PassRole"));
  EXPECT_FALSE(pattern_matches("*abc", "ababab"));
}

TEST(PatternTest, WildTextsHaveNothingElse) {
  EXPECT_TRUE(is_wild("*"));
  EXPECT_TRUE(is_wild("*?*"));
  EXPECT_TRUE(is_wild(""));
  EXPECT_FALSE(is_wild("a*"));
}

TEST(PatternTest, AnyArnIsMeantOnlyByPatternsWithoutAName) {
  for (std::string_view pattern : {"*", "arn:*", "arn:aws:*", "arn:aws:*:*:*:*", "arn:*:*"}) {
    EXPECT_TRUE(means_any_arn(pattern)) << pattern;
  }
  for (std::string_view pattern : {"", "arn:aws:s3:::*", "arn:aws:iam::*:role/*", "records"}) {
    EXPECT_FALSE(means_any_arn(pattern)) << pattern;
  }
}

}  // namespace
}  // namespace riposte::enrich
