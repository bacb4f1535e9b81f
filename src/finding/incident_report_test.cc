#include <gtest/gtest.h>

#include "finding/samples_test.h"
#include "finding/writers.h"

namespace riposte::finding {
namespace {

std::string report(const std::vector<Finding>& findings, std::size_t width = 100) {
  return to_human(incidents_of(findings), Palette::plain(), width);
}

TEST(IncidentReportTest, TellsWhoWhatWhenAndTheStoryInOrder) {
  EXPECT_EQ(
      report(sample_story()),
      R"(HIGH      CloudTrail trail stopped                                  77e4bb0750d048f719738e3f2c334d0d
          who   alice, Admin/x, behind: arn:aws:iam::111122223333:user/alice, account 111122223333
          from  198.51.100.7
          past  Defense Evasion > Persistence
          on    trail org-trail, user mallory
          when  2 findings, 2 events, 2026-01-31 18:37:58 to 18:39:58 UTC, eu-west-1
          then  18:37:58  high      CloudTrail trail stopped, cloudtrail:StopLogging
                18:39:58  medium    User made, iam:CreateUser

)");
}

TEST(IncidentReportTest, NothingFoundIsSaid) { EXPECT_EQ(report({}), "No incidents.\n"); }

TEST(IncidentReportTest, RepeatsAreOneLineOfTheStory) {
  std::vector<Finding> findings;
  for (int i = 0; i < 100; ++i) {
    Finding finding = sample_finding();
    finding.id = std::to_string(i);
    finding.lineage.origin = finding.lineage.credential = "alice";
    finding.first_time = finding.last_time = *finding.first_time + std::chrono::minutes(i);
    findings.push_back(finding);
  }
  const std::string text = report(findings);
  EXPECT_NE(
      text.find("18:37:58  high      CloudTrail trail stopped, cloudtrail:StopLogging 100 times"),
      std::string::npos)
      << text;
}

TEST(IncidentReportTest, HostileNamesCannotWriteToTheTerminal) {
  std::vector<Finding> findings = sample_story();
  findings[1].actor.name = "\x1b[2Jmallory\r\n";
  findings[1].event_name = "\x1b[2J";
  EXPECT_EQ(report(findings).find('\x1b'), std::string::npos);
}

TEST(IncidentReportTest, NoLineIsWiderThanThePage) {
  for (const std::size_t width : {40u, 60u, 120u}) {
    const std::string text = report(sample_story(), width);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      EXPECT_LE(end - at, width) << text.substr(at, end - at);
      at = end + 1;
    }
  }
}

}  // namespace
}  // namespace riposte::finding
