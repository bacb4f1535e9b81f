#include "engine/replay.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "finding/writers.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "json/writer.h"
#include "respond/reach.h"

namespace riposte::engine {
namespace {

using respond::Act;
using respond::Occasion;
using respond::Plan;
using respond::Runbook;
using respond::RunbookPointer;
using respond::Verdict;
using Outcome = ReplayedPlan::Outcome;

constexpr base::Millis kBudgetTime = std::chrono::hours(1);

// Whether the runbook might answer findings of the rule: cheap, and never wrongly false.
bool might_answer(const Runbook& runbook, const rule::Rule& rule) {
  if (!rule.response.empty() && rule.response == runbook.name) return true;
  const auto names_it = [&](const std::string& name) {
    return name == rule.name || name == rule.id;
  };
  const std::vector<std::string>& rules = runbook.when.rules;
  return !runbook.when.empty() &&
         (rules.empty() || std::any_of(rules.begin(), rules.end(), names_it));
}

class Player {
 public:
  Player(const std::vector<RunbookPointer>& runbooks, const respond::Safety& safety)
      : runbooks_(runbooks), safety_(safety), guard_(safety) {}

  void add(const finding::Finding& finding) {
    Replay::Noise& noise = replay_.rules[finding.rule->name];
    ++noise.findings;
    if (!finding.first_time) {
      ++replay_.without_time;
      return;
    }
    const auto day = std::chrono::floor<std::chrono::days>(*finding.first_time);
    if (days_[finding.rule->name].insert(day).second) ++noise.days;
    const std::vector<RunbookPointer>& candidates = candidates_for(*finding.rule);
    if (candidates.empty()) return;

    const auto document = json::OwnedDocument::parse(finding::to_ndjson(finding));
    CHECK(document.ok(), "a finding is written as JSON");
    const auto record = json::OwnedDocument::parse(finding.record);
    const Occasion occasion{document.value().root(),
                            record.ok() ? &record.value().root() : nullptr};
    bool is_planned = false;
    for (const RunbookPointer& runbook : candidates) {
      if (!respond::Planner::answers(*runbook, occasion, finding.rule->response)) continue;
      is_planned = answer(finding, runbook, occasion) || is_planned;
    }
    if (is_planned) ++noise.planned;
  }

  Replay finish() && { return std::move(replay_); }

 private:
  const std::vector<RunbookPointer>& candidates_for(const rule::Rule& rule) {
    const auto [place, is_new] = candidates_.try_emplace(&rule);
    if (is_new) {
      for (const RunbookPointer& runbook : runbooks_) {
        if (might_answer(*runbook, rule)) place->second.push_back(runbook);
      }
    }
    return place->second;
  }

  // Whether there is a plan.
  bool answer(const finding::Finding& finding, const RunbookPointer& runbook,
              const Occasion& occasion) {
    ReplayedPlan replayed;
    replayed.time = *finding.first_time;
    replayed.runbook = runbook->name;
    replayed.finding = finding.id;
    replayed.rule = finding.rule->name;
    const base::Result<Plan> nothing =
        base::Error{base::Errc::Invalid, "it opens a case, in which people alone do something"};
    base::Result<Plan> plan =
        runbook->steps.empty() ? nothing : respond::Planner::plan(runbook, occasion);
    if (plan.ok()) {
      replayed.plan = std::move(plan).value();
      judge(replayed);
    } else {
      replayed.reasons.push_back({"no-plan", plan.error().message});
    }
    ++replay_.runbooks[runbook->name][static_cast<std::size_t>(replayed.outcome)];
    replay_.plans.push_back(std::move(replayed));
    return replay_.plans.back().plan.has_value();
  }

  void judge(ReplayedPlan& replayed) {
    const Plan& plan = *replayed.plan;
    state_.now = state_.latest = replayed.time;
    std::erase_if(state_.acts, [&](const Act& act) {
      return act.time <= state_.now - std::max(kBudgetTime, safety_.cool_down);
    });
    const Verdict verdict = guard_.judge(plan, state_);
    replayed.reasons = verdict.reasons;
    if (verdict.kind == Verdict::Kind::Refused) {
      replayed.outcome = Outcome::Refused;
      count(replayed.reasons);
      return;
    }
    state_.answered.try_emplace({plan.runbook->name, plan.idempotency}, replayed.time);
    replayed.outcome =
        verdict.kind == Verdict::Kind::Allowed ? Outcome::WouldRun : Outcome::WouldAsk;
    state_.acts.push_back({replayed.time, plan.runbook->name, plan.account, plan.region,
                           plan.idempotency, respond::reach_of(plan).targets});
  }

  void count(const std::vector<respond::Reason>& reasons) {
    std::set<std::string> codes;
    for (const respond::Reason& reason : reasons)
      codes.insert(reason.code);
    for (const std::string& code : codes)
      ++replay_.stopped_by[code];
  }

  const std::vector<RunbookPointer>& runbooks_;
  const respond::Safety& safety_;
  const respond::Guard guard_;
  respond::State state_{};
  std::map<const rule::Rule*, std::vector<RunbookPointer>> candidates_;
  std::map<std::string, std::set<std::chrono::sys_days>> days_;  // by rule
  Replay replay_;
};

}  // namespace

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::WouldRun:
      return "run";
    case Outcome::WouldAsk:
      return "ask";
    case Outcome::Refused:
      return "refused";
    case Outcome::NoPlan:
      return "no-plan";
  }
  return "?";
}

Replay replay(const std::vector<finding::Finding>& findings,
              const std::vector<RunbookPointer>& runbooks, const respond::Safety& safety) {
  Player player(runbooks, safety);
  for (const finding::Finding& finding : findings)
    player.add(finding);
  return std::move(player).finish();
}

std::string to_json(const ReplayedPlan& replayed) {
  json::Writer writer;
  writer.object([&] {
    writer.field("schema", "riposte.replay/1");
    writer.field("time", base::format_time(replayed.time));
    writer.field("runbook", replayed.runbook);
    writer.field("finding", replayed.finding);
    writer.field("rule", replayed.rule);
    writer.field("outcome", name_of(replayed.outcome));
    writer.key("reasons").array([&] {
      for (const respond::Reason& reason : replayed.reasons) {
        writer.object([&] {
          writer.field("code", reason.code);
          writer.field("says", reason.says);
        });
      }
    });
    writer.key("plan");
    if (!replayed.plan) return writer.null();
    writer.value(json::OwnedDocument::parse(respond::to_json(*replayed.plan)).value().root());
  });
  return json::canonical(writer.text()).value();
}

}  // namespace riposte::engine
