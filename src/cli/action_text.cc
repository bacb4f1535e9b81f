#include "cli/action_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "finding/terminal_text.h"
#include "json/writer.h"

// Tested by tests/integration/respond_test.py

namespace riposte::cli {
namespace {

using respond::Action;

void write_time(json::Writer& writer, std::string_view key,
                const std::optional<base::EventTime>& time) {
  writer.key(key);
  if (time) {
    writer.value(base::format_time(*time));
  } else {
    writer.null();
  }
}

}  // namespace

std::string to_ndjson(const Action& action) {
  json::Writer writer;
  writer.object([&] {
    writer.field("schema", "riposte.action/1");
    writer.field("digest", action.digest());
    writer.field("state", name_of(action.state));
    writer.field("says", action.says);
    writer.field("runbook", action.plan.runbook->name);
    writer.field("finding", action.plan.finding);
    writer.field("rule", action.plan.rule);
    writer.field("account", action.plan.account);
    writer.field("region", action.plan.region);
    writer.field("requester", action.requester);
    write_time(writer, "asked", action.asked);
    write_time(writer, "begun", action.begun);
    write_time(writer, "expires", action.expires);
    writer.key("approvals").array([&] {
      for (const respond::Approving& approval : action.approvals) {
        writer.object([&] {
          writer.field("by", approval.by);
          writer.field("at", base::format_time(approval.at));
        });
      }
    });
    writer.key("steps").array([&] {
      for (std::size_t i = 0; i < action.steps.size(); ++i) {
        writer.object([&] {
          writer.field("name", action.plan.steps[i].name);
          writer.field("aws", to_text(action.plan.steps[i].call.operation));
          writer.field("state", name_of(action.steps[i].state));
          writer.field("says", action.steps[i].says);
        });
      }
    });
  });
  return std::move(writer).take();
}

std::string line_of(const Action& action) {
  const std::string line =
      fmt::format("{:12}  {}  {:8}  {}  {}", action.digest().substr(0, kDigestShown),
                  base::format_time(action.asked), name_of(action.state), action.plan.runbook->name,
                  action.says.empty() ? action.plan.account : base::join(action.says, "; "));
  return finding::visible(line) + "\n";
}

std::string page_of(const Action& action) {
  std::string page = to_human(action.plan);
  const auto add = [&page](std::string_view label, const std::string& value) {
    page += fmt::format("  {:9} {}\n", label, finding::visible(value));
  };
  page += "what became of it\n";
  add("state", std::string(name_of(action.state)) +
                   (action.says.empty() ? "" : ": " + base::join(action.says, "; ")));
  add("wanted", "by " + action.requester + " at " + base::format_time(action.asked));
  for (const respond::Approving& approval : action.approvals)
    add("approved", "by " + approval.by + " at " + base::format_time(approval.at));
  if (action.begun) add("begun", base::format_time(*action.begun));
  if (action.expires) add("expires", base::format_time(*action.expires));
  for (std::size_t i = 0; i < action.steps.size(); ++i) {
    const Action::Step& step = action.steps[i];
    add("step", action.plan.steps[i].name + ": " + std::string(name_of(step.state)) +
                    (step.says.empty() ? "" : ", " + base::join(step.says, "; ")));
  }
  return page;
}

ExitCode exit_code_of(const Action& action) {
  switch (action.state) {
    case respond::ActionState::Refused:
    case respond::ActionState::Denied:
    case respond::ActionState::Lapsed:
      return ExitCode::CheckFailed;
    case respond::ActionState::Failed:
    case respond::ActionState::Stuck:
      return ExitCode::Incomplete;
    default:
      return ExitCode::Done;
  }
}

}  // namespace riposte::cli
