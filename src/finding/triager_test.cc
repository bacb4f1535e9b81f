#include "finding/triager.h"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

#include "finding/samples_test.h"

namespace riposte::finding {
namespace {

struct Sighting {
  std::string id;
  std::string path;
  std::uint64_t record;
};

void add(Triager& triager, const rule::RulePointer& rule, const Sighting& sighting) {
  SampleEvent sample(R"({"eventID":")" + sighting.id + R"(","eventTime":"2026-01-31T18:37:58Z"})");
  sample.event.origin = {.path = sighting.path, .record = sighting.record};
  triager.add(rule, sample.event);
}

// "id path:record" of each finding, sorted.
std::vector<std::string> taken(Triager& triager) {
  std::vector<std::string> texts;
  for (const Finding& finding : triager.take()) {
    texts.push_back(finding.events[0] + " " + finding.source_path + ":" +
                    std::to_string(finding.source_record));
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

using Texts = std::vector<std::string>;

TEST(TriagerTest, TheSameEventTwiceIsOneFindingAndOneDuplicate) {
  const rule::RulePointer rule = shared(sample_rule());
  Triager triager;
  add(triager, rule, {"e1", "a.json", 1});
  add(triager, rule, {"e1", "b.json", 7});
  add(triager, rule, {"e2", "b.json", 8});
  EXPECT_EQ(triager.hit_count(), 3u);
  EXPECT_EQ(triager.duplicate_count(), 1u);
  EXPECT_EQ(taken(triager), Texts({"e1 a.json:1", "e2 b.json:8"}));
}

TEST(TriagerTest, TwoRulesOnOneEventAreTwoFindings) {
  rule::Rule other = sample_rule();
  other.id = "other";
  Triager triager;
  add(triager, shared(sample_rule()), {"e1", "a.json", 1});
  add(triager, shared(other), {"e1", "a.json", 1});
  EXPECT_EQ(triager.take().size(), 2u);
  EXPECT_EQ(triager.duplicate_count(), 0u);
}

// Every order of the same sightings, dealt to one triager or to two, gives the same findings.
TEST(TriagerTest, NeitherOrderNorThreadsShowInTheFindings) {
  const rule::RulePointer rule = shared(sample_rule());
  const std::vector<Sighting> sightings = {
      {"e1", "a.json", 10}, {"e1", "a.json", 9}, {"e1", "b.json", 1}, {"e2", "b.json", 2}};
  std::vector<std::size_t> order = {0, 1, 2, 3};
  do {
    for (std::size_t split = 0; split <= order.size(); ++split) {
      Triager whole;
      Triager part;
      for (std::size_t i = 0; i < order.size(); ++i) {
        add(i < split ? whole : part, rule, sightings[order[i]]);
      }
      whole.merge(std::move(part));
      EXPECT_EQ(whole.hit_count(), 4u);
      EXPECT_EQ(whole.duplicate_count(), 2u);
      EXPECT_EQ(taken(whole), Texts({"e1 a.json:9", "e2 b.json:2"}));
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(TriagerTest, ARecordThatReadsTheSameIsKnownBeforeItIsBuilt) {
  const rule::RulePointer rule = shared(sample_rule());
  const auto repeats = [&rule](Triager& triager, std::string_view text, event::Origin origin) {
    SampleEvent sample(text);
    sample.event.raw.origin = origin;
    return triager.repeats(rule, sample.event.raw);
  };
  Triager triager;
  const std::string text = R"({"eventID":"e1","eventTime":"2026-01-31T18:37:58Z"})";
  EXPECT_FALSE(repeats(triager, text, {"b.json", 1}));
  add(triager, rule, {"e1", "b.json", 1});
  EXPECT_TRUE(repeats(triager, text, {"c.json", 1}));
  EXPECT_TRUE(repeats(triager, text, {"a.json", 5}));
  EXPECT_FALSE(
      repeats(triager, R"({"eventID":"e1","eventTime":"2026-01-31T18:37:59Z"})", {"a.json", 1}));
  EXPECT_FALSE(repeats(triager, R"({"eventID":"e\u0031"})", {"a.json", 1}));
  EXPECT_FALSE(repeats(triager, R"({"eventTime":"2026-01-31T18:37:58Z"})", {"a.json", 1}));
  EXPECT_EQ(triager.hit_count(), 3u);
  EXPECT_EQ(triager.duplicate_count(), 2u);
  EXPECT_EQ(taken(triager), Texts({"e1 a.json:5"}));
}

TEST(TriagerTest, TakesAllFindingsInOrderAndKeepsItsCounts) {
  const rule::RulePointer rule = shared(sample_rule());
  Triager triager;
  for (int i = 0; i < 50; ++i)
    add(triager, rule, {"e" + std::to_string(i), "a.json", 1});
  const std::vector<Finding> findings = triager.take();
  EXPECT_EQ(findings.size(), 50u);
  EXPECT_TRUE(std::is_sorted(findings.begin(), findings.end(), earlier));
  EXPECT_TRUE(triager.take().empty());
  EXPECT_EQ(triager.hit_count(), 50u);
}

}  // namespace
}  // namespace riposte::finding
