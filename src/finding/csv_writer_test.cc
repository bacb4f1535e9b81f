#include <gtest/gtest.h>

#include "finding/samples_test.h"
#include "finding/writers.h"

namespace riposte::finding {
namespace {

TEST(CsvWriterTest, WritesTheColumnsOfItsHeader) {
  EXPECT_EQ(csv_header(),
            "time,level,rule,title,account,region,actor_type,actor,ip,event,error,resources,count,"
            "id,source,origin,key");
  Finding finding = sample_finding();
  finding.error_code = "AccessDenied";
  finding.resources.push_back({"", "second", "arn:aws:x:::second"});
  finding.lineage.origin = "arn:aws:iam::111122223333:user/alice";
  finding.correlated = {{{"user", "alice"}, {"host", std::nullopt}}, 3};
  EXPECT_EQ(to_csv(finding),
            "2026-01-31T18:37:58.287Z,high,aws_trail_stopped,CloudTrail trail stopped,"
            "111122223333,eu-west-1,IAMUser,alice,198.51.100.7,cloudtrail:StopLogging,AccessDenied,"
            "AWS::CloudTrail::Trail org-trail; arn:aws:x:::second,1,"
            "00112233445566778899aabbccddeeff,logs/a.json.gz:17,"
            "arn:aws:iam::111122223333:user/alice,\"user alice, host missing: 3\"");
}

TEST(CsvWriterTest, WhatIsUnknownIsAnEmptyCell) {
  EXPECT_EQ(to_csv(empty_finding()), ",medium,bare,Bare,,,,,,,,,1,ff,:0,,");
}

TEST(CsvWriterTest, CommasAndQuotesAreQuoted) {
  Finding finding = empty_finding();
  finding.actor.name = "a,b \"c\"";
  EXPECT_EQ(to_csv(finding), ",medium,bare,Bare,,,,\"a,b \"\"c\"\"\",,,,,1,ff,:0,,");
}

TEST(CsvWriterTest, AQuoteAloneIsReasonToQuote) {
  Finding finding = empty_finding();
  finding.actor.name = "a\"b";
  EXPECT_EQ(to_csv(finding), ",medium,bare,Bare,,,,\"a\"\"b\",,,,,1,ff,:0,,");
}

TEST(CsvWriterTest, HostileTextStaysInItsCellAndOnItsLine) {
  Finding finding = empty_finding();
  finding.actor.name = "x\r\n\x1b]0;owned\x07\xff";
  EXPECT_EQ(to_csv(finding),
            ",medium,bare,Bare,,,,x\\r\\n\\x1b]0;owned\\x07\xef\xbf\xbd,,,,,1,ff,:0,,");
}

TEST(CsvWriterTest, NoCellIsAFormula) {
  for (const char* name : {"=1+1", "+1", "-1", "@SUM(A1)"}) {
    Finding finding = empty_finding();
    finding.actor.name = name;
    EXPECT_EQ(to_csv(finding), std::string(",medium,bare,Bare,,,,'") + name + ",,,,,1,ff,:0,,");
  }
}

TEST(CsvWriterTest, AnIncidentIsOneLine) {
  EXPECT_EQ(incident_csv_header(),
            "time,last_time,level,title,accounts,regions,origins,actors,addresses,tactics,"
            "resources,findings,events,id");
  const std::vector<Finding> findings = sample_story();
  EXPECT_EQ(to_csv(incidents_of(findings).front()),
            "2026-01-31T18:37:58.287Z,2026-01-31T18:39:58.287Z,high,CloudTrail trail stopped,"
            "111122223333,eu-west-1,arn:aws:iam::111122223333:user/alice,alice; Admin/x,"
            "198.51.100.7,Defense Evasion; Persistence,"
            "AWS::CloudTrail::Trail org-trail; AWS::IAM::User mallory,2,2,"
            "77e4bb0750d048f719738e3f2c334d0d");
}

}  // namespace
}  // namespace riposte::finding
