#include "finding/finding_reader.h"

#include <gtest/gtest.h>

#include "finding/incident.h"
#include "finding/samples_test.h"
#include "finding/writers.h"

namespace riposte::finding {
namespace {

Finding again(const Finding& finding) { return read_finding(to_ndjson(finding)).value(); }

TEST(FindingReaderTest, WhatIsReadIsWrittenTheSame) {
  std::vector<Finding> findings = sample_story();
  findings.push_back(empty_finding());
  findings.push_back(sample_finding());
  findings.back().correlated = {{{"sourceIPAddress", "198.51.100.7"}, {"userName", {}}}, 12.5};
  rule::Rule rule = sample_rule();
  rule.correlation.emplace().type = rule::CorrelationType::ValueCount;
  findings.back().rule = shared(rule);
  for (const Finding& finding : findings)
    EXPECT_EQ(to_ndjson(again(finding)), to_ndjson(finding));
}

TEST(FindingReaderTest, IncidentsOfWhatWasKeptAreTheSame) {
  std::vector<Finding> kept;
  for (const Finding& finding : sample_story())
    kept.push_back(again(finding));
  const std::vector<Finding> told = sample_story();
  const std::vector<Incident> incidents = incidents_of(kept);
  ASSERT_EQ(incidents.size(), 1U);
  EXPECT_EQ(to_ndjson(incidents.front()), to_ndjson(incidents_of(told).front()));
}

TEST(FindingReaderTest, WhatIsNoFindingIsRefusedAndWhatIsOddIsNotKnown) {
  for (const char* text : {"", "[]", "{}", R"({"schema":"riposte.finding/1"})",
                           R"({"schema":"riposte.incident/1","id":"1"})"})
    EXPECT_FALSE(read_finding(text).ok()) << text;
  const Finding odd =
      read_finding(R"({"schema":"riposte.finding/1","id":"1","actor":[],"rule":7,)"
                   R"("resources":[1,{}],"count":-3,"first_time":"soon","events":"x"})")
          .value();
  EXPECT_EQ(odd.rule->level, rule::Level::Informational);
  EXPECT_EQ(odd.resources.size(), 1U);
  EXPECT_EQ(odd.count, 0U);
  EXPECT_EQ(odd.first_time, std::nullopt);
}

}  // namespace
}  // namespace riposte::finding
