#include "cli/case_text.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/action_text.h"
#include "finding/human_page.h"
#include "finding/terminal_text.h"
#include "finding/writers.h"
#include "json/writer.h"

// Tested by tests/integration/case_test.py

namespace riposte::cli {
namespace {

using respond::Action;
using respond::Case;
using respond::CaseStepState;
using respond::CaseStepView;
using respond::GuideStep;

constexpr std::size_t kIdShown = 12;

std::string_view state_of(const Case& one) { return one.closed ? "closed" : "open"; }

std::string_view kind_of(const GuideStep& step) {
  return !step.ask.empty() ? "ask" : !step.task.empty() ? "task" : "steps";
}

std::string says_of(const GuideStep& step) {
  if (!step.ask.empty()) return step.ask;
  if (!step.task.empty()) return step.task;
  return "riposte does: " + base::join(step.steps, ", ");
}

void write_said(json::Writer& writer, std::string_view key, const std::optional<Case::Said>& said) {
  writer.key(key);
  if (!said) return writer.null();
  writer.object([&] {
    writer.field("at", base::format_time(said->at));
    writer.field("by", said->by);
    writer.text_or_null("says", said->says);
  });
}

void write_action(json::Writer& writer, const Action& action) {
  writer.object([&] {
    writer.field("digest", action.digest());
    writer.field("state", name_of(action.state));
    writer.field("says", action.says);
    writer.field("finding", action.plan.finding);
    writer.key("calls").array([&] {
      for (std::size_t i = 0; i < action.steps.size(); ++i) {
        writer.object([&] {
          writer.field("step", action.plan.steps[i].name);
          writer.field("aws", to_text(action.plan.steps[i].call.operation));
          writer.field("state", name_of(action.steps[i].state));
          writer.text_or_null("request_id", action.steps[i].request_id);
          writer.text_or_null("undo_request_id", action.steps[i].undo_request_id);
        });
      }
    });
  });
}

void write_step(json::Writer& writer, const Case& one, const CaseStepView& view) {
  const Case::Step& step = *view.step;
  writer.object([&] {
    writer.field("step", one.name_of(step));
    writer.field("phase", name_of(step.guide.phase));
    writer.field("kind", kind_of(step.guide));
    writer.field("says", says_of(step.guide));
    writer.field("by", step.guide.by);
    writer.field("state", name_of(view.state));
    write_said(writer, "done", step.done);
    write_said(writer, "skipped", step.skipped);
    writer.key("actions").array([&] {
      for (const Action& action : view.actions)
        write_action(writer, action);
    });
    writer.key("unplanned").array([&] {
      for (const Case::Asked& asked : step.asked) {
        if (!asked.action.empty()) continue;
        writer.object([&] {
          writer.field("finding", asked.finding);
          writer.field("says", asked.says);
        });
      }
    });
  });
}

// A page as it grows: labels in a column, every text on one line.
class Draft {
 public:
  void line(std::string_view text) { text_.append(finding::visible(text)).append("\n"); }
  void field(std::string_view label, std::string_view text) {
    line(fmt::format("  {:8} {}", label, text));
  }
  void title(std::string_view text) { text_.append("\n").append(text).append("\n"); }
  void add(std::string_view text) { text_ += text; }
  std::string take() && { return std::move(text_); }

 private:
  std::string text_;
};

std::string who_decides(const GuideStep& step) {
  return step.by.empty() ? "anybody" : base::join(step.by, " or ");
}

std::string mark_of(CaseStepState state) {
  switch (state) {
    case CaseStepState::Waiting:
      return "[ ]";
    case CaseStepState::Asked:
      return "[?]";
    case CaseStepState::Done:
      return "[x]";
    case CaseStepState::Skipped:
      return "[-]";
  }
  return "[ ]";
}

void describe(const Action& action, Draft& draft) {
  const std::string id = action.digest().substr(0, kDigestShown);
  draft.line(fmt::format("        action {} is {}{}", id, name_of(action.state),
                         action.says.empty() ? "" : ": " + base::join(action.says, "; ")));
  for (const respond::Approving& approval : action.approvals)
    draft.line(
        fmt::format("          approved by {} at {}", approval.by, base::format_time(approval.at)));
  for (std::size_t i = 0; i < action.steps.size(); ++i) {
    const Action::Step& step = action.steps[i];
    draft.line(fmt::format(
        "          {} {}  {}{}{}", to_text(action.plan.steps[i].call.operation),
        action.plan.steps[i].call.with, name_of(step.state),
        step.request_id.empty() ? "" : ", request " + step.request_id,
        step.undo_request_id.empty() ? "" : ", taken back by request " + step.undo_request_id));
  }
  if (action.state == respond::ActionState::Asked)
    draft.line(fmt::format("          riposte action approve {} --digest {}", id, action.digest()));
  if (action.state == respond::ActionState::Standing) {
    if (action.expires)
      draft.line("          taken back by itself at " + base::format_time(*action.expires));
    draft.line("          taken back now by: riposte action undo " + id);
  }
}

void describe(const Case& one, const CaseStepView& view, Draft& draft) {
  const Case::Step& step = *view.step;
  draft.line(fmt::format("  {} {:22}  {}", mark_of(view.state), name_of(step.guide.phase),
                         one.name_of(step)));
  draft.line("        " + says_of(step.guide));
  if (!view.is_settled() && !step.guide.by.empty())
    draft.line("        decides: " + who_decides(step.guide));
  for (const auto& [word, said] : {std::pair("done", &step.done), {"skipped", &step.skipped}}) {
    if (!*said) continue;
    draft.line(fmt::format("        {} by {} at {}{}", word, (*said)->by,
                           base::format_time((*said)->at),
                           (*said)->says.empty() ? "" : ": " + (*said)->says));
  }
  for (const Action& action : view.actions)
    describe(action, draft);
  for (const Case::Asked& asked : step.asked) {
    if (asked.action.empty())
      draft.line("        no plan for finding " + asked.finding.substr(0, kIdShown) + ": " +
                 asked.says);
  }
}

void describe_next(const Case& one, const std::vector<CaseStepView>& steps, Draft& draft) {
  const std::string id = one.id.substr(0, kIdShown);
  const CaseStepView* next = respond::next_of(steps);
  if (next == nullptr) {
    draft.field("close", "riposte case close " + id + " --lessons TEXT");
    return;
  }
  const GuideStep& step = next->step->guide;
  draft.field("step", one.name_of(*next->step) + ": " + says_of(step));
  draft.field("decides", who_decides(step));
  const std::string whole = one.name_of(*next->step);
  if (!next->step->is_ours()) {
    draft.field("do", fmt::format("riposte case do {} {}{}", id, whole,
                                  step.ask.empty() ? "" : " --says ANSWER"));
  } else if (next->state == CaseStepState::Asked) {
    draft.field("do", "riposte action approve, as above");
  } else {
    draft.field("do",
                fmt::format("riposte case do {} {}   (asks; then somebody approves)", id, whole));
  }
  draft.field("or", fmt::format("riposte case skip {} {} --reason TEXT", id, whole));
}

// What happened in it, but for what the steps tell already.
void describe_log(const Case& one, Draft& draft) {
  for (const respond::CaseEntry& entry : one.entries) {
    std::string says = entry.says;
    if (entry.kind == "case.joined") says = finding::counted(entry.findings.size(), "finding");
    if (!entry.action.empty()) says = "action " + entry.action.substr(0, kDigestShown);
    draft.line(fmt::format("  {}  {:14} {:10} {}{}", base::format_time(entry.time),
                           entry.kind.substr(entry.kind.find('.') + 1), entry.by,
                           entry.step.empty() ? "" : entry.step + (says.empty() ? "" : ": "),
                           says));
  }
}

}  // namespace

std::string to_ndjson(const CasePage& page) {
  const Case& one = page.one;
  json::Writer writer;
  writer.object([&] {
    writer.field("schema", "riposte.case/1");
    writer.field("id", one.id);
    writer.field("state", state_of(one));
    writer.field("title", one.title);
    writer.text_or_null("level", one.level);
    writer.text_or_null("incident", one.incident);
    writer.text_or_null("follows", one.follows);
    write_said(writer, "opened", one.opened);
    write_said(writer, "closed", one.closed);
    writer.field("findings", one.findings);
    writer.key("guides").array([&] {
      for (const Case::Guide& guide : one.guides) {
        writer.object([&] {
          writer.field("runbook", guide.runbook);
          writer.field("title", guide.title);
          writer.field("finding", guide.finding);
          writer.field("by", guide.by);
        });
      }
    });
    writer.key("steps").array([&] {
      for (const CaseStepView& view : page.steps)
        write_step(writer, one, view);
    });
    const CaseStepView* next = one.closed ? nullptr : respond::next_of(page.steps);
    writer.text_or_null("next", next == nullptr ? "" : one.name_of(*next->step));
    writer.key("log").array([&] {
      for (const respond::CaseEntry& entry : one.entries) {
        writer.object([&] {
          writer.field("at", base::format_time(entry.time));
          writer.field("kind", entry.kind);
          writer.field("by", entry.by);
          writer.text_or_null("step", entry.step);
          writer.text_or_null("says", entry.says);
          writer.text_or_null("action", entry.action);
          writer.field("findings", entry.findings);
        });
      }
    });
  });
  return std::move(writer).take();
}

std::string line_of(const CasePage& page) {
  const Case& one = page.one;
  const CaseStepView* next = one.closed ? nullptr : respond::next_of(page.steps);
  const std::string what = one.closed        ? "closed by " + one.closed->by
                           : next == nullptr ? "to be closed"
                                             : "next: " + one.name_of(*next->step);
  return finding::visible(fmt::format("{:12}  {}  {:6}  {:8}  {}  ({})", one.id.substr(0, kIdShown),
                                      base::format_time(one.opened.at), state_of(one), one.level,
                                      one.title, what)) +
         "\n";
}

std::string page_of(const CasePage& page, std::size_t width) {
  const Case& one = page.one;
  Draft draft;
  draft.line(fmt::format("case {}  {}  {}  {}", one.id, state_of(one), one.level, one.title));
  draft.field("opened", base::format_time(one.opened.at) + " by " + one.opened.by);
  if (!one.follows.empty()) draft.field("follows", "case " + one.follows + ", which was closed");
  if (one.closed)
    draft.field("closed", base::format_time(one.closed->at) + " by " + one.closed->by + ": " +
                              one.closed->says);
  for (const Case::Guide& guide : one.guides) {
    draft.field("guide", guide.runbook + ": " + guide.title + ", for finding " +
                             guide.finding.substr(0, kIdShown));
    if (!guide.description.empty()) draft.field("", guide.description);
  }
  draft.title("what happened");
  std::vector<finding::Incident> incidents;
  for (const finding::Incident* incident : page.incidents)
    incidents.push_back(*incident);
  draft.add(finding::to_human(incidents, finding::Palette::plain(), width));
  draft.title("what is done, and to be done");
  for (const CaseStepView& view : page.steps)
    describe(one, view, draft);
  if (!one.closed) {
    draft.title("what is next");
    describe_next(one, page.steps, draft);
  }
  draft.title("who said what");
  describe_log(one, draft);
  return std::move(draft).take();
}

}  // namespace riposte::cli
