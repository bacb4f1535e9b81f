#pragma once

// Plans of one action, told as a person reads them.

#include <set>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "match/reference_matcher.h"
#include "respond/samples_test.h"
#include "respond/scripted_facts.h"
#include "rule/eventbridge_reader.h"

namespace riposte::respond {

// A finding of alice's call in account 111122223333, region eu-west-1.
inline std::string finding_of(std::string_view actor) {
  return R"({"id":"0123456789abcdef0123456789abcdef","rule":{"name":"r"},"account":"111122223333",)"
         R"("region":"eu-west-1","time":"2026-01-31T09:21:58.000Z",)"
         R"("last_time":"2026-01-31T09:21:58.000Z","actor":)" +
         std::string(actor) + R"(,"resources":[]})";
}

inline constexpr std::string_view kAlice =
    R"({"type":"IAMUser","name":"alice","arn":"arn:aws:iam::111122223333:user/ops/alice",)"
    R"("session_of":null})";

struct Situation {
  std::string_view step;  // "action: x, with: {...}", in YAML's flow style
  std::string finding = finding_of(kAlice);
  std::string event = "{}";
  std::string_view facts = "[]";  // as `account` of a test
  std::string_view runbook = "";  // more of its keys
};

// Whoever grants permissions relies on what an action says it calls.
inline void expect_only_known_calls(const Plan& plan, const NamedAction& action) {
  std::set<std::string> known;
  for (const Operation& operation : action.operations()) {
    for (const std::string& permission : permissions_of(operation))
      known.insert(permission);
  }
  for (const std::string& permission : plan.permissions)
    EXPECT_TRUE(known.contains(permission)) << permission;
}

inline base::Result<Plan> plan_in(const Situation& situation) {
  base::Diagnostics diagnostics;
  ScriptedFacts account(
      read_account_facts({"facts.yml", std::string(situation.facts)}, diagnostics));
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    ADD_FAILURE() << base::to_text(diagnostic);
  const RunbookPointer runbook =
      runbook_of("runbook: a\ntitle: A\n" + std::string(situation.runbook) + "steps: [{name: do, " +
                 std::string(situation.step) + "}]\n");
  const json::OwnedDocument finding = json::OwnedDocument::parse(situation.finding).value();
  const json::OwnedDocument event = json::OwnedDocument::parse(situation.event).value();
  base::Result<Plan> plan = Planner::plan(runbook, {finding.root(), &event.root()}, &account);
  if (plan.ok()) expect_only_known_calls(*plan, *runbook->steps.front().action);
  for (const std::string& fact : account.unread())
    ADD_FAILURE() << "nothing read " << fact;
  return plan;
}

// Whether an answer is what a check expects.
inline bool fits(std::string_view expect, std::string_view answer) {
  base::Diagnostics diagnostics;
  const std::optional<json::Value> pattern = json::read_json(expect, diagnostics);
  const auto condition = rule::read_eventbridge(*pattern, diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << expect;
  const json::OwnedDocument document = json::OwnedDocument::parse(answer).value();
  event::Event event;
  event.record = event.envelope = &document.root();
  event.raw.record = event.raw.envelope = document.raw();
  return condition && match::ReferenceMatcher::holds(*condition, event);
}

// The steps, without what stands around them.
inline std::string told(const base::Result<Plan>& plan) {
  if (!plan.ok()) return "refused: " + plan.error().message + "\n";
  const std::string page = to_human(*plan);
  const std::size_t begin = page.find("\n1 ") + 1;
  return page.substr(begin, page.find("altogether\n") - begin);
}

}  // namespace riposte::respond
