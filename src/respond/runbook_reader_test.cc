#include "respond/runbook_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "respond/samples_test.h"

namespace riposte::respond {
namespace {

constexpr std::string_view kGuided = R"(
runbook: guided
title: Work it through
event: singular
mode: approve
approve: {by: [security]}
steps:
  - {name: stop, aws: ec2.StopInstances, with: {InstanceIds: [i-1]}, irreversible: true}
guide:
  - {name: ask, phase: detection-and-analysis, ask: "Why?"}
  - {name: act, phase: containment, steps: [stop]}
  - {name: learn, phase: post-incident, task: Write it down, by: [legal]}
)";

using testing::ElementsAre;
using testing::HasSubstr;

// What is said about a runbook, each with its place.
std::vector<std::string> complaints_about(const std::string& text) {
  base::Diagnostics diagnostics;
  read_runbooks({{"r.yml", text}}, diagnostics);
  std::vector<std::string> complaints;
  for (const base::Diagnostic& each : diagnostics.all())
    complaints.push_back(base::to_text(each));
  return complaints;
}

TEST(RunbookReaderTest, ReadsWhatTheSafetyNeeds) {
  const RunbookPointer runbook = runbook_of(kDisableKey);
  ASSERT_NE(runbook, nullptr);
  EXPECT_EQ(runbook->name, "disable-key");
  EXPECT_EQ(runbook->mode, Mode::Auto);
  EXPECT_EQ(runbook->expires, base::Millis(std::chrono::hours(12)));
  EXPECT_THAT(runbook->when.rules, ElementsAre("aws_key_used"));
  const Step& step = runbook->steps.front();
  EXPECT_EQ(to_text(step.call.operation), "iam.UpdateAccessKey");
  EXPECT_EQ(step.prechecks.size() + step.verifications.size(), 2u);
  EXPECT_EQ(step.on_failure, std::nullopt);
  EXPECT_TRUE(step.undo);
}

TEST(RunbookReaderTest, WithoutAWordARunbookOnlyTells) {
  const RunbookPointer runbook =
      runbook_of("runbook: look\ntitle: Look\nsteps: [{name: a, aws: iam.GetUser}]");
  EXPECT_EQ(runbook->mode, Mode::Notify);
  EXPECT_TRUE(runbook->when.empty());
}

TEST(RunbookReaderTest, ReadsEveryReservedKey) {
  const RunbookPointer runbook = runbook_of(R"(
runbook: everything
title: All of it
description: Words.
when: {tags: [attack.t1078], level: high, expression: {event: {errorCode: [{exists: false}]}}}
mode: approve
protect: {principals: ["ci-*"], resources: [prod], tags: {keep: "yes"}, networks: [192.0.2.0/24]}
limit: {per_hour: 10, per_account_per_hour: 5, per_region_per_hour: 3, share_per_hour: 0.1}
approve: {by: [security], within: 10m, otherwise: drop}
idempotency: "${finding.actor.name}"
notify: [security]
steps:
  - name: each
    for_each: "${event.items}"
    if: {item: {open: [true]}}
    aws: ec2.StopInstances
    with: {InstanceIds: ["${item.id}"]}
    irreversible: true
    on_failure: continue
tests:
  - {name: one, event: {items: [{id: i-1, open: true}]}, plan: [{aws: ec2.StopInstances, with: {InstanceIds: [i-1]}}]}
  - {name: none, file: other.json, refused: nothing to do}
)");
  ASSERT_NE(runbook, nullptr);
  EXPECT_EQ(runbook->limit.per_region_per_hour, 3u);
  EXPECT_EQ(runbook->approve.within, base::Millis(std::chrono::minutes(10)));
  EXPECT_FALSE(runbook->approve.tell_otherwise);
  EXPECT_EQ(runbook->protect.networks.size(), 1u);
  EXPECT_TRUE(runbook->is_irreversible());
  EXPECT_EQ(runbook->steps[0].on_failure, OnFailure::Continue);
  EXPECT_EQ(runbook->tests[0].plan[0].with, R"({"InstanceIds":["i-1"]})");
}

TEST(RunbookReaderTest, TheDigestIsOfWhatIsSaidNotOfItsLayout) {
  const std::string steps = "steps: [{name: a, aws: iam.GetUser}]\n";
  const auto digest = [](const std::string& text) { return runbook_of(text)->digest; };
  const std::string first = digest("runbook: a\ntitle: A\n" + steps);
  EXPECT_EQ(digest("title: 'A'\n# a word\n" + steps + "runbook: a\n"), first);
  EXPECT_NE(digest("runbook: a\ntitle: B\n" + steps), first);
}

TEST(RunbookReaderTest, EveryMistakeIsToldWithItsPlace) {
  const std::string head = "runbook: a\ntitle: A\n";
  const std::string read = "steps: [{name: a, aws: iam.GetUser}]\n";
  const std::pair<std::string, std::string> kMistakes[] = {
      {"[]", "runbook-type"},
      {head + read + "---\n" + head + read, "one document"},
      {"title: A\n" + read, "\"runbook\" is missing"},
      {"runbook: A b\ntitle: A\n" + read, "r.yml:1:10: error[runbook-name]"},
      {head, "at least one step"},
      {head + read + "expire: 1h\n", "r.yml:4:1: error[runbook-key]: there is no key \"expire\""},
      {head + read + "expire: 1h\n", "did you mean \"expires\"?"},
      {head + read + "expires: 12\n", "is no duration"},
      {head + read + "mode: automatic\n", "is no mode"},
      {head + read + "when: {level: bad}\n", "is no level"},
      {head + read + "when: {expression: {a: 1}}\n", "eventbridge-"},
      {head + read + "limit: {per_hour: -1}\n", "must be a count"},
      {head + read + "limit: {share_per_hour: 2}\n", "from 0 to 1"},
      {head + read + "protect: {networks: [10.0.0.0/99]}\n", "is no network"},
      {head + read + "approve: {otherwise: act}\n", "mode: auto"},
      {head + read + "tests: [{name: x, event: {}}]\n", "which plan it expects"},
      {head + read + "tests: [{name: x, refused: y}]\n", "an event or a file"},
      {head + "steps: [{name: a, aws: iam.getUser}]\n", "is no operation"},
      {head + "steps: [{name: a}]\n", "what to call is missing"},
      {head + "steps: [{name: a, action: restore-trail, with: {trial: x}}]\n",
       "did you mean \"trail\"?"},
      {head + "steps: [{name: a, action: contain-principal, with: {keys: of}}]\n",
       "\"of\" is nothing that \"keys\" can be"},
      {head + "steps: [{name: a, action: restore-trail, undo: {aws: x.Put}}]\n", "no \"undo\""},
      {head + "steps: [{name: a, action: restore-trail, with: {trail: \"${item.x}\"}}]\n",
       "is not known here"},
      {head + "steps: [{name: a, action: contain-principle}]\n", "did you mean \"contain-princip"},
      {head + "steps: [{name: a, aws: iam.GetUser}, {name: a, aws: iam.GetUser}]\n", "two steps"},
      {head + "steps: [{name: a, aws: iam.DeleteUser}]\n", "says not how to take it back"},
      {head + "steps: [{name: a, aws: iam.GetUser, irreversible: true}]\n", "only reads"},
      {head + "steps: [{name: a, aws: x.Put, irreversible: true, undo: {aws: x.Delete}}]\n",
       "not both"},
      {head + "steps: [{name: a, aws: x.Put, undo: {aws: x.Get}}]\n", "undoes nothing"},
      {head + "steps: [{name: a, aws: x.Put, undo: {aws: x.Del, with: {A: \"${precheck.B}\"}}}]\n",
       "there is none"},
      {head + "steps: [{name: a, aws: x.Get, precheck: {aws: x.Put}}]\n", "not known to only read"},
      {head + "steps: [{name: a, aws: x.Get, with: {A: \"${answer.B}\"}}]\n",
       "\"${answer...}\" is not known here"},
      {head + "steps: [{name: a, aws: x.Get, with: {A: \"${item.B}\"}}]\n", "is not known here"},
      {head + "steps: [{name: a, aws: x.Get, with: {A: \"${finding.}\"}}]\n", "runbook-template"},
      {head + "steps: [{name: a, aws: x.Get, for_each: \"x ${event.a}\"}]\n", "names a list"},
      {head + "expires: 1h\nsteps: [{name: a, aws: x.Put, irreversible: true}]\n", "cannot expire"},
      {head + "steps: [{name: a, aws: x.Get, on_failure: retry}]\n", "undo, stop or continue"},
  };
  for (const auto& [text, complaint] : kMistakes)
    EXPECT_THAT(complaints_about(text), testing::Contains(HasSubstr(complaint))) << text;
}

TEST(RunbookReaderTest, ARunbookWithAMistakeIsLeftOutAndTheOthersAreRead) {
  base::Diagnostics diagnostics;
  const std::string good = "runbook: b\ntitle: B\nsteps: [{name: a, aws: iam.GetUser}]\n";
  const auto runbooks =
      read_runbooks({{"a.yml", "runbook: a"}, {"b.yml", good}, {"c.yml", good}}, diagnostics);
  ASSERT_EQ(runbooks.size(), 1u);
  EXPECT_EQ(runbooks[0]->file, "b.yml");
  EXPECT_THAT(base::to_text(diagnostics.all().back()), HasSubstr("another runbook called"));
}

TEST(RunbookReaderTest, DurationsAreANumberAndAUnit) {
  EXPECT_EQ(parse_duration("90s"), base::Millis(90'000));
  EXPECT_EQ(parse_duration("7d"), base::Millis(std::chrono::days(7)));
  for (const char* text : {"", "12", "h", "0h", "-1h", "1 h", "1w", "99999999999d"})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(RunbookReaderTest, AGuideIsReadInItsPhases) {
  const RunbookPointer runbook = runbook_of(kGuided);
  ASSERT_NE(runbook, nullptr);
  EXPECT_TRUE(runbook->is_singular());
  ASSERT_EQ(runbook->guide.size(), 3U);
  EXPECT_EQ(runbook->guide[1].phase, CasePhase::Containment);
  EXPECT_EQ(runbook->guide[0].by, std::vector<std::string>{"security"});
  EXPECT_EQ(runbook->guide[2].by, std::vector<std::string>{"legal"});
  const RunbookPointer part = part_of(*runbook, runbook->guide[1]);
  EXPECT_EQ(part->steps.size(), 1U);
  EXPECT_NE(part->idempotency, runbook->idempotency);
}

TEST(RunbookReaderTest, WhatIsWrongWithAGuideIsTold) {
  const std::tuple<std::string, std::string, std::string> kMistakes[] = {
      {"mode: approve", "mode: auto", "without a person"},
      {"event: singular", "event: recurrent", "no guide"},
      {"event: singular", "event: single", "no kind of event"},
      {"phase: containment", "phase: containmint", "did you mean"},
      {"phase: detection-and-analysis", "phase: recovery", "goes forward"},
      {"steps: [stop]", "steps: [stopp]", "no step \"stopp\""},
      {"steps: [stop]", "task: Stop it", "never comes to"},
      {"steps: [stop]", "steps: [stop, stop]", "twice"},
      {"steps: [stop]", "steps: [stop], ask: Why", "one of them"},
      {"name: learn", "name: ask", "two steps are called"},
      {"ask: \"Why?\"", "ask: \"${answer.x}\"", "not known here"},
  };
  for (const auto& [from, to, complaint] : kMistakes) {
    std::string text(kGuided);
    text.replace(text.find(from), from.size(), to);
    base::Diagnostics diagnostics;
    EXPECT_TRUE(read_runbooks({{"runbook.yml", text}}, diagnostics).empty()) << to;
    std::string told;
    for (const base::Diagnostic& each : diagnostics.all())
      told += base::to_text(each);
    EXPECT_NE(told.find(complaint), std::string::npos) << to << ": " << told;
  }
}

}  // namespace
}  // namespace riposte::respond
