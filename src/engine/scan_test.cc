#include "engine/scan.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/writer.h"
#include "rule/fold.h"

namespace riposte::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string stop(std::string_view id, std::string_view time) {
  return R"({"eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","eventID":")" +
         std::string(id) + R"(","eventTime":"2026-01-31T)" + std::string(time) + "Z\"}";
}

match::Matcher stop_matcher() {
  auto rule = std::make_shared<rule::Rule>();
  rule->id = rule->name = "stopped";
  rule->level = rule::Level::High;
  rule->condition = rule::Condition::of(
      {rule::Dialect::Sigma, {{"eventName"}}, {rule::TextIs{rule::fold("StopLogging"), true}}});
  return match::Matcher({rule});
}

// Findings are those of its correlation only.
match::Matcher twice_matcher() {
  auto base = std::make_shared<rule::Rule>(*stop_matcher().rules().front());
  auto twice = std::make_shared<rule::Rule>();
  twice->id = twice->name = "twice";
  twice->level = rule::Level::High;
  twice->condition = rule::Condition::any_of({});
  rule::Correlation& correlation = twice->correlation.emplace();
  correlation.rules = correlation.rule_ids = {"stopped"};
  correlation.timespan = std::chrono::minutes(5);
  correlation.bounds = {{rule::Bound::Operator::Gte, 2}};
  return match::Matcher({base, twice});
}

class ScanTest : public testing::Test {
 protected:
  ScanTest() {
    folder_ = testing::TempDir() + "riposte_scan_" +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    spec_.paths = {folder_};
  }
  ~ScanTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name) << text;
  }

  std::vector<std::string> events(const ScanResult& result) {
    std::vector<std::string> ids;
    for (const finding::Finding& finding : result.findings)
      ids.push_back(finding.events.front());
    return ids;
  }

  std::string folder_;
  ScanSpec spec_;
};

TEST_F(ScanTest, FindingsComeInTheOrderOfTimeWhateverTheFilesAndThreads) {
  for (int i = 0; i < 20; ++i) {
    write("f" + std::to_string(i),
          stop("e" + std::to_string(19 - i), "18:00:" + std::to_string(59 - i)));
  }
  const match::Matcher matcher = stop_matcher();
  const std::vector<std::string> alone = events(scan(spec_, matcher, {}));
  EXPECT_EQ(alone.front(), "e0");
  EXPECT_EQ(alone.size(), 20u);
  spec_.jobs = 4;
  EXPECT_EQ(events(scan(spec_, matcher, {})), alone);
}

TEST_F(ScanTest, ACopyOfAnEventIsCountedAndNotTold) {
  write("a", stop("e", "18:00:00") + "\n" + stop("e", "18:00:00"));
  write("b", stop("e", "18:00:00"));
  const ScanResult result = scan(spec_, stop_matcher(), {});
  EXPECT_THAT(events(result), ElementsAre("e"));
  EXPECT_EQ(result.findings.front().source_path, folder_ + "/a");
  EXPECT_EQ(result.findings.front().source_record, 1u);
  EXPECT_EQ(result.stats.duplicates, 2u);
}

TEST_F(ScanTest, TheTimeWindowIsHalfOpen) {
  write("a", stop("before", "17:59:59") + "\n" + stop("first", "18:00:00") + "\n" +
                 stop("end", "19:00:00"));
  spec_.since = base::parse_time("2026-01-31T18:00:00Z");
  spec_.until = base::parse_time("2026-01-31T19:00:00Z");
  const ScanResult result = scan(spec_, stop_matcher(), {});
  EXPECT_THAT(events(result), ElementsAre("first"));
  EXPECT_EQ(result.stats.outside_time, 2u);
}

TEST_F(ScanTest, WhatCannotBeReadIsToldAndTheRestIsRead) {
  write("bad.gz", "\x1f\x8b\x08");
  write("broken", stop("a", "18:00:00") + "\n{\"x\":\n");
  write("fine", stop("b", "18:00:01"));
  const ScanResult result = scan(spec_, stop_matcher(), {});
  EXPECT_THAT(events(result), ElementsAre("a", "b"));
  EXPECT_EQ(result.stats.files_failed, 1u);
  EXPECT_THAT(result.failures.front().path, HasSubstr("bad.gz"));
  EXPECT_EQ(result.stats.quarantined, 1u);
  EXPECT_EQ(result.quarantined.front().record, 2u);
}

TEST_F(ScanTest, HitsBelowTheLevelAreCountedOnly) {
  write("a", stop("a", "18:00:00"));
  spec_.level = rule::Level::Critical;
  const ScanResult result = scan(spec_, stop_matcher(), {});
  EXPECT_TRUE(result.findings.empty());
  EXPECT_EQ(result.stats.hits, 1u);
}

TEST_F(ScanTest, CorrelationsSeeTheEventsOfAllFiles) {
  write("a", stop("later", "18:04:00"));
  write("b", stop("first", "18:00:00"));
  write("c", stop("first", "18:00:00"));
  const ScanResult result = scan(spec_, twice_matcher(), {});
  ASSERT_EQ(result.findings.size(), 1u);
  const finding::Finding& finding = result.findings.front();
  EXPECT_EQ(finding.rule->name, "twice");
  EXPECT_THAT(finding.events, ElementsAre("first", "later"));
  EXPECT_EQ(finding.count, 2u);
  EXPECT_EQ(finding.source_path, folder_ + "/a") << "the event that completed it";
  EXPECT_EQ(result.stats.hits, 4u);
}

TEST_F(ScanTest, AnEventThatCompletesACorrelationIsReadAgainWhereverItStands) {
  const std::string first = stop("first", "18:00:00");
  const std::string last = stop("last", "18:04:00");
  const std::string in_text = json::quoted(last);
  for (const std::string& text : {first + "\n" + last + "\n", "[" + first + ", " + last + "]",
                                  first + "\n" + in_text + "\n", in_text + "\n" + first + "\n"}) {
    write("log", text);
    const ScanResult result = scan(spec_, twice_matcher(), {});
    ASSERT_EQ(result.findings.size(), 1u) << text;
    EXPECT_EQ(result.findings.front().event_name, "StopLogging") << text;
    EXPECT_EQ(result.stats.subjects_lost, 0u) << text;
  }
}

TEST_F(ScanTest, ProgressEndsWithEveryFile) {
  write("a", stop("a", "18:00:00"));
  std::size_t last = 0;
  scan(spec_, stop_matcher(), [&last](std::size_t done, std::size_t) { last = done; });
  EXPECT_EQ(last, 1u);
}

}  // namespace
}  // namespace riposte::engine
