#include "correlate/correlator.h"

#include <set>

#include "correlate/origin.h"
#include "correlate/samples_test.h"

namespace riposte::correlate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

const char* const kThreeHits = "type: event_count, rules: [a], timespan: 1m, condition: {gte: 3}";
const char* const kThreeHitsOfUser =
    "type: event_count, rules: [a], timespan: 1m, condition: {gte: 3}, group-by: [user]";

TEST(CorrelatorTest, AWindowIsAsWideAsItsTimespan) {
  Sample near({kThreeHits});
  Sample far({kThreeHits});
  for (int i = 0; i < 3; ++i) {
    near.hit('a', 30 * i, std::to_string(i));
    far.hit('a', i < 2 ? 30 * i : 61, std::to_string(i));
  }
  const std::vector<Result> results = near.finish();
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].opened, at(60));
  EXPECT_EQ(results[0].first, at(0));
  EXPECT_EQ(results[0].count, 3u);
  EXPECT_EQ(results[0].value, 3);
  EXPECT_THAT(results[0].events, ElementsAre("0", "1", "2"));
  EXPECT_THAT(far.finish(), IsEmpty()) << "the first hit is a second too old";
}

TEST(CorrelatorTest, AWindowThatStaysSatisfiedIsOneResult) {
  Sample sample({kThreeHits});
  for (int i = 0; i < 100; ++i)
    sample.hit('a', i, std::to_string(i));
  const std::vector<Result> results = sample.finish();
  // 0, 1, 2 and all up to 62; 63, 64, 65 and the rest.
  ASSERT_THAT(results, SizeIs(4)) << "each told at once, and again when it was over";
  EXPECT_FALSE(results[0].is_update);
  EXPECT_EQ(results[0].count, 3u);
  EXPECT_TRUE(results[1].is_update);
  EXPECT_EQ(results[1].opened, results[0].opened);
  EXPECT_EQ(results[1].count, 63u);
  EXPECT_EQ(results[1].last, at(62));
  EXPECT_THAT(results[1].events, SizeIs(kEvidenceMax));
  EXPECT_EQ(results[2].opened, at(65));
  EXPECT_EQ(results[3].count, 37u);
}

TEST(CorrelatorTest, EachKeyHasItsWindow) {
  Sample sample({kThreeHitsOfUser});
  for (int i = 0; i < 3; ++i) {
    sample.hit('a', i, "x" + std::to_string(i), R"({"user":"x"})");
    if (i < 2) sample.hit('a', i, "y" + std::to_string(i), R"({"user":"y"})");
  }
  const std::vector<Result> results = sample.finish();
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].key, ElementsAre(Pair("user", "x")));
}

TEST(CorrelatorTest, AMissingFieldIsAValueUnlessAllAreMissing) {
  Sample sample(
      {"type: event_count, rules: [a], timespan: 1m, condition: {gte: 2}, "
       "group-by: [user, host]"});
  sample.hit('a', 0, "0", R"({"user":"x"})");
  sample.hit('a', 1, "1", R"({"user":"x","host":null})");
  sample.hit('a', 2, "2", R"({"host":"x"})");
  sample.hit('a', 3, "3");
  sample.hit('a', 4, "4");
  const std::vector<Result> results = sample.finish();
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].key, ElementsAre(Pair("user", "x"), Pair("host", std::nullopt)));
  EXPECT_EQ(sample.correlator.counts().without_key, 2u);
}

TEST(CorrelatorTest, AnEventWithSeveralValuesCountsForEach) {
  Sample sample(
      {"type: event_count, rules: [a], timespan: 1m, condition: {gte: 2}, "
       "group-by: [instances.id]"});
  sample.hit('a', 0, "0", R"({"instances":[{"id":"i-1"},{"id":"i-2"}]})");
  sample.hit('a', 1, "1", R"({"instances":[{"id":"i-2"}]})");
  const std::vector<Result> results = sample.finish();
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].key, ElementsAre(Pair("instances.id", "i-2")));
}

TEST(CorrelatorTest, ACopyOfAHitCountsOnce) {
  Sample sample({kThreeHits});
  for (int i = 0; i < 5; ++i)
    sample.hit('a', 0, i % 2 == 0 ? "one" : "two");
  EXPECT_THAT(sample.finish(), IsEmpty());
}

TEST(CorrelatorTest, TheOrderOfArrivalDoesNotMatter) {
  Sample sample({"type: temporal_ordered, rules: [a, b], timespan: 1m"});
  sample.hit('b', 100, "second");
  sample.hit('a', 90, "first");
  const std::vector<Result> results = sample.finish();
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].events, ElementsAre("first", "second"));
}

TEST(CorrelatorTest, AHitBehindTheWatermarkIsCountedAndNotTaken) {
  Sample sample({kThreeHits}, {.lateness = std::chrono::seconds(10)});
  sample.hit('a', 0, "0");
  sample.hit('a', 1, "1");
  sample.hit('a', 20, "2");
  sample.hit('a', 9, "late");
  EXPECT_EQ(sample.correlator.counts().late, 1u);
  const std::vector<Result> results = sample.finish();
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].events, ElementsAre("0", "1", "2"));
}

TEST(CorrelatorTest, AResultIsAHitForOtherCorrelations) {
  Sample sample({kThreeHitsOfUser,
                 "type: temporal_ordered, rules: [c0, b], timespan: 1m, group-by: [who], "
                 "aliases: {who: {c0: user, b: name}}"});
  for (int i = 0; i < 3; ++i)
    sample.hit('a', i, std::to_string(i), R"({"user":"x"})");
  sample.hit('b', 30, "b1", R"({"name":"y"})");
  sample.hit('b', 31, "b2", R"({"name":"x"})");
  const std::vector<Result> results = sample.finish();
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_EQ(sample.rules[results[1].rule]->id, "c1");
  EXPECT_THAT(results[1].key, ElementsAre(Pair("who", "x")));
  EXPECT_THAT(results[1].events, ElementsAre("2", "b2"));
}

TEST(CorrelatorTest, RulesThatAreOnlyPartsAreNotToldByThemselves) {
  const Sample silent({kThreeHits});
  EXPECT_FALSE(silent.plan.is_told(0));
  EXPECT_TRUE(silent.plan.is_told(1)) << "nobody joins b";
  EXPECT_TRUE(silent.plan.is_told(3));
  const Sample loud({kThreeHits, std::string(kThreeHits) + ", generate: true"});
  EXPECT_TRUE(loud.plan.is_told(0));
}

TEST(CorrelatorTest, BeyondItsKeysTheLeastRecentlyHitIsForgotten) {
  Sample sample({kThreeHitsOfUser}, {.keys_per_rule = 2});
  for (const char* user : {"x", "x", "y", "z", "x", "x", "x"}) {
    static int second = 0;
    ++second;
    sample.hit('a', second, std::to_string(second), std::string(R"({"user":")") + user + "\"}");
  }
  const std::vector<Result> results = sample.finish();
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_THAT(results[0].events, ElementsAre("5", "6", "7")) << "1 and 2 went when z came";
  EXPECT_EQ(sample.correlator.counts().keys_evicted, 2u);
}

TEST(CorrelatorTest, AKeyTakesNoMoreBytesThanItMay) {
  Sample sample({"type: event_count, rules: [a], timespan: 1h, condition: {gte: 1000}"},
                {.bytes_per_key = 500});
  for (int i = 0; i < 500; ++i)
    sample.hit('a', i, std::to_string(i));
  sample.correlator.advance(at(1000));
  EXPECT_LT(sample.correlator.bytes(), 4000u);
  EXPECT_GT(sample.correlator.counts().hits_forgotten, 400u);
}

TEST(CorrelatorTest, AllWindowsTakeNoMoreBytesThanTheyMay) {
  Sample sample({kThreeHitsOfUser}, {.lateness = base::Millis(0), .bytes = 100'000});
  for (int i = 0; i < 5000; ++i)
    sample.hit('a', i / 100, std::to_string(i), R"({"user":")" + std::to_string(i) + "\"}");
  EXPECT_LT(sample.correlator.bytes(), 200'000u);
  EXPECT_GT(sample.correlator.counts().keys_evicted, 1000u);
}

TEST(CorrelatorTest, HitsThatWaitAreBounded) {
  Sample sample({kThreeHits}, {.waiting = 10});
  for (int i = 0; i < 100; ++i)
    sample.hit('a', i, std::to_string(i));
  EXPECT_EQ(sample.correlator.counts().hurried, 90u);
}

TEST(CorrelatorTest, KeysThatNobodyHitsAnyMoreAreForgotten) {
  Sample sample({kThreeHitsOfUser}, {.lateness = base::Millis(0)});
  for (int i = 0; i < 1000; ++i)
    sample.hit('a', i, std::to_string(i), R"({"user":")" + std::to_string(i) + "\"}");
  EXPECT_LE(sample.correlator.key_count(), 62u) << "a minute of them";
}

const std::vector<std::string> kSomeOfAll = {
    kThreeHitsOfUser, "type: temporal, rules: [a, b], timespan: 1m, condition: a and not b",
    "type: value_avg, rules: [a], timespan: 20s, condition: {field: n, gt: 3}",
    "type: riposte.absence, rules: [a, b], timespan: 30s, expected: b",
    "type: event_count, rules: [c0], timespan: 5m, condition: {gte: 2}"};

void feed(Sample& sample, int from, int to) {
  for (int i = from; i < to; ++i) {
    sample.hit(i % 17 == 0 ? 'b' : 'a', i * 7 % 13 + 3 * i, std::to_string(i),
               R"({"user":")" + std::to_string(i % 3) + R"(","n":)" + std::to_string(i % 9) + "}");
  }
}

TEST(CorrelatorTest, WhatIsRestoredGoesOnAsIfNothingHadHappened) {
  const Limits limits{.lateness = std::chrono::seconds(20)};
  Sample whole(kSomeOfAll, limits);
  feed(whole, 0, 100);
  whole.correlator.take_results();
  const std::string snapshot = whole.correlator.snapshot();

  Sample restored(kSomeOfAll, limits);
  ASSERT_TRUE(restored.correlator.restore(snapshot).ok());
  EXPECT_EQ(restored.correlator.snapshot(), snapshot) << "byte for byte";
  EXPECT_EQ(restored.correlator.counts(), whole.correlator.counts());
  feed(whole, 100, 200);
  feed(restored, 100, 200);
  const std::vector<Result> expected = whole.finish();
  const std::vector<Result> got = restored.finish();
  ASSERT_EQ(got.size(), expected.size());
  ASSERT_GT(got.size(), 10u);
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].key_bytes, expected[i].key_bytes);
    EXPECT_EQ(got[i].opened, expected[i].opened);
    EXPECT_EQ(got[i].count, expected[i].count);
    EXPECT_EQ(got[i].events, expected[i].events);
  }
}

TEST(CorrelatorTest, DamagedBytesAreRefusedAndChangeNothing) {
  Sample sample(kSomeOfAll);
  feed(sample, 0, 50);
  const std::string snapshot = sample.correlator.snapshot();
  for (std::size_t size = 0; size < snapshot.size(); size += 3)
    EXPECT_FALSE(sample.correlator.restore(std::string_view(snapshot).substr(0, size)).ok());
  for (std::size_t i = 0; i < snapshot.size(); ++i) {
    std::string flipped = snapshot;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x55);
    EXPECT_FALSE(sample.correlator.restore(flipped).ok());
  }
  EXPECT_EQ(sample.correlator.snapshot(), snapshot);
  Sample stranger({kThreeHits});
  EXPECT_FALSE(stranger.correlator.restore(snapshot).ok()) << "other rules";
}

TEST(OriginTest, ACallerIsUnpackedAsItWasPacked) {
  event::Caller caller;
  EXPECT_EQ(unpack_caller(pack_caller(caller)), caller);
  caller = {"AssumedRole",
            "AROA:x",
            "arn:aws:sts::1:assumed-role/R/x",
            "arn:aws:iam::1:role/R",
            "ASIA000000000001",
            "dana",
            base::parse_time("2026-01-31T10:00:00Z"),
            true};
  EXPECT_EQ(unpack_caller(pack_caller(caller)), caller);
}

TEST(PlanTest, ItsFingerprintIsOfAllThatCorrelationsSay) {
  std::set<std::string> fingerprints;
  const std::vector<std::string> blocks = {
      "type: event_count, rules: [a, b], group-by: [u], timespan: 5m, condition: {gte: 3}",
      "type: event_count, rules: [a, b], group-by: [u], timespan: 5m, condition: {gte: 4}",
      "type: event_count, rules: [a, b], group-by: [u], timespan: 5m, condition: {gt: 3}",
      "type: event_count, rules: [a, b], group-by: [u], timespan: 5m, condition: {gte: 3}, "
      "aliases: "
      "{u: {a: x, b: y}}",
      "type: event_count, rules: [a, b], group-by: [u], timespan: 5m, condition: {gte: 3}, "
      "aliases: "
      "{u: {a: x, b: z}}",
      "type: temporal, rules: [a, b], group-by: [u], timespan: 5m, condition: a and b",
      "type: temporal, rules: [a, b], group-by: [u], timespan: 5m, condition: a or b",
      "type: riposte.new_value, rules: [a], group-by: [u], timespan: 5m, field: f, learning: 2m",
      "type: riposte.new_value, rules: [a], group-by: [u], timespan: 5m, field: f, learning: 1m"};
  for (const std::string& block : blocks)
    fingerprints.insert(Plan(sample_rules({block})).fingerprint());
  EXPECT_EQ(fingerprints.size(), blocks.size());
}

}  // namespace
}  // namespace riposte::correlate
