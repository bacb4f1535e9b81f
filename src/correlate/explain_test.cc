#include "correlate/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "correlate/samples_test.h"

namespace riposte::correlate {
namespace {

using testing::ElementsAre;

// Hits of rules a, b and c as a timeline, explained for the last of the correlations.
class Timeline {
 public:
  explicit Timeline(const std::vector<std::string>& blocks)
      : rules_(sample_rules(blocks)), plan_(rules_) {}

  Timeline& hit(char rule, int second, const std::string& fields = R"({"u":"x"})") {
    const auto document = json::OwnedDocument::parse(fields);
    event::RawEvent shown;
    shown.record = document->raw();
    const auto index = static_cast<rule::RuleIndex>(rule - 'a');
    hits_.push_back({index, at(second), packed_id("e" + std::to_string(second)),
                     plan_.pack_fields(index, shown)});
    return *this;
  }

  TimelineStory explain() const {
    return correlate::explain(plan_, static_cast<rule::RuleIndex>(rules_.size() - 1), hits_);
  }
  // What the only key lacks.
  std::string missing() const {
    const TimelineStory story = explain();
    EXPECT_EQ(story.keys.size(), 1u);
    EXPECT_TRUE(story.keys.front().nearest);
    return story.keys.front().nearest ? story.keys.front().nearest->missing : "";
  }

 private:
  std::vector<rule::RulePointer> rules_;
  Plan plan_;
  std::vector<TimelineHit> hits_;
};

const std::string kCount =
    "type: event_count, rules: [a], group-by: [u], timespan: 60s, condition: ";

TEST(ExplainTest, ACountSaysHowManyItsFullestWindowLacks) {
  const TimelineStory story = Timeline({kCount + "{gte: 4}"})
                                  .hit('a', 0)
                                  .hit('a', 100)
                                  .hit('a', 110)
                                  .hit('a', 400)
                                  .explain();
  ASSERT_EQ(story.keys.size(), 1u);
  const KeyStory& key = story.keys.front();
  EXPECT_TRUE(key.results.empty());
  EXPECT_THAT(key.key, ElementsAre(std::pair("u", std::optional<std::string>("x"))));
  EXPECT_EQ(key.held.size(), 4u);
  EXPECT_EQ(key.held[1].event, "e100");
  ASSERT_TRUE(key.nearest);
  EXPECT_EQ(key.nearest->first, at(100));
  EXPECT_EQ(key.nearest->last, at(110));
  EXPECT_EQ(key.nearest->value, 2);
  EXPECT_EQ(key.nearest->missing, "2 more");
}

TEST(ExplainTest, AKeyThatFiresSaysWhen) {
  const TimelineStory story = Timeline({kCount + "{gte: 2}"})
                                  .hit('a', 0, R"({"u":"y"})")
                                  .hit('a', 1)
                                  .hit('a', 2)
                                  .hit('a', 3)
                                  .explain();
  ASSERT_EQ(story.keys.size(), 2u);
  EXPECT_EQ(story.keys[0].key.front().second, "x") << "what fires comes first";
  ASSERT_EQ(story.keys[0].results.size(), 1u);
  EXPECT_EQ(story.keys[0].results.front().opened, at(2));
  EXPECT_EQ(story.keys[0].results.front().count, 3u) << "as it had grown";
  EXPECT_FALSE(story.keys[0].nearest);
  EXPECT_EQ(story.keys[1].nearest->missing, "1 more");
}

TEST(ExplainTest, UpperBoundsAreJudgedWhenAWindowIsOver) {
  EXPECT_EQ(Timeline({kCount + "{lte: 1}"}).hit('a', 0).hit('a', 1).hit('a', 2).missing(),
            "2 less");
  EXPECT_EQ(Timeline({kCount + "{eq: 5}"}).hit('a', 0).hit('a', 1).missing(), "3 more");
}

TEST(ExplainTest, ValuesAreCountedAsTheWindowCountsThem) {
  const std::string block =
      "type: value_count, rules: [a], group-by: [u], timespan: 60s, condition: {field: v, gte: 3}";
  const TimelineStory story = Timeline({block})
                                  .hit('a', 0, R"({"u":"x","v":"1"})")
                                  .hit('a', 1, R"({"u":"x","v":"1"})")
                                  .hit('a', 2, R"({"u":"x","v":"2"})")
                                  .hit('a', 3)
                                  .explain();
  ASSERT_EQ(story.keys.size(), 1u);
  EXPECT_EQ(story.keys[0].nearest->value, 2);
  EXPECT_EQ(story.keys[0].nearest->missing, "1 more");
  EXPECT_THAT(story.keys[0].held[2].values, ElementsAre("2"));
  EXPECT_EQ(story.without_value, 1u);
}

TEST(ExplainTest, TwoFieldsAreOneValueWhateverSpacesAreInThem) {
  EXPECT_EQ(Timeline({"type: value_count, rules: [a], group-by: [u], timespan: 60s, "
                      "condition: {field: [v, w], gte: 3}"})
                .hit('a', 0, R"({"u":"x","v":"a b","w":"c"})")
                .hit('a', 1, R"({"u":"x","v":"a","w":"b c"})")
                .missing(),
            "1 more");
}

TEST(ExplainTest, RulesThatDidNotHitTogetherAreNamed) {
  const std::string block = "type: temporal, rules: [a, b, c], group-by: [u], timespan: 60s";
  EXPECT_EQ(Timeline({block}).hit('a', 0).hit('b', 100).hit('c', 110).missing(), "no hit of a");
  EXPECT_EQ(Timeline({block + ", condition: a and not b"}).hit('a', 0).hit('b', 1).missing(),
            "hits of a, b, no hit of c");
}

TEST(ExplainTest, AnOrderSaysHowFarItCame) {
  const std::string block =
      "type: temporal_ordered, rules: [a, b, c], group-by: [u], timespan: 60s";
  EXPECT_EQ(Timeline({block}).hit('a', 0).hit('c', 1).hit('b', 2).missing(),
            "no hit of c behind b");
  EXPECT_EQ(Timeline({block}).hit('c', 1).hit('b', 2).missing(), "no hit of a");
}

TEST(ExplainTest, AChainHoldsTheResultsItJoins) {
  const TimelineStory story =
      Timeline(
          {kCount + "{gte: 2}", "type: temporal, rules: [c0, b], group-by: [u], timespan: 60s"})
          .hit('a', 0)
          .hit('a', 1)
          .explain();
  ASSERT_EQ(story.keys.size(), 1u);
  ASSERT_EQ(story.keys[0].held.size(), 1u);
  EXPECT_EQ(story.keys[0].held[0].rule, "c0");
  EXPECT_EQ(story.keys[0].held[0].time, at(1));
  EXPECT_EQ(story.keys[0].nearest->missing, "no hit of b");
}

TEST(ExplainTest, HitsOfNobodyAreCounted) {
  const TimelineStory story = Timeline({kCount + "{gte: 2}"}).hit('a', 0, "{}").explain();
  EXPECT_TRUE(story.keys.empty());
  EXPECT_EQ(story.without_key, 1u);
}

TEST(ExplainTest, TypesThatNeitherCountNorOrderSayWhatTheyHold) {
  const TimelineStory story =
      Timeline({"type: riposte.absence, rules: [a, b], group-by: [u], timespan: 60s, expected: b"})
          .hit('a', 0)
          .hit('b', 1)
          .explain();
  ASSERT_EQ(story.keys.size(), 1u);
  EXPECT_TRUE(story.keys[0].results.empty());
  EXPECT_EQ(story.keys[0].held.size(), 2u);
  EXPECT_FALSE(story.keys[0].nearest);
}

}  // namespace
}  // namespace riposte::correlate
