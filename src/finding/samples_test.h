#pragma once

// Findings and events for the tests of this module.

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "finding/finding.h"
#include "json/scanner.h"

namespace riposte::finding {

inline rule::Rule sample_rule() {
  rule::Rule rule;
  rule.id = "bb0f82b9-3a53-4ddb-948d-395188762986";
  rule.name = "aws_trail_stopped";
  rule.title = "CloudTrail trail stopped";
  rule.description = "Logging was switched off.";
  rule.level = rule::Level::High;
  rule.tags = {"attack.defense-evasion", "attack.t1562.008"};
  return rule;
}

inline rule::RulePointer shared(rule::Rule rule) {
  return std::make_shared<const rule::Rule>(std::move(rule));
}

// Alice stops a trail.
inline Finding sample_finding() {
  Finding finding;
  finding.id = "00112233445566778899aabbccddeeff";
  finding.rule = shared(sample_rule());
  finding.format = event::Format::CloudTrail;
  finding.account = "111122223333";
  finding.region = "eu-west-1";
  finding.service = "cloudtrail";
  finding.event_name = "StopLogging";
  finding.actor.type = "IAMUser";
  finding.actor.id = "AIDAEXAMPLE";
  finding.actor.name = "alice";
  finding.actor.arn = "arn:aws:iam::111122223333:user/alice";
  finding.actor.account = "111122223333";
  finding.actor.access_key = "AKIAEXAMPLE";
  finding.actor.ip = "198.51.100.7";
  finding.actor.user_agent = "aws-cli/2.15.0";
  finding.resources = {{"AWS::CloudTrail::Trail", "org-trail", ""}};
  finding.first_time = base::parse_time("2026-01-31T18:37:58.287Z");
  finding.last_time = finding.first_time;
  finding.events = {"event-1"};
  finding.source_path = "logs/a.json.gz";
  finding.source_record = 17;
  return finding;
}

// Alice stops a trail, then makes a user in a session of hers.
inline std::vector<Finding> sample_story() {
  Finding first = sample_finding();
  first.lineage = {first.actor.arn, first.actor.access_key, {}, false};
  Finding second = first;
  rule::Rule rule = sample_rule();
  rule.name = rule.id = "user_made";
  rule.title = "User made";
  rule.level = rule::Level::Medium;
  rule.tags = {"attack.persistence", "attack.t1136.003"};
  second.rule = shared(rule);
  second.id = "ffeeddccbbaa99887766554433221100";
  second.service = "iam";
  second.event_name = "CreateUser";
  second.actor.type = "AssumedRole";
  second.actor.name = "Admin/x";
  second.actor.arn = "arn:aws:sts::111122223333:assumed-role/Admin/x";
  second.actor.session_of = "arn:aws:iam::111122223333:role/Admin";
  second.actor.access_key = "ASIAEXAMPLE";
  second.lineage.steps = {{first.first_time, "event-0", "AssumeRole", first.actor.arn,
                           "arn:aws:sts::111122223333:assumed-role/Admin/x"}};
  second.resources = {{"AWS::IAM::User", "mallory", ""}};
  second.first_time = second.last_time = *first.first_time + std::chrono::minutes(2);
  second.events = {"event-2"};
  return {first, second};
}

// Nothing known but the rule, which says the least that a rule can.
inline Finding empty_finding() {
  rule::Rule rule;
  rule.name = "bare";
  rule.title = "Bare";
  Finding finding;
  finding.id = "ff";
  finding.rule = shared(rule);
  return finding;
}

// An event and the record it borrows.
class SampleEvent {
 public:
  explicit SampleEvent(std::string_view record) : document_(json::OwnedDocument::parse(record)) {
    event.record = &document_.value().root();
    event.envelope = event.record;
    event.format = event::Format::CloudTrail;
    event.id = event.record->string_at("eventID");
    event.name = event.record->string_at("eventName");
    event.time = base::parse_time(event.record->string_at("eventTime"));
    event.raw.record = event.raw.envelope = document_.value().raw();
    event.origin = {.path = "logs/a.json", .record = 1};
  }

  event::Event event;

 private:
  base::Result<json::OwnedDocument> document_;
};

}  // namespace riposte::finding
