#include "finding/incident.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "finding/samples_test.h"
#include "finding/writers.h"

namespace riposte::finding {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;

const base::EventTime kBegin = *base::parse_time("2026-01-31T00:00:00Z");

std::string user(std::string_view name) {
  return "arn:aws:iam::111122223333:user/" + std::string(name);
}

// What somebody did, at a time of its own, from an address of its own, to nothing.
Finding deed(std::string_view id, std::string_view who, base::Millis since) {
  static const rule::RulePointer rule = shared(sample_rule());
  Finding finding;
  finding.id = id;
  finding.rule = rule;
  finding.account = "111122223333";
  finding.service = "iam";
  finding.event_name = "CreateUser";
  finding.first_time = finding.last_time = kBegin + since;
  if (who.empty()) return finding;
  finding.actor.name = who;
  finding.actor.arn = user(who);
  finding.lineage.origin = user(who);
  finding.lineage.credential = "key of " + std::string(who);
  return finding;
}

Finding from(Finding finding, std::string_view ip) {
  finding.actor.ip = ip;
  return finding;
}

Finding on(Finding finding, event::Resource resource) {
  finding.resources.push_back(std::move(resource));
  return finding;
}

const event::Resource kTrail{"AWS::CloudTrail::Trail", "org-trail", ""};

// Which findings belong together: "a b" and so on.
std::vector<std::string> joined(const std::vector<Finding>& findings) {
  std::vector<std::string> texts;
  for (const Incident& incident : incidents_of(findings)) {
    std::string& text = texts.emplace_back();
    for (const Finding* finding : incident.findings)
      text += (text.empty() ? "" : " ") + finding->id;
  }
  return texts;
}

TEST(IncidentTest, WhatOneCredentialDoesIsOneStory) {
  EXPECT_THAT(joined({deed("a", "alice", minutes(1)), deed("b", "bob", minutes(2)),
                      deed("c", "alice", hours(20))}),
              ElementsAre("a c", "b"));
}

TEST(IncidentTest, AnotherKeyOfTheSameUserMayBeInOtherHands) {
  Finding owner = deed("b", "alice", minutes(2));
  owner.lineage.credential = user("alice") + "@2026-01-31T00:00:00.000Z";
  EXPECT_THAT(joined({deed("a", "alice", minutes(1)), owner}), ElementsAre("a", "b"));
}

TEST(IncidentTest, AfterADayOfSilenceAnotherStoryBegins) {
  EXPECT_THAT(joined({deed("a", "alice", hours(0)), deed("b", "alice", hours(24)),
                      deed("c", "alice", hours(48) + minutes(1))}),
              ElementsAre("a b", "c"));
}

TEST(IncidentTest, AnAddressJoinsTheKeysThatAreUsedFromIt) {
  EXPECT_THAT(joined({from(deed("a", "alice", minutes(1)), "198.51.100.7"),
                      from(deed("b", "bob", minutes(2)), "198.51.100.7"),
                      from(deed("c", "carol", minutes(3)), "198.51.100.8")}),
              ElementsAre("a b", "c"));
}

TEST(IncidentTest, AnAddressThatEverybodyUsesJoinsNobody) {
  std::vector<Finding> findings;
  for (std::string_view who : {"alice", "bob", "carol", "dana"})
    findings.push_back(from(deed(who, who, minutes(1)), "198.51.100.7"));
  findings.push_back(from(deed("x", "alice", minutes(2)), "198.51.100.7"));
  EXPECT_THAT(joined(findings), ElementsAre("alice x", "bob", "carol", "dana"));
  findings.erase(findings.begin() + 3);
  EXPECT_EQ(joined(findings).size(), 1u) << "three are few enough";
}

TEST(IncidentTest, ManyNamesTriedFromOneAddressAreOneStory) {
  std::vector<Finding> findings;
  for (std::string_view who : {"alice", "bob", "carol", "dana", "erin"}) {
    Finding attempt = from(deed(who, who, minutes(1)), "198.51.100.7");
    attempt.service = "signin";
    attempt.error_code = "Failure";
    findings.push_back(attempt);
  }
  EXPECT_EQ(joined(findings).size(), 1u);
}

TEST(IncidentTest, ServicesAndTheirAddressesJoinNothing) {
  for (std::string_view ip : {"cloudtrail.amazonaws.com", "AWS Internal", ""}) {
    EXPECT_THAT(joined({from(deed("a", "", minutes(1)), ip), from(deed("b", "", minutes(2)), ip)}),
                ElementsAre("a", "b"));
  }
}

TEST(IncidentTest, APrivateAddressMeansNothingInAnotherAccount) {
  Finding elsewhere = from(deed("b", "bob", minutes(2)), "10.0.0.7");
  elsewhere.account = "444455556666";
  EXPECT_THAT(joined({from(deed("a", "alice", minutes(1)), "10.0.0.7"), elsewhere,
                      from(deed("c", "carol", minutes(3)), "10.0.0.7")}),
              ElementsAre("a c", "b"));
}

TEST(IncidentTest, AResourceJoinsThoseWhoTouchIt) {
  EXPECT_THAT(joined({on(deed("a", "alice", minutes(1)), kTrail),
                      on(deed("b", "bob", minutes(2)), kTrail), deed("c", "carol", minutes(3))}),
              ElementsAre("a b", "c"));
  Finding elsewhere = on(deed("b", "bob", minutes(2)), kTrail);
  elsewhere.region = "eu-west-1";
  EXPECT_EQ(joined({on(deed("a", "alice", minutes(1)), kTrail), elsewhere}).size(), 2u)
      << "another trail of the same name";
}

TEST(IncidentTest, WhoLooksAtWhatWasDoneIsNotInTheStory) {
  Finding look = on(deed("b", "bob", minutes(2)), kTrail);
  look.event_name = "GetTrailStatus";
  EXPECT_THAT(joined({on(deed("a", "alice", minutes(1)), kTrail), look}), ElementsAre("a", "b"));
}

TEST(IncidentTest, AResourceThatIsOnlyNamedJoinsNothing) {
  const event::Resource network{"AWS::EC2::VPC", "vpc-1", ""};
  EXPECT_THAT(
      joined({on(on(deed("a", "alice", minutes(1)), {"AWS::EC2::Instance", "i-1", ""}), network),
              on(on(deed("b", "bob", minutes(2)), {"AWS::EC2::Instance", "i-2", ""}), network)}),
      ElementsAre("a", "b"));
}

TEST(IncidentTest, TheAccountAndWhatAmazonOwnsJoinNothing) {
  for (const event::Resource& resource :
       {event::Resource{"AWS::::Account", "111122223333", ""},
        event::Resource{"AWS::IAM::ManagedPolicy", "AdministratorAccess",
                        "arn:aws:iam::aws:policy/AdministratorAccess"},
        event::Resource{"", "", "arn:aws:iam::111122223333:root"}}) {
    EXPECT_THAT(joined({on(deed("a", "alice", minutes(1)), resource),
                        on(deed("b", "bob", minutes(2)), resource)}),
                ElementsAre("a", "b"))
        << resource.type;
  }
}

TEST(IncidentTest, AUserThatWasMadeLeadsToWhatItThenDoes) {
  const event::Resource mallory{"AWS::IAM::User", "mallory", user("mallory")};
  EXPECT_THAT(
      joined({on(deed("a", "alice", minutes(1)), mallory), deed("b", "mallory", minutes(2))}),
      ElementsAre("a b"));
  EXPECT_THAT(joined({deed("a", "mallory", minutes(1)), deed("b", "bob", minutes(2))}),
              ElementsAre("a", "b"));
}

TEST(IncidentTest, AKeyThatWasMadeLeadsToWhoUsesIt) {
  Finding use = deed("b", "bob", minutes(2));
  use.actor.access_key = use.lineage.credential = "AKIAMADEFORBOB000001";
  EXPECT_THAT(joined({on(deed("a", "alice", minutes(1)),
                         {"AWS::IAM::AccessKey", "AKIAMADEFORBOB000001", ""}),
                      use}),
              ElementsAre("a b"));
}

TEST(IncidentTest, WhoChangesItselfIsNotJoinedToItsOtherSessions) {
  Finding other = deed("b", "alice", minutes(2));
  other.lineage.credential = "another";
  EXPECT_THAT(
      joined(
          {on(deed("a", "alice", minutes(1)), {"AWS::IAM::User", "alice", user("alice")}), other}),
      ElementsAre("a", "b"));
}

TEST(IncidentTest, TakingARoleDoesNotJoinThoseWhoShareIt) {
  const event::Resource role{"AWS::IAM::Role", "Ops", "arn:aws:iam::111122223333:role/Ops"};
  std::vector<Finding> findings = {on(deed("a", "alice", minutes(1)), role),
                                   on(deed("b", "bob", minutes(2)), role)};
  for (Finding& finding : findings)
    finding.event_name = "AssumeRole";
  EXPECT_THAT(joined(findings), ElementsAre("a", "b"));
}

TEST(IncidentTest, FindingsWithoutATimeStandAlone) {
  Finding timeless = deed("b", "alice", minutes(1));
  timeless.first_time = timeless.last_time = std::nullopt;
  EXPECT_THAT(joined({deed("a", "alice", minutes(1)), timeless}), ElementsAre("a", "b"));
}

TEST(IncidentTest, WhatComesLaterChangesAnIncidentAndMakesNoOther) {
  std::vector<Finding> findings = {deed("a", "alice", minutes(1))};
  const std::string id = incidents_of(findings).front().id;
  findings.push_back(deed("b", "alice", minutes(2)));
  findings.push_back(deed("c", "alice", hours(3)));
  const std::vector<Incident> grown = incidents_of(findings);
  ASSERT_EQ(grown.size(), 1u);
  EXPECT_EQ(grown.front().id, id);
  EXPECT_EQ(grown.front().findings.size(), 3u);
  EXPECT_EQ(grown.front().last_time, kBegin + hours(3));
}

TEST(IncidentTest, TacticsComeInTheOrderInWhichTheyWerePassed) {
  std::vector<Finding> findings;
  const auto add = [&](std::string_view id, std::vector<std::string> tags, base::Millis since) {
    Finding finding = deed(id, "alice", since);
    rule::Rule rule = sample_rule();
    rule.tags = std::move(tags);
    finding.rule = shared(rule);
    findings.push_back(finding);
  };
  add("a", {"attack.impact", "attack.t1485"}, minutes(3));
  add("b", {"attack.t1562.008"}, minutes(1));
  add("c", {"attack.impact"}, minutes(4));
  add("d", {"attack.t1078"}, minutes(2));
  const Incident incident = incidents_of(findings).front();
  ASSERT_EQ(incident.tactics.size(), 2u) << "T1078 serves several tactics and says none of them";
  EXPECT_EQ(incident.tactics[0].tactic->name, "Defense Evasion");
  EXPECT_THAT(incident.tactics[0].techniques, ElementsAre("T1562.008"));
  EXPECT_EQ(incident.tactics[1].tactic->name, "Impact");
  EXPECT_THAT(incident.tactics[1].techniques, ElementsAre("T1485"));
  EXPECT_EQ(incident.tactics[1].first_time, kBegin + minutes(3));
}

TEST(IncidentTest, ManyResourcesAreCountedAndFewNamed) {
  Finding finding = deed("a", "alice", minutes(1));
  for (int i = 0; i < 100; ++i)
    finding.resources.push_back({"AWS::S3::Object", std::to_string(i), ""});
  const std::vector<Finding> findings = {finding};
  const Incident incident = incidents_of(findings).front();
  EXPECT_EQ(incident.resources.shown.size(), kIncidentItemsMax);
  EXPECT_EQ(incident.resources.count, 100u);
}

TEST(IncidentTest, TheOrderOfFindingsDoesNotShow) {
  std::mt19937 random(11);
  const auto one_of = [&random](std::initializer_list<std::string_view> texts) {
    return *(texts.begin() + random() % texts.size());
  };
  for (int round = 0; round < 100; ++round) {
    std::vector<Finding> findings;
    for (int i = 0; i < 40; ++i) {
      Finding finding = deed(std::to_string(round) + "-" + std::to_string(i),
                             one_of({"alice", "bob", "carol", "dana", "erin", ""}),
                             minutes(random() % (60 * 24 * 6)));
      finding = from(finding, one_of({"198.51.100.7", "198.51.100.8", "10.0.0.7", "x", ""}));
      if (random() % 8 == 0) finding = on(finding, kTrail);
      if (random() % 8 == 0) finding = on(finding, {"AWS::IAM::User", "bob", user("bob")});
      if (random() % 16 == 0) finding.first_time = finding.last_time = std::nullopt;
      findings.push_back(finding);
    }
    const auto told = [&findings] {
      std::string text;
      for (const Incident& incident : incidents_of(findings))
        text += to_ndjson(incident) + '\n';
      return text;
    };
    const std::string expected = told();
    for (int shuffles = 0; shuffles < 3; ++shuffles) {
      std::shuffle(findings.begin(), findings.end(), random);
      EXPECT_EQ(told(), expected);
    }
  }
}

}  // namespace
}  // namespace riposte::finding
