#include "respond/casework.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "json/writer.h"
#include "respond/responder.h"

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;

constexpr std::array<std::string_view, 4> kStates = {"waiting", "asked", "done", "skipped"};

CaseStepState state_of(const Case::Step& step, const std::vector<Action>& actions) {
  if (step.skipped) return CaseStepState::Skipped;
  if (step.done) return CaseStepState::Done;
  bool is_done = false;
  bool is_open = actions.size() < step.asked.size();  // of some finding there was no plan
  for (const Action& action : actions) {
    switch (action.state) {
      case ActionState::Asked:
      case ActionState::Approved:
      case ActionState::Running:
      case ActionState::Undoing:
        return CaseStepState::Asked;
      case ActionState::Standing:
      case ActionState::Undone:
      case ActionState::Closed:
        is_done = true;
        break;
      case ActionState::Denied:
        break;
      case ActionState::Refused:
      case ActionState::Lapsed:
      case ActionState::Failed:
      case ActionState::Stuck:
        is_open = true;
        break;
    }
  }
  return is_done && !is_open ? CaseStepState::Done : CaseStepState::Waiting;
}

bool shares_any(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&b](const std::string& each) {
    return std::find(b.begin(), b.end(), each) != b.end();
  });
}

}  // namespace

std::string_view name_of(CaseStepState state) { return kStates[static_cast<std::size_t>(state)]; }

const CaseStepView* next_of(const std::vector<CaseStepView>& views) {
  const auto found = std::find_if(views.begin(), views.end(),
                                  [](const CaseStepView& view) { return !view.is_settled(); });
  return found == views.end() ? nullptr : &*found;
}

base::Result<std::vector<CaseStepView>> Casework::look(const Case& one) {
  std::vector<CaseStepView> views;
  for (const Case::Step* step : one.in_order()) {
    CaseStepView view{.step = step};
    for (const Case::Asked& asked : step->asked) {
      if (asked.action.empty()) continue;
      std::optional<Action> action = TRY(actions_.read(asked.action));
      if (!action)
        return Error{Errc::Invalid, "the case names an action that the ledger does not have"};
      view.actions.push_back(std::move(*action));
    }
    view.state = state_of(*step, view.actions);
    views.push_back(std::move(view));
  }
  return views;
}

base::Result<Case> Casework::find_open(std::string_view id) {
  Case one = TRY(cases_.find(id));
  if (one.closed) {
    return Error{Errc::Conflict, "the case was closed by " + one.closed->by + " at " +
                                     base::format_time(one.closed->at)};
  }
  return one;
}

base::Result<Case> Casework::find_open(std::string_view id, std::string_view name) {
  Case one = TRY(find_open(id));
  const Case::Step* step = one.find_step(name);
  if (step == nullptr) {
    std::vector<std::string> names;
    for (const Case::Step* each : one.in_order())
      names.push_back(one.name_of(*each));
    return Error{Errc::NotFound, "no step alone is called \"" + std::string(name) +
                                     "\"; there are " + base::join(names, ", ")};
  }
  for (const CaseStepView& view : TRY(look(one))) {
    if (view.step == step && view.is_settled())
      return Error{Errc::Conflict, "the step is " + std::string(name_of(view.state))};
  }
  return one;
}

base::Status Casework::may_decide(const Case& one, const Case::Guide& guide,
                                  const std::string& step, const std::vector<std::string>& by,
                                  const Person& person) {
  std::string why;
  if (person.name == guide.actor_name || person.name == guide.actor_arn)
    why = "case-own: " + person.name + " did what this is about, and somebody else must decide";
  else if (!by.empty() && !shares_any(by, person.groups))
    why = "case-scope: " + person.name + " is in none of the groups " + base::join(by, ", ");
  if (why.empty()) return base::Done{};
  TRY(cases_.append(one, {.kind = "case.refused",
                          .by = person.name,
                          .time = clock_.wall(),
                          .says = why,
                          .step = step,
                          .groups = person.groups}));
  return Error{Errc::Denied, why};
}

base::Result<Case> Casework::append(const Case& one, CaseEntry entry) {
  entry.time = clock_.wall();
  Case grown = one;
  TRY(grown.add(entry));
  const std::vector<CaseStepView> views = TRY(look(grown));
  return cases_.append(one, entry,
                       notice_of(grown.closed ? "case.closed" : "case.waiting", grown, views));
}

base::Result<Case> Casework::settle(std::string_view id, std::string_view name,
                                    const Person& person, std::string_view says) {
  const Case one = TRY(find_open(id, name));
  const Case::Step& step = *one.find_step(name);
  const std::string whole = one.name_of(step);
  if (step.is_ours())
    return Error{Errc::Invalid, "what riposte does is approved, or skipped with a reason"};
  const bool is_question = !step.guide.ask.empty();
  if (is_question && says.empty())
    return Error{Errc::Invalid, "it is a question, and needs an answer: " + step.guide.ask};
  TRY(may_decide(one, one.guide_of(step), whole, step.guide.by, person));
  return append(one, {.kind = is_question ? "case.decided" : "case.done",
                      .by = person.name,
                      .says = std::string(says),
                      .step = whole,
                      .groups = person.groups});
}

base::Result<Case> Casework::skip(std::string_view id, std::string_view name, const Person& person,
                                  std::string_view why) {
  const Case one = TRY(find_open(id, name));
  const Case::Step& step = *one.find_step(name);
  const std::string whole = one.name_of(step);
  TRY(may_decide(one, one.guide_of(step), whole, step.guide.by, person));
  for (const CaseStepView& view : TRY(look(one))) {
    if (view.step != &step) continue;
    for (const Action& action : view.actions) {
      if (action.state == ActionState::Asked || action.state == ActionState::Approved)
        TRY(deny(actions_, action.digest(), person.name, why, clock_.wall()));
    }
  }
  return append(one, {.kind = "case.skipped",
                      .by = person.name,
                      .says = std::string(why),
                      .step = whole,
                      .groups = person.groups});
}

base::Result<Case> Casework::note(std::string_view id, const Person& person,
                                  std::string_view says) {
  const Case one = TRY(cases_.find(id));  // also of a closed one: what is learned later
  return cases_.append(
      one,
      {.kind = "case.noted", .by = person.name, .time = clock_.wall(), .says = std::string(says)});
}

base::Result<Case> Casework::close(std::string_view id, const Person& person,
                                   std::string_view lessons, std::string_view skip_rest) {
  Case one = TRY(find_open(id));
  for (const Case::Guide& guide : one.guides)
    TRY(may_decide(one, guide, {}, guide.by, person));
  std::vector<std::string> open;
  for (const CaseStepView& view : TRY(look(one))) {
    if (!view.is_settled()) open.push_back(one.name_of(*view.step));
  }
  if (!open.empty() && skip_rest.empty()) {
    return Error{Errc::Conflict,
                 "do or skip them first, or say why not: " + base::join(open, ", ")};
  }
  // All or none: whoever may not skip one of them skips nothing.
  for (const std::string& name : open) {
    const Case::Step& step = *one.find_step(name);
    TRY(may_decide(one, one.guide_of(step), name, step.guide.by, person));
  }
  for (const std::string& step : open)
    one = TRY(skip(one.id, step, person, skip_rest));
  return append(one, {.kind = "case.closed",
                      .by = person.name,
                      .says = std::string(lessons),
                      .groups = person.groups});
}

CaseStore::Notice Casework::notice_of(std::string_view kind, const Case& one,
                                      const std::vector<CaseStepView>& views) const {
  json::Writer writer;
  writer.object([&] {
    writer.field("id", one.id);
    writer.field("title", one.title);
    writer.field("level", one.level);
    writer.text_or_null("incident", one.incident);
    writer.field("findings", std::uint64_t{one.findings.size()});
    if (one.closed) {
      writer.field("by", one.closed->by);
      writer.field("lessons", one.closed->says);
    }
    std::vector<std::string> channels;
    for (const Case::Guide& guide : one.guides)
      channels.insert(channels.end(), guide.notify.begin(), guide.notify.end());
    writer.field("notify", channels);
    writer.key("next");
    const CaseStepView* next = next_of(views);
    if (next == nullptr || one.closed) return writer.null();
    const GuideStep& step = next->step->guide;
    writer.object([&] {
      writer.field("step", one.name_of(*next->step));
      writer.field("phase", name_of(step.phase));
      writer.field("says", !step.ask.empty()    ? step.ask
                           : !step.task.empty() ? step.task
                                                : "riposte does: " + base::join(step.steps, ", "));
      writer.field("by", step.by);
    });
  });
  return {std::string(kind), std::move(writer).take()};
}

}  // namespace riposte::respond
