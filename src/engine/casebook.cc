#include "engine/casebook.h"

#include <algorithm>
#include <set>

#include "respond/reach.h"

// Tested by tests/integration/case_test.py

namespace riposte::engine {
namespace {

using base::Errc;
using base::Error;
using finding::Incident;
using finding::StoredFinding;
using respond::Case;
using respond::CaseEntry;
using respond::RunbookPointer;

const respond::GuideStep* find_step(const respond::Runbook& runbook, std::string_view name) {
  const auto found = std::find_if(runbook.guide.begin(), runbook.guide.end(),
                                  [name](const auto& step) { return step.name == name; });
  return found == runbook.guide.end() ? nullptr : &*found;
}

// An answer to the same finding that makes exactly the calls of the plan; null where there is none.
const respond::Action* same_among(const std::vector<Answer>& others, const respond::Plan& plan) {
  const auto is_same = [](const respond::PlannedStep& a, const respond::PlannedStep& b) {
    return a.call.operation == b.call.operation && a.call.with == b.call.with;
  };
  for (const Answer& other : others) {
    if (!other.action) continue;
    const std::vector<respond::PlannedStep>& steps = other.action->plan.steps;
    if (std::equal(steps.begin(), steps.end(), plan.steps.begin(), plan.steps.end(), is_same))
      return &*other.action;
  }
  return nullptr;
}

// Whether riposte asks for it by itself. What cleans up and restores waits until people know what
// happened.
bool is_asked_at_once(const Case::Step& step) {
  return step.is_ours() && step.guide.phase <= respond::CasePhase::Containment && !step.skipped;
}

}  // namespace

base::Status Casebook::read_all() {
  if (has_read_) return base::Done{};
  for (const std::string& id : TRY(parts_.cases.list())) {
    std::optional<Case> one = TRY(parts_.cases.read(id));
    if (one) cases_.push_back({std::move(*one), {}});
  }
  TRY(incidents_.read(parts_.ledger, parts_.note));
  for (KnownCase& known : cases_) {
    const std::vector<const Incident*> about = incidents_.find(known.one.findings);
    known.about.insert(about.begin(), about.end());
  }
  has_read_ = true;
  return base::Done{};
}

Casebook::KnownCase* Casebook::open_case_of(const std::string& finding, std::string& follows) {
  const Incident* incident = incidents_.find(finding);
  KnownCase* open = nullptr;
  for (KnownCase& known : cases_) {
    if (!known.about.contains(incident) && !known.one.has_finding(finding)) continue;
    if (known.one.closed) {
      follows = known.one.id;
    } else if (open == nullptr) {
      open = &known;
    }
  }
  return open;
}

// Writes the entry that brings the runbook's guide.
base::Status Casebook::begin(KnownCase& known, CaseEntry entry, const RunbookPointer& runbook,
                             const KeptFinding& finding) {
  const respond::Occasion occasion = finding.occasion();
  entry.guide = respond::guide_json(*runbook, occasion.finding, occasion.event);
  respond::Casework work(parts_.cases, parts_.actions, parts_.clock);
  Case grown = known.one;
  TRY(grown.add(entry));
  const std::vector<respond::CaseStepView> views = TRY(work.look(grown));
  const std::string_view notice = entry.kind == "case.opened" ? "case.opened" : "case.waiting";
  known.one = TRY(parts_.cases.append(known.one, entry, work.notice_of(notice, grown, views)));
  if (const Incident* incident = incidents_.find(entry.finding)) known.about.insert(incident);
  return base::Done{};
}

base::Result<Case*> Casebook::take_up(const RunbookPointer& runbook, const StoredFinding& finding,
                                      std::string_view by, const std::vector<Answer>& others,
                                      std::vector<Answer>& answers) {
  TRY(read_all());
  std::string follows;
  KnownCase* known = open_case_of(finding.id, follows);
  const KeptFinding kept = TRY(KeptFinding::parse(finding));
  CaseEntry entry{.by = std::string(by), .time = parts_.clock.wall(), .finding = finding.id};
  entry.findings = {finding.id};
  if (known == nullptr) {
    KnownCase opened;
    opened.one.id = respond::case_id(finding.id, follows);
    entry.kind = "case.opened";
    entry.title = runbook->title;
    entry.level = kept.occasion().finding.string_at("rule.level");
    entry.follows = follows;
    if (const Incident* incident = incidents_.find(finding.id)) entry.incident = incident->id;
    TRY(begin(opened, std::move(entry), runbook, kept));
    known = &cases_.emplace_back(std::move(opened));
  } else if (known->one.find_guide(runbook->name) == nullptr) {
    entry.kind = "case.guided";
    TRY(begin(*known, std::move(entry), runbook, kept));
  }
  std::vector<std::string> names;
  for (const Case::Step& step : known->one.find_guide(runbook->name)->steps) {
    if (is_asked_at_once(step)) names.push_back(known->one.name_of(step));
  }
  for (const std::string& name : names) {
    const respond::GuideStep* part = find_step(*runbook, known->one.find_step(name)->guide.name);
    if (part != nullptr)
      TRY(ask(known->one, name, respond::part_of(*runbook, *part), finding, by, others, answers));
  }
  return &known->one;
}

base::Result<std::vector<Answer>> Casebook::answer(const StoredFinding& finding,
                                                   const std::vector<RunbookPointer>& runbooks,
                                                   const Answerer::Responses& responses,
                                                   const std::vector<Answer>& others) {
  std::vector<Answer> answers;
  for (const RunbookPointer& runbook :
       TRY(Answerer::answering(finding, runbooks, responses, respond::Occurrence::Singular)))
    TRY(take_up(runbook, finding, respond::kEngine, others, answers));
  return answers;
}

base::Result<Case> Casebook::open(const RunbookPointer& runbook, const StoredFinding& finding,
                                  std::string_view by) {
  std::vector<Answer> answers;
  return *TRY(take_up(runbook, finding, by, {}, answers));
}

base::Status Casebook::ask(Case& one, const std::string& step, const RunbookPointer& part,
                           const StoredFinding& finding, std::string_view by,
                           const std::vector<Answer>& others, std::vector<Answer>& answers) {
  const base::Result<respond::Plan> plan = parts_.answerer.plan(part, finding);
  const bool is_wanted = by != respond::kEngine;
  const std::vector<Case::Asked>& asked = one.find_step(step)->asked;
  if (plan.ok() && !is_wanted && TRY(is_asked(*one.find_step(step), *plan))) return base::Done{};
  const bool is_told = !plan.ok() && std::any_of(asked.begin(), asked.end(), [&](const auto& each) {
    return each.action.empty() && each.says == plan.error().message;
  });
  CaseEntry entry{.kind = "case.unplanned",
                  .by = std::string(by),
                  .time = parts_.clock.wall(),
                  .step = step,
                  .finding = finding.id};
  Answer answer{.runbook = part->name, .finding = finding.id};
  if (plan.ok()) {
    const respond::Action* same = same_among(others, *plan);
    answer.action = same != nullptr ? *same : TRY(parts_.responder.propose(*plan, by));
    entry.kind = "case.asked";
    entry.action = answer.action->digest();
  } else {
    answer.no_plan = entry.says = plan.error().message;
    answer.is_blind = plan.error().code == Errc::Busy || plan.error().code == Errc::Io;
  }
  const bool is_linked = std::any_of(asked.begin(), asked.end(), [&entry](const auto& each) {
    return !entry.action.empty() && each.action == entry.action;
  });
  if (!is_linked && !is_told) one = TRY(parts_.cases.append(one, entry));
  if (!answer.action || same_among(others, answer.action->plan) == nullptr)
    answers.push_back(std::move(answer));
  return base::Done{};
}

base::Result<bool> Casebook::is_asked(const Case::Step& step, const respond::Plan& plan) {
  const std::vector<std::string> targets = respond::reach_of(plan).targets;
  for (const Case::Asked& asked : step.asked) {
    if (asked.action.empty()) continue;
    const std::optional<respond::Action> action = TRY(parts_.actions.read(asked.action));
    if (action && respond::reach_of(action->plan).targets == targets) return true;
  }
  return false;
}

base::Result<std::vector<Answer>> Casebook::ask(Case& one, const std::string& step,
                                                const std::vector<RunbookPointer>& runbooks,
                                                std::string_view by) {
  const Case::Guide& guide = one.guide_of(*one.find_step(step));
  const auto runbook = std::find_if(runbooks.begin(), runbooks.end(), [&guide](const auto& each) {
    return each->name == guide.runbook;
  });
  const respond::GuideStep* part =
      runbook == runbooks.end() ? nullptr : find_step(**runbook, one.find_step(step)->guide.name);
  if (part == nullptr)
    return Error{Errc::Invalid, "the runbook " + guide.runbook + " has no such step any more"};
  // Findings that it was asked for, or that an earlier step was.
  std::vector<std::string> findings = {guide.finding};
  for (const Case::Step& each : guide.steps) {
    for (const Case::Asked& asked : each.asked) {
      if (std::find(findings.begin(), findings.end(), asked.finding) == findings.end())
        findings.push_back(asked.finding);
    }
  }
  std::vector<Answer> answers;
  const RunbookPointer alone = respond::part_of(**runbook, *part);
  for (const std::string& id : findings) {
    const StoredFinding finding = TRY(parts_.ledger.find(id));
    TRY(ask(one, step, alone, finding, by, {}, answers));
  }
  return answers;
}

base::Result<bool> Casebook::has_open_case() {
  const std::vector<std::string> ids = TRY(parts_.cases.list());
  for (const std::string& id : ids) {
    const std::optional<Case> one = TRY(parts_.cases.read(id));
    if (one && !one->closed) return true;
  }
  return false;
}

base::Status Casebook::join_others() {
  const bool has_any = TRY(has_open_case());
  if (!has_any) return base::Done{};
  TRY(read_all());
  std::set<std::string> taken;
  for (const KnownCase& known : cases_)
    taken.insert(known.one.findings.begin(), known.one.findings.end());
  for (KnownCase& known : cases_) {
    if (known.one.closed) continue;
    std::vector<std::string> others;
    for (const Incident* incident : known.about) {
      for (const finding::Finding* each : incident->findings) {
        if (taken.insert(each->id).second) others.push_back(each->id);
      }
    }
    for (std::size_t i = 0; i < others.size(); i += kJoinedMax) {
      const auto begin = others.begin() + static_cast<std::ptrdiff_t>(i);
      const auto end =
          others.begin() + static_cast<std::ptrdiff_t>(std::min(others.size(), i + kJoinedMax));
      known.one = TRY(parts_.cases.append(known.one, {.kind = "case.joined",
                                                      .by = std::string(respond::kEngine),
                                                      .time = parts_.clock.wall(),
                                                      .findings = {begin, end}}));
    }
  }
  return base::Done{};
}

}  // namespace riposte::engine
