#include "simulate/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::simulate {
namespace {

using testing::HasSubstr;
using testing::Not;

Told told() {
  return {.name = "one",
          .title = "One",
          .references = {"004-2"},
          .beats = {{Beat::Kind::Attack, "mallory: s3.PutBucketAcl"},
                    {Beat::Kind::Safe, "it is <safe>", "found \"public\"\x1b[2J"}},
          .seconds = 0.25};
}

TEST(StoryTest, OneBeatThatIsNotAsExpectedFailsTheStory) {
  Told story = told();
  EXPECT_FALSE(story.ok());
  story.beats.back().wrong.clear();
  EXPECT_TRUE(story.ok());
}

TEST(StoryTest, JUnitHasAFailureForEachBeatThatIsWrong) {
  const std::string xml = to_junit({told()});
  EXPECT_THAT(xml, HasSubstr(R"(tests="1" failures="1")"));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"it is &lt;safe&gt;\">found &quot;public&quot;"));
  EXPECT_THAT(xml, Not(HasSubstr("\x1b")));
}

TEST(StoryTest, ColorsStandOnlyWhereThePaletteHasThem) {
  const Beat wrong = told().beats.back();
  EXPECT_THAT(line_of(wrong, finding::Palette::plain()), Not(HasSubstr("\x1b")));
  EXPECT_THAT(line_of(wrong, finding::Palette::colored()), HasSubstr("\x1b[31m"));
}

TEST(StoryTest, ProgramsReadTheSame) {
  EXPECT_THAT(to_ndjson(told()), HasSubstr(R"("passed":false)"));
  EXPECT_THAT(to_ndjson(told()),
              HasSubstr(R"({"kind":"attack","says":"mallory: s3.PutBucketAcl","wrong":null})"));
}

}  // namespace
}  // namespace riposte::simulate
