#include "respond/ocsf_writer.h"

#include "base/text.h"
#include "finding/ocsf_parts.h"
#include "json/scanner.h"

namespace riposte::respond {
namespace {

using finding::ocsf::Caption;
using finding::ocsf::write_caption;
using finding::ocsf::write_text;

// The numbers below are those of https://schema.ocsf.io/1.5.0/classes/remediation_activity.
constexpr int kCategory = 7;
constexpr int kClass = 7001;
constexpr int kOther = 99;
constexpr std::string_view kClassName = "Remediation Activity";
constexpr Caption kInformational{1, "Informational"};
constexpr Caption kHigh{4, "High"};  // a person must look
constexpr Caption kUnknown{0, "Unknown"};
constexpr Caption kSuccess{1, "Success"};
constexpr Caption kFailure{2, "Failure"};
constexpr Caption kPartial{4, "Partial"};
constexpr Caption kResource{10, "Resource UID"};

std::int64_t millis(base::EventTime time) { return time.time_since_epoch().count(); }

Caption status_of(StepState state) {
  switch (state) {
    case StepState::Done:
    case StepState::Undone:
      return kSuccess;
    case StepState::Failed:
    case StepState::Left:
      return kFailure;
    case StepState::Unverified:
      return kPartial;
    default:
      return kUnknown;
  }
}

bool needs_person(StepState state) {
  return state == StepState::Unknown || state == StepState::Unverified || state == StepState::Left;
}

void write_json(json::Writer& writer, std::string_view key, std::string_view text) {
  const auto document = json::OwnedDocument::parse(text);
  if (document.ok()) writer.key(key).value(document->root());
}

void write_class(json::Writer& writer, const Deed& deed) {
  write_caption(writer, "activity_id", "activity_name",
                {kOther, deed.phase == Phase::Do ? "Do" : "Undo"});
  write_caption(writer, "category_uid", "category_name", {kCategory, "Remediation"});
  write_caption(writer, "class_uid", "class_name", {kClass, kClassName});
  const std::string type = std::string(kClassName) + ": Other";
  write_caption(writer, "type_uid", "type_name", {kClass * 100 + kOther, type});
  write_caption(writer, "severity_id", "severity",
                needs_person(deed.state) ? kHigh : kInformational);
  write_caption(writer, "status_id", "status", status_of(deed.state));
  write_text(writer, "status_code", deed.code);
  write_text(writer, "status_detail", base::join(deed.says, "; "));
}

void write_api(json::Writer& writer, const Deed& deed) {
  const std::optional<Operation> operation = parse_operation(deed.aws);
  writer.key("api").object([&] {
    writer.field("operation", operation ? operation->name : deed.aws);
    if (operation) writer.key("service").object([&] { writer.field("name", operation->service); });
    if (!deed.request_id.empty()) {
      writer.key("request").object([&] {
        writer.field("uid", deed.request_id);
        write_json(writer, "data", deed.with);
      });
    }
    if (!deed.code.empty())
      writer.key("response").object([&] { writer.field("error", deed.code); });
  });
}

void write_resources(json::Writer& writer, const Plan& plan) {
  if (plan.resources.empty()) return;
  writer.key("observables").array([&] {
    for (const std::string& resource : plan.resources) {
      writer.object([&] {
        write_caption(writer, "type_id", "type", kResource);
        writer.field("value", resource);
      });
    }
  });
}

// What the class has no place for, as our own formats call it.
void write_rest(json::Writer& writer, const Action& action, std::size_t i, const Deed& deed) {
  const Action::Step& step = action.steps[i];
  writer.key("unmapped").object([&] {
    writer.field("finding", action.plan.finding);
    writer.field("runbook", action.plan.runbook->name);
    writer.field("step", action.plan.steps[i].name);
    writer.field("phase", name_of(deed.phase));
    writer.field("state", name_of(deed.state));
    writer.field("action_state", name_of(action.state));
    writer.field("requester", action.requester);
    writer.key("approvals").array([&] {
      for (const Approving& approval : action.approvals)
        writer.value(approval.by);
    });
    if (deed.request_id.empty()) write_json(writer, "with", deed.with);
    if (!step.before.empty()) write_json(writer, "before", step.before);
    if (!step.after.empty()) write_json(writer, "after", step.after);
  });
}

std::string event_of(const Action& action, std::size_t i, const Deed& deed,
                     std::string_view version) {
  const Plan& plan = action.plan;
  const std::string uid =
      plan.digest + "/" + std::to_string(i) + "/" + std::string(name_of(deed.phase));
  json::Writer writer;
  writer.object([&] {
    write_class(writer, deed);
    writer.field("command_uid", plan.digest);
    writer.field("time", millis(deed.ended));
    writer.field("start_time", millis(deed.begun));
    writer.field("end_time", millis(deed.ended));
    writer.field("count", deed.tries);
    writer.field("message", plan.runbook->title + ": " + plan.steps[i].name + ": " + deed.aws +
                                ", " + std::string(name_of(deed.state)));
    writer.key("remediation").object([&] { writer.field("desc", plan.runbook->title); });
    write_api(writer, deed);
    write_resources(writer, plan);
    writer.key("metadata").object([&] {
      finding::ocsf::write_origin(writer, uid, true, version);
      writer.field("correlation_uid", plan.finding);
    });
    finding::ocsf::write_cloud(writer, plan.account, plan.region);
    write_rest(writer, action, i, deed);
  });
  return std::move(writer).take();
}

}  // namespace

std::vector<std::string> to_ocsf(const Action& action, std::string_view version) {
  std::vector<std::string> events;
  for (std::size_t i = 0; i < action.steps.size(); ++i) {
    for (const Deed& deed : action.steps[i].deeds)
      events.push_back(event_of(action, i, deed, version));
  }
  return events;
}

}  // namespace riposte::respond
