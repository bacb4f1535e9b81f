// What each type of correlation looks for, one story a type; tests/differential tries the rest.

#include "correlate/window.h"

#include "correlate/samples_test.h"

namespace riposte::correlate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string field(const std::string& name, const std::string& json) {
  return "{\"" + name + "\":" + json + "}";
}

// Results, without their updates.
std::vector<Result> told(Sample& sample) {
  std::vector<Result> results = sample.finish();
  std::erase_if(results, [](const Result& result) { return result.is_update; });
  return results;
}

TEST(WindowTest, AnUpperBoundIsJudgedWhenTheTimespanIsOver) {
  Sample sample({"type: event_count, rules: [a], timespan: 1m, condition: {lt: 3}"});
  sample.hit('a', 0, "0");
  sample.hit('a', 60, "1");
  for (int i = 100; i < 103; ++i)
    sample.hit('a', i, std::to_string(i));
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1)) << "the second window holds three";
  EXPECT_EQ(results[0].opened, at(60));
  EXPECT_EQ(results[0].count, 2u);
}

TEST(WindowTest, EachNextSoManyAreToldAgain) {
  std::vector<rule::RulePointer> rules =
      sample_rules({"type: event_count, rules: [a], timespan: 5m, condition: {gte: 3}"});
  rule::Rule again = *rules.back();
  again.correlation->again = true;
  rules.back() = std::make_shared<const rule::Rule>(std::move(again));
  const Plan plan(rules);
  Correlator correlator(plan, {});
  for (int i = 0; i < 8; ++i) {
    const auto document = json::OwnedDocument::parse("{}");
    event::RawEvent shown;
    shown.record = document->raw();
    correlator.add(
        {0, at(i), "source", packed_id(std::to_string(i)), plan.pack_fields(0, shown)});
  }
  correlator.finish();
  const std::vector<Result> results = correlator.take_results();
  ASSERT_THAT(results, SizeIs(2)) << "eight are twice three, and two that wait for a third";
  EXPECT_THAT(results[0].events, ElementsAre("0", "1", "2"));
  EXPECT_THAT(results[1].events, ElementsAre("3", "4", "5"));
  EXPECT_EQ(results[1].count, 3u);
}

TEST(WindowTest, ValueCountCountsDifferentValues) {
  Sample sample({"type: value_count, rules: [a], timespan: 1m, condition: {field: ip, gte: 3}"});
  for (int i = 0; i < 9; ++i)
    sample.hit('a', i, std::to_string(i), field("ip", i < 8 ? std::to_string(i % 2) : "2"));
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].events, ElementsAre("6", "7", "8")) << "one hit a value, the newest";
}

TEST(WindowTest, ValueSumAddsNumbersUp) {
  Sample sample({"type: value_sum, rules: [a], timespan: 1m, condition: {field: n, gt: 10}"});
  sample.hit('a', 0, "0", field("n", "7"));
  sample.hit('a', 1, "1", field("n", "\"none\""));
  sample.hit('a', 61, "2", field("n", "\"3.5\""));
  sample.hit('a', 62, "3", field("n", "7"));
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].value, 10.5);
}

TEST(WindowTest, ASumThatSlidesDoesNotDrift) {
  Sample sample({"type: value_sum, rules: [a], timespan: 2s, condition: {field: n, gte: 1}"});
  sample.hit('a', 0, "large", R"({"n":-1e17})");
  for (int i = 1; i < 1000; ++i)
    sample.hit('a', i, "e" + std::to_string(i), i < 500 ? R"({"n":0.1})" : R"({"n":0.2})");
  EXPECT_TRUE(sample.finish().empty()) << "three times 0.2 are 0.6, whatever went before";
}

TEST(WindowTest, ValueAvgTakesTheMeanOfAWholeTimespan) {
  Sample sample({"type: value_avg, rules: [a], timespan: 1m, condition: {field: n, gt: 5}"});
  sample.hit('a', 0, "0", field("n", "9"));
  sample.hit('a', 1, "1", field("n", "1"));
  sample.hit('a', 100, "2", field("n", "6"));
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].events, ElementsAre("2"));
}

TEST(WindowTest, APercentileIsANumberThatFewExceed) {
  Sample sample(
      {"type: value_percentile, rules: [a], timespan: 1m, condition: {field: n, "
       "percentile: 90, gte: 9}"});
  for (int i = 1; i <= 10; ++i)
    sample.hit('a', i, std::to_string(i), field("n", std::to_string(i)));
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].value, 9);
}

TEST(WindowTest, WithoutAPercentileTheShareOfAValueCounts) {
  Sample sample(
      {"type: value_percentile, rules: [a], timespan: 2m, condition: {field: image, lte: 1}"});
  for (int i = 0; i < 100; ++i)
    sample.hit('a', i, std::to_string(i), field("image", i == 50 ? "\"odd\"" : "\"usual\""));
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].value, 1);
}

TEST(WindowTest, TemporalWantsAllOfItsRulesInAnyOrder) {
  Sample sample({"type: temporal, rules: [a, b], timespan: 1m"});
  sample.hit('b', 0, "b");
  sample.hit('b', 1, "b2");
  sample.hit('a', 60, "a");
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].events, ElementsAre("b2", "a"));
}

TEST(WindowTest, TemporalMayWantThatARuleDidNotHit) {
  Sample sample({"type: temporal, rules: [a, b], timespan: 1m, condition: a and not b"});
  sample.hit('a', 0, "a");
  sample.hit('b', 30, "b");
  sample.hit('a', 100, "a2");
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].events, ElementsAre("a2"));
}

TEST(WindowTest, OrderedWantsTheOrderOfItsRules) {
  Sample sample({"type: temporal_ordered, rules: [a, b, c], timespan: 1m"});
  sample.hit('a', 0, "a1");
  sample.hit('b', 1, "b1");
  sample.hit('a', 30, "a2");
  sample.hit('c', 31, "c1");
  sample.hit('b', 200, "b3");
  sample.hit('a', 201, "a3");
  sample.hit('c', 202, "c3");
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].events, ElementsAre("a1", "b1", "c1"));
}

TEST(WindowTest, HitsOfOneSecondAreInOrder) {
  Sample sample({"type: temporal_ordered, rules: [b, a], timespan: 1m"});
  sample.hit('a', 5, "1");
  sample.hit('b', 5, "2");
  EXPECT_THAT(told(sample), SizeIs(1));
}

TEST(WindowTest, ANewValueIsToldOnceItIsLearnt) {
  Sample sample(
      {"type: riposte.new_value, rules: [a], timespan: 1d, field: region, learning: 1m, "
       "group-by: [user]"});
  const auto hit = [&](int second, const std::string& user, const std::string& region) {
    sample.hit('a', second, std::to_string(second),
               "{\"user\":\"" + user + "\",\"region\":\"" + region + "\"}");
  };
  hit(0, "x", "eu");
  hit(59, "x", "us");
  hit(61, "x", "us");
  hit(62, "x", "ap");
  hit(63, "x", "ap");
  hit(64, "y", "sa");
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].events, ElementsAre("62"));
  EXPECT_THAT(results[0].key,
              ElementsAre(testing::Pair("user", "x"), testing::Pair("region", "ap")));
}

TEST(WindowTest, SilenceIsToldWhenItHasLastedLongEnough) {
  Sample sample({"type: riposte.absence, rules: [a], timespan: 1m"});
  for (const int second : {0, 50, 100, 161})
    sample.hit('a', second, std::to_string(second));
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_EQ(results[0].opened, at(160));
  EXPECT_THAT(results[0].events, ElementsAre("100"));
}

TEST(WindowTest, WhatShouldHaveFollowedAndDidNotIsTold) {
  Sample sample({"type: riposte.absence, rules: [a, b], timespan: 1m, expected: b"});
  sample.hit('a', 0, "met");
  sample.hit('b', 60, "b");
  sample.hit('a', 61, "missed");
  sample.hit('b', 122, "too late");
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].events, ElementsAre("missed"));
  EXPECT_EQ(results[0].opened, at(121));
}

TEST(WindowTest, WhatShouldHaveGoneBeforeAndDidNotIsTold) {
  Sample sample({"type: riposte.absence, rules: [a, b], timespan: 1m, expected: b, side: before"});
  sample.hit('b', 0, "b");
  sample.hit('a', 60, "fine");
  sample.hit('a', 61, "alone");
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].events, ElementsAre("alone"));
}

TEST(WindowTest, ASpikeIsHeldAgainstTheKeysOwnPast) {
  Sample sample({"type: riposte.spike, rules: [a], timespan: 1h, factor: 3, condition: {gte: 5}"});
  int event = 0;
  const auto hour = [&](int number, int hits) {
    for (int i = 0; i < hits; ++i)
      sample.hit('a', number * 3600 + i, std::to_string(event++));
  };
  hour(0, 4);
  hour(1, 2);
  hour(2, 9);  // three times the mean of 3
  EXPECT_THAT(sample.correlator.take_results(), IsEmpty());
  hour(3, 16);  // more than three times the mean of 5
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1)) << "once an hour";
  EXPECT_EQ(results[0].count, 16u);
  EXPECT_EQ(results[0].opened, at(3 * 3600 + 15));
}

TEST(WindowTest, NobodyIsInTwoPlacesAtOnce) {
  Sample sample(
      {"type: riposte.travel, rules: [a], timespan: 1d, latitude: geo.lat, longitude: "
       "geo.lon, group-by: [user]"});
  const auto hit = [&](int hours, const std::string& lat, const std::string& lon) {
    sample.hit('a', hours * 3600, std::to_string(hours),
               R"({"user":"x","geo":{"lat":)" + lat + R"(,"lon":)" + lon + "}}");
  };
  hit(0, "48.14", "11.58");   // Munich
  hit(1, "52.52", "13.40");   // Berlin: 504 km in an hour
  hit(2, "40.71", "-74.01");  // New York: 6385 km in an hour
  hit(3, "0", "999");         // nowhere
  const std::vector<Result> results = told(sample);
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_NEAR(results[0].value, 6385, 5);
  EXPECT_THAT(results[0].events, ElementsAre("1", "2"));
}

}  // namespace
}  // namespace riposte::correlate
