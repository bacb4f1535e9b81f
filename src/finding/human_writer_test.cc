#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "finding/samples_test.h"
#include "finding/terminal_text.h"
#include "finding/writers.h"

namespace riposte::finding {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string report(const std::vector<Finding>& findings, std::size_t width = 80) {
  return to_human(findings, Palette::plain(), width);
}

rule::RulePointer rule_at(rule::Level level, const std::string& name) {
  rule::Rule rule = sample_rule();
  rule.id = name;
  rule.name = name;
  rule.title = "Title of " + name;
  rule.level = level;
  return shared(rule);
}

Finding after(Finding finding, int seconds) {
  finding.first_time = *finding.first_time + std::chrono::seconds(seconds);
  finding.last_time = finding.first_time;
  finding.events = {finding.events[0] + "+" + std::to_string(seconds)};
  finding.id += std::to_string(seconds);
  return finding;
}

TEST(HumanWriterTest, TellsWhatWhoFromWhereOnWhatWhenAndWhy) {
  EXPECT_EQ(report({sample_finding()}),
            "HIGH      CloudTrail trail stopped                             aws_trail_stopped\n"
            "          who   alice (IAMUser, AKIAEXAMPLE), account 111122223333\n"
            "          from  198.51.100.7, aws-cli/2.15.0\n"
            "          what  cloudtrail:StopLogging\n"
            "          on    trail org-trail\n"
            "          when  2026-01-31 18:37:58 UTC, eu-west-1\n"
            "          why   Logging was switched off.\n"
            "          see   logs/a.json.gz:17, event event-1\n"
            "\n"
            "HIGH      1 finding, 1 rule, 1 caller, 2026-01-31 18:37 UTC\n");
}

TEST(HumanWriterTest, JoinsWhatOneCallerDidByOneRule) {
  Finding second = after(sample_finding(), 60);
  second.error_code = "AccessDenied";
  second.resources = {{"AWS::CloudTrail::Trail", "second", ""}};
  Finding third = after(sample_finding(), 364);
  third.event_name = "DeleteTrail";
  third.region = "us-east-1";
  EXPECT_EQ(report({third, sample_finding(), second}),
            "HIGH      CloudTrail trail stopped                             aws_trail_stopped\n"
            "          who   alice (IAMUser, AKIAEXAMPLE), account 111122223333\n"
            "          from  198.51.100.7, aws-cli/2.15.0\n"
            "          what  cloudtrail:StopLogging x2, cloudtrail:DeleteTrail x1,\n"
            "                1 of 3 denied (AccessDenied)\n"
            "          on    trail org-trail, trail second\n"
            "          when  3 times, 2026-01-31 18:37:58 to 18:44:02 UTC,\n"
            "                eu-west-1 (+1 more)\n"
            "          why   Logging was switched off.\n"
            "          see   logs/a.json.gz:17 (+2 more), event event-1\n"
            "\n"
            "HIGH      3 findings, 1 rule, 1 caller, 2026-01-31 18:37 to 18:44 UTC\n");
}

TEST(HumanWriterTest, WorstComesFirstThenEarliest) {
  Finding low = sample_finding();
  low.rule = rule_at(rule::Level::Low, "low");
  Finding late = after(sample_finding(), 10);
  late.rule = rule_at(rule::Level::High, "late");
  Finding early = sample_finding();
  early.rule = rule_at(rule::Level::High, "zearly");
  Finding worst = after(sample_finding(), 20);
  worst.rule = rule_at(rule::Level::Critical, "worst");
  std::vector<Finding> findings = {low, late, early, worst};
  const std::string expected = report(findings);
  EXPECT_LT(expected.find("Title of worst"), expected.find("Title of zearly"));
  EXPECT_LT(expected.find("Title of zearly"), expected.find("Title of late"));
  EXPECT_LT(expected.find("Title of late"), expected.find("Title of low"));
  EXPECT_THAT(expected,
              HasSubstr("\n\nCRITICAL  1 finding, 1 rule, 1 caller, 2026-01-31 18:38 UTC\n"
                        "HIGH      2 findings, 2 rules, 1 caller, "
                        "2026-01-31 18:37 to 18:38 UTC\n"
                        "LOW       1 finding"));

  std::reverse(findings.begin(), findings.end());
  EXPECT_EQ(report(findings), expected) << "the order of the findings does not show";
}

TEST(HumanWriterTest, CallersOfARuleStandTogetherAndOnlyTheFirstSaysWhy) {
  Finding between = after(sample_finding(), 5);
  between.rule = rule_at(rule::Level::High, "between");
  Finding bob = after(sample_finding(), 10);
  bob.actor.name = "bob";
  bob.actor.arn = "arn:aws:iam::111122223333:user/bob";
  const std::string text = report({sample_finding(), between, bob});
  EXPECT_LT(text.find("alice"), text.find("bob"));
  EXPECT_LT(text.find("bob"), text.find("Title of between"));
  const std::size_t why = text.find("why   Logging");
  EXPECT_LT(why, text.find("bob"));
  EXPECT_GT(text.find("why   Logging", why + 1), text.find("Title of between"));
}

TEST(HumanWriterTest, CallersWithoutANameAreToldApartByAddress) {
  Finding one = empty_finding();
  one.actor = {.type = "Unknown",
               .id = "",
               .name = "unknown",
               .arn = "",
               .account = "",
               .access_key = "",
               .session_of = "",
               .ip = "192.0.2.1",
               .user_agent = ""};
  Finding other = one;
  other.id = "fe";
  other.actor.ip = "192.0.2.2";
  const std::string text = report({one, other});
  EXPECT_THAT(text, HasSubstr("from  192.0.2.1\n"));
  EXPECT_THAT(text, HasSubstr("from  192.0.2.2\n"));
  EXPECT_THAT(text, HasSubstr("2 findings, 1 rule, 2 callers"));
}

TEST(HumanWriterTest, SaysWhetherCallsWereDeniedOrFailed) {
  Finding finding = sample_finding();
  finding.error_code = "Client.UnauthorizedOperation";
  EXPECT_THAT(report({finding}), HasSubstr("StopLogging, denied (Client.UnauthorizedOperation)\n"));
  EXPECT_THAT(report({finding, after(finding, 1)}), HasSubstr("all denied (Client."));
  finding.error_code = "TrailNotFoundException";
  EXPECT_THAT(report({finding}), HasSubstr("StopLogging, failed (TrailNotFoundException)\n"));
}

TEST(HumanWriterTest, TheRulesNameGoesBelowATitleThatLeavesNoRoom) {
  EXPECT_THAT(report({sample_finding()}, 52),
              testing::StartsWith("HIGH      CloudTrail trail stopped\n"
                                  "          rule  aws_trail_stopped\n"
                                  "          who   alice"));
}

TEST(HumanWriterTest, AServiceThatStandsInBothFieldsIsNamedOnce) {
  Finding finding = sample_finding();
  finding.actor.ip = finding.actor.user_agent = "config.amazonaws.com";
  EXPECT_THAT(report({finding}), HasSubstr("from  config.amazonaws.com\n"));
}

TEST(HumanWriterTest, NamesTheAccountOfAForeignCaller) {
  Finding finding = sample_finding();
  finding.actor.account = "999900001111";
  EXPECT_THAT(report({finding}), HasSubstr("account 999900001111 acting in 111122223333\n"));
}

TEST(HumanWriterTest, ResourceTypesAreWords) {
  Finding finding = sample_finding();
  finding.resources = {{"AWS::EC2::SecurityGroup", "sg-1", ""},
                       {"AWS::RDS::DBInstance", "db", ""},
                       {"AWS::EC2::VPC", "vpc-1", ""},
                       {"", "", "arn:aws:x:::y"}};
  EXPECT_THAT(report({finding}, 120),
              HasSubstr("on    security group sg-1, DB instance db, VPC vpc-1, arn:aws:x:::y\n"));
}

TEST(HumanWriterTest, WhatIsUnknownIsLeftOut) {
  EXPECT_EQ(report({empty_finding()}),
            "MEDIUM    Bare                                                              bare\n"
            "          who   unknown\n"
            "          when  at an unknown time\n"
            "\n"
            "MEDIUM    1 finding, 1 rule, 1 caller, at an unknown time\n");
  EXPECT_EQ(report({}), "No findings.\n");
}

TEST(HumanWriterTest, ADigestIsNoEventToLookFor) {
  Finding finding = sample_finding();
  finding.events = {"sha256:00ff"};
  EXPECT_THAT(report({finding}), HasSubstr("see   logs/a.json.gz:17\n"));
}

TEST(HumanWriterTest, LongDescriptionsEndAfterAFewSentences) {
  rule::Rule rule = sample_rule();
  rule.description = "First sentence\n  of two lines. Second one. ";
  for (int i = 0; i < 20; ++i)
    rule.description += "And yet another sentence. ";
  rule.description += "The last.";
  Finding finding = sample_finding();
  finding.rule = shared(rule);
  const std::string text = report({finding});
  EXPECT_THAT(text, HasSubstr("why   First sentence of two lines. Second one. And yet another\n"));
  EXPECT_THAT(text, Not(HasSubstr("The last.")));
}

// Everything an attacker may write, and everything long, at many widths.
Finding hostile_finding() {
  const std::string evil =
      "x\x1b]0;owned\x07\x1b[2J\n\xff\xe2\x80\xae\xe6\x97\xa5\xe6\x9c\xac\"q\" ";
  std::string text;
  for (int i = 0; i < 10; ++i)
    text += evil;
  rule::Rule rule = sample_rule();
  rule.name = text;
  rule.title = text;
  rule.description = text;
  Finding finding = sample_finding();
  finding.rule = shared(rule);
  finding.account = finding.region = finding.service = finding.event_name = finding.error_code =
      text;
  finding.actor = {.type = text,
                   .id = text,
                   .name = text,
                   .arn = text,
                   .account = "1",
                   .access_key = text,
                   .session_of = text,
                   .ip = text,
                   .user_agent = text + "!"};
  finding.resources = {{text, text, text}};
  finding.events = {text};
  finding.source_path = text;
  return finding;
}

TEST(HumanWriterTest, NoLogWritesToTheTerminalOrBeyondItsEdge) {
  for (std::size_t width : {40u, 41u, 59u, 80u, 120u}) {
    const std::string text = report({hostile_finding(), sample_finding()}, width);
    for (std::string_view line : base::split(text, '\n')) {
      EXPECT_EQ(visible(line), line);
      EXPECT_LE(columns_of(line), width) << line;
    }
  }
}

TEST(HumanWriterTest, KeepsItsLayoutBetweenItsBounds) {
  const std::vector<Finding> findings = {hostile_finding(), sample_finding()};
  EXPECT_EQ(report(findings, 0), report(findings, 80));
  EXPECT_EQ(report(findings, 1), report(findings, 40));
  EXPECT_EQ(report(findings, 1000), report(findings, 120));
}

// Takes every "ESC [ ... m" out.
std::string without_colors(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() == '\x1b') {
      text.remove_prefix(text.find('m') + 1);
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

TEST(HumanWriterTest, ColorsChangeNothingButColors) {
  const std::vector<Finding> findings = {hostile_finding(), sample_finding()};
  const std::string colored = to_human(findings, Palette::colored(), 80);
  EXPECT_NE(colored, report(findings));
  EXPECT_EQ(without_colors(colored), report(findings));
  EXPECT_THAT(report(findings), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace riposte::finding
