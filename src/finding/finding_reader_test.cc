#include "finding/finding_reader.h"

#include "finding/incident.h"
#include "finding/samples_test.h"
#include "finding/writers.h"

namespace riposte::finding {
namespace {

std::vector<Finding> read_back(const std::vector<Finding>& findings) {
  std::vector<Finding> read;
  for (const Finding& finding : findings)
    read.push_back(read_finding(to_ndjson(finding)).value());
  return read;
}

TEST(FindingReaderTest, WhatIsReadSaysTheSameAgain) {
  std::vector<Finding> findings = sample_story();
  findings.push_back(empty_finding());
  Finding correlated = sample_finding();
  correlated.correlated = {{{"sourceIPAddress", "198.51.100.7"}, {"eventName", std::nullopt}}, 2.5};
  findings.push_back(correlated);
  for (const Finding& finding : findings) {
    const Finding read = read_finding(to_ndjson(finding)).value();
    EXPECT_EQ(to_ndjson(read), to_ndjson(finding));
  }
}

TEST(FindingReaderTest, WhatIsReadIsJoinedAsItWasBefore) {
  const std::vector<Finding> findings = sample_story();
  const std::vector<Finding> read = read_back(findings);
  const std::vector<Incident> before = incidents_of(findings);
  const std::vector<Incident> after = incidents_of(read);
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i)
    EXPECT_EQ(to_ndjson(after[i]), to_ndjson(before[i]));
}

TEST(FindingReaderTest, AnOlderFindingLacksWhatWasNotWrittenThen) {
  const Finding finding =
      read_finding(R"({"schema":"riposte.finding/1","id":"1","count":"many"})").value();
  EXPECT_EQ(finding.id, "1");
  EXPECT_EQ(finding.count, 0U);
  EXPECT_EQ(finding.format, event::Format::Unknown);
  EXPECT_FALSE(finding.first_time);
}

TEST(FindingReaderTest, WhatIsNoFindingIsRefused) {
  for (std::string_view text : {"", "[]", "{}", R"({"schema":"riposte.plan/1"})"})
    EXPECT_FALSE(read_finding(text).ok()) << text;
}

}  // namespace
}  // namespace riposte::finding
