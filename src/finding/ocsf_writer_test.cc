#include <gtest/gtest.h>

#include "finding/samples_test.h"
#include "finding/writers.h"
#include "json/scanner.h"

// Whether the whole object is valid is tests/ocsf/check.py's to say; here stands what means what.

namespace riposte::finding {
namespace {

// The JSON text at a dotted path of the finding's OCSF form; "-" where nothing is.
std::string ocsf_at(const Finding& finding, std::string_view path) {
  const auto parsed = json::OwnedDocument::parse(to_ocsf(finding, "1.2.3"));
  if (!parsed.ok()) return parsed.error().message;
  const json::Node* node = parsed->root().at(path);
  return node == nullptr ? "-" : std::string(node->text);
}

TEST(OcsfWriterTest, IsACreatedDetectionFinding) {
  const Finding finding = sample_finding();
  EXPECT_EQ(ocsf_at(finding, "class_uid"), "2004");
  EXPECT_EQ(ocsf_at(finding, "category_uid"), "2");
  EXPECT_EQ(ocsf_at(finding, "activity_id"), "1");
  EXPECT_EQ(ocsf_at(finding, "type_uid"), "200401");
  EXPECT_EQ(ocsf_at(finding, "status_id"), "1");
  EXPECT_EQ(ocsf_at(finding, "time"), "1769884678287");
  EXPECT_EQ(ocsf_at(finding, "message"),
            "CloudTrail trail stopped: cloudtrail:StopLogging by alice");
  EXPECT_EQ(ocsf_at(finding, "metadata.version"), "1.5.0");
  EXPECT_EQ(ocsf_at(finding, "metadata.product"),
            R"({"name":"riposte","vendor_name":"riposte","version":"1.2.3"})");
}

TEST(OcsfWriterTest, LevelsAreSeverities) {
  const char* const severities[] = {"1", "2", "3", "4", "5"};
  for (std::size_t i = 0; i < rule::kLevelNames.size(); ++i) {
    rule::Rule rule = sample_rule();
    rule.level = static_cast<rule::Level>(i);
    Finding finding = sample_finding();
    finding.rule = shared(rule);
    EXPECT_EQ(ocsf_at(finding, "severity_id"), severities[i]);
    EXPECT_EQ(ocsf_at(finding, "is_alert"), i >= 2 ? "true" : "false");
  }
}

TEST(OcsfWriterTest, NamesRuleAndTechniques) {
  EXPECT_EQ(ocsf_at(sample_finding(), "finding_info"),
            R"({"uid":"00112233445566778899aabbccddeeff","title":"CloudTrail trail stopped",)"
            R"("desc":"Logging was switched off.","types":["aws_trail_stopped"],)"
            R"("analytic":{"type_id":1,"type":"Rule","uid":"bb0f82b9-3a53-4ddb-948d-395188762986",)"
            R"("name":"aws_trail_stopped","desc":"CloudTrail trail stopped"},)"
            R"("attacks":[{"tactic":{"name":"Defense Evasion","uid":"TA0005"},)"
            R"("technique":{"name":"Impair Defenses","uid":"T1562"},)"
            R"("sub_technique":{"name":"Disable or Modify Cloud Logs","uid":"T1562.008"}}],)"
            R"("created_time":1769884678287,"first_seen_time":1769884678287,)"
            R"("last_seen_time":1769884678287,"data_sources":["cloudtrail"],)"
            R"("related_events":[{"uid":"event-1"}],"related_events_count":1})");
}

TEST(OcsfWriterTest, ShowsTheCallAsEvidence) {
  Finding finding = sample_finding();
  finding.error_code = "AccessDenied";
  finding.actor.session_of = "arn:aws:iam::111122223333:role/Ops";
  EXPECT_EQ(
      ocsf_at(finding, "evidences"),
      R"([{"actor":{"user":{"name":"alice","uid":"AIDAEXAMPLE",)"
      R"("uid_alt":"arn:aws:iam::111122223333:user/alice","type_id":1,"type":"User",)"
      R"("credential_uid":"AKIAEXAMPLE",)"
      R"("account":{"uid":"111122223333","type_id":10,"type":"AWS Account"}},)"
      R"("session":{"issuer":"arn:aws:iam::111122223333:role/Ops"}},)"
      R"("api":{"operation":"StopLogging","service":{"name":"cloudtrail"},)"
      R"("response":{"error":"AccessDenied"}},)"
      R"("src_endpoint":{"ip":"198.51.100.7"},"http_request":{"user_agent":"aws-cli/2.15.0"}}])");
}

TEST(OcsfWriterTest, OnlyAnAddressIsAnAddress) {
  Finding finding = sample_finding();
  finding.actor.ip = "cloudformation.amazonaws.com";
  EXPECT_NE(ocsf_at(finding, "evidences")
                .find(R"("src_endpoint":{"svc_name":"cloudformation.amazonaws.com"})"),
            std::string::npos);
  finding.actor.ip = "2001:DB8:0::7";
  EXPECT_NE(ocsf_at(finding, "evidences").find(R"("src_endpoint":{"ip":"2001:db8::7"})"),
            std::string::npos);
}

TEST(OcsfWriterTest, CallersHaveTypes) {
  const std::pair<const char*, const char*> expected[] = {
      {"IAMUser", R"("type_id":1,"type":"User")"},
      {"Root", R"("type_id":2,"type":"Admin")"},
      {"AWSService", R"("type_id":3,"type":"System")"},
      {"AssumedRole", R"("type_id":99,"type":"AssumedRole")"},
      {"Unknown", R"("type_id":0,"type":"Unknown")"},
  };
  for (const auto& [type, text] : expected) {
    Finding finding = sample_finding();
    finding.actor.type = type;
    EXPECT_NE(ocsf_at(finding, "evidences").find(text), std::string::npos) << type;
  }
}

TEST(OcsfWriterTest, NamesResourcesAndLeavesOutNameless) {
  Finding finding = sample_finding();
  finding.resources = {{"AWS::S3::Bucket", "b", "arn:aws:s3:::b"}, {"AWS::S3::Object", "", ""}};
  EXPECT_EQ(ocsf_at(finding, "resources"),
            R"([{"uid":"arn:aws:s3:::b","name":"b","type":"AWS::S3::Bucket"}])");
  finding.resources.erase(finding.resources.begin());
  EXPECT_EQ(ocsf_at(finding, "resources"), "-");
}

TEST(OcsfWriterTest, AnUnknownFormatIsOfNoCloud) {
  EXPECT_EQ(ocsf_at(sample_finding(), "metadata.profiles"), R"(["cloud"])");
  EXPECT_EQ(ocsf_at(sample_finding(), "cloud.provider"), "AWS");
  EXPECT_EQ(ocsf_at(empty_finding(), "metadata.profiles"), "[]");
  EXPECT_EQ(ocsf_at(empty_finding(), "cloud"), "-");
}

TEST(OcsfWriterTest, WhatIsUnknownIsLeftOutButForTheTime) {
  EXPECT_EQ(ocsf_at(empty_finding(), "time"), "0") << "the schema demands one";
  for (const char* path : {"evidences", "resources", "start_time", "finding_info.attacks",
                           "finding_info.first_seen_time", "finding_info.desc"}) {
    EXPECT_EQ(ocsf_at(empty_finding(), path), "-") << path;
  }
}

TEST(OcsfWriterTest, HostileTextStaysOneLineOfJson) {
  Finding finding = sample_finding();
  finding.actor.name = "a\"b\n\x1b[2J\xff";
  const std::string line = to_ocsf(finding);
  EXPECT_EQ(line.find_first_of("\n\x1b"), std::string::npos);
  EXPECT_TRUE(json::OwnedDocument::parse(line).ok());
}

TEST(OcsfWriterTest, ACorrelationSaysWhatItsEventsShare) {
  Finding finding = sample_finding();
  finding.correlated = {{{"user", "alice"}, {"host", std::nullopt}}, 3};
  const auto parsed = json::OwnedDocument::parse(to_ocsf(finding));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->root().at("unmapped.correlation")->text,
            R"({"key":{"user":"alice","host":null},"value":3})");
}

TEST(OcsfWriterTest, AnIncidentIsAnIncidentFinding) {
  const std::vector<Finding> findings = sample_story();
  const auto parsed = json::OwnedDocument::parse(to_ocsf(incidents_of(findings).front(), "1.2.3"));
  ASSERT_TRUE(parsed.ok());
  const json::Node& event = parsed->root();
  EXPECT_EQ(event.at("class_uid")->text, "2005");
  EXPECT_EQ(event.at("type_uid")->text, "200501");
  EXPECT_EQ(event.string_at("severity"), "High");
  EXPECT_EQ(event.at("count")->text, "2");
  EXPECT_EQ(event.string_at("desc"),
            "2026-01-31T18:37:58.287Z CloudTrail trail stopped: cloudtrail:StopLogging by alice; "
            "2026-01-31T18:39:58.287Z User made: iam:CreateUser by Admin/x");
  EXPECT_EQ(event.at("finding_info_list")->size > 2, true);
  EXPECT_EQ(event.at("observables")->text,
            R"([{"type_id":2,"type":"IP Address","value":"198.51.100.7"},)"
            R"({"type_id":10,"type":"Resource UID","value":"org-trail"},)"
            R"({"type_id":10,"type":"Resource UID","value":"mallory"}])");
}

}  // namespace
}  // namespace riposte::finding
