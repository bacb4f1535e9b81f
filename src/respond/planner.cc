#include "respond/planner.h"

#include <algorithm>
#include <set>

#include "base/digest.h"
#include "base/text.h"
#include "event/event.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "match/reference_matcher.h"
#include "respond/named_action.h"
#include "respond/template.h"

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;

// Whether the pattern holds over {"finding": ..., "event": ..., "item": ...}.
bool holds(const rule::Condition& condition, const Scope& scope) {
  std::string text = "{\"finding\":" + json::canonical(*scope.finding);
  if (scope.event != nullptr) text += ",\"event\":" + json::canonical(*scope.event);
  if (scope.item != nullptr) text += ",\"item\":" + json::canonical(*scope.item);
  text += '}';
  const base::Result<json::OwnedDocument> document = json::OwnedDocument::parse(text);
  if (!document.ok()) return false;  // nested too deep: not certain, no call
  event::Event event;
  event.record = event.envelope = &document.value().root();
  event.raw.record = event.raw.envelope = document.value().raw();
  return match::ReferenceMatcher::holds(condition, event);
}

bool has_any(const json::Node* list, const std::vector<std::string>& wanted) {
  if (list == nullptr || !list->is(json::Kind::Array)) return false;
  for (const json::Node& item : json::children(*list)) {
    if (std::find(wanted.begin(), wanted.end(), item.text) != wanted.end()) return true;
  }
  return false;
}

bool calls_aws(const Runbook& runbook) {
  const auto is_of_aws = [](const Operation& operation) { return !is_not_of_aws(operation); };
  return std::any_of(runbook.steps.begin(), runbook.steps.end(), [&](const Step& step) {
    if (step.action == nullptr) return is_of_aws(step.call.operation);
    const std::span<const Operation> all = step.action->operations();
    return std::any_of(all.begin(), all.end(), is_of_aws);
  });
}

// Only reads, and what they need permission for is known.
class NotedReader final : public FactReader {
 public:
  NotedReader(FactReader& account, std::set<std::string>& permissions)
      : account_(account), permissions_(permissions) {}

  base::Result<json::OwnedDocument> read(const Operation& operation,
                                         std::string_view with) override {
    CHECK(!changes_something(operation), "while a plan is made nothing is changed");
    for (std::string& action : permissions_of(operation))
      permissions_.insert(std::move(action));
    return account_.read(operation, with);
  }

  bool made_by_us(const PlannedCall& call, base::EventTime about) const override {
    return account_.made_by_us(call, about);
  }

 private:
  FactReader& account_;
  std::set<std::string>& permissions_;
};

class Draft {
 public:
  Draft(const RunbookPointer& runbook, const Occasion& occasion, FactReader* account)
      : occasion_(occasion), account_(account) {
    plan_.runbook = runbook;
  }

  base::Result<Plan> finish() {
    read_finding();
    plan_.idempotency = text_of(plan_.runbook->idempotency);
    for (const Step& step : plan_.runbook->steps) {
      if (plan_.steps.size() > kCallsMax) break;
      add(step);
    }
    if (plan_.steps.size() > kCallsMax) {
      return Error{Errc::Limit,
                   "the plan would have more than " + std::to_string(kCallsMax) + " calls"};
    }
    if (failure_) return *failure_;
    if (!missing_.empty()) return Error{Errc::Invalid, base::join(missing_, "; ")};
    if (plan_.steps.empty())
      return Error{Errc::Invalid, "there is nothing to do: no step's condition holds"};
    if (plan_.runbook->expires && plan_.needs_approval())
      return Error{Errc::Invalid,
                   "the runbook expires, and " + irreversible_step() + " cannot be taken back"};
    plan_.permissions.assign(permissions_.begin(), permissions_.end());
    plan_.digest = base::sha256_hex(digested_json(plan_));
    return std::move(plan_);
  }

 private:
  void read_finding() {
    const json::Node& finding = occasion_.finding;
    plan_.finding = text_of("${finding.id}");
    // The log of a host or a web server names neither; what is done outside of AWS needs none.
    const bool is_needed = calls_aws(*plan_.runbook);
    plan_.account =
        is_needed ? text_of("${finding.account}") : std::string(finding.string_at("account"));
    plan_.region =
        is_needed ? text_of("${finding.region}") : std::string(finding.string_at("region"));
    plan_.rule = finding.string_at("rule.name");
    plan_.actor = {std::string(finding.string_at("actor.type")),
                   std::string(finding.string_at("actor.name")),
                   std::string(finding.string_at("actor.arn")),
                   std::string(finding.string_at("actor.access_key")),
                   std::string(finding.string_at("actor.session_of"))};
    const json::Node* resources = finding.find("resources");
    if (resources == nullptr || !resources->is(json::Kind::Array)) return;
    for (const json::Node& resource : json::children(*resources)) {
      for (std::string_view key : {"id", "arn"}) {
        const std::string_view text = resource.string_at(key);
        if (!text.empty()) plan_.resources.emplace_back(text);
      }
    }
  }

  void add(const Step& step) {
    Scope scope{.finding = &occasion_.finding, .event = occasion_.event};
    if (step.for_each.empty()) return add(step, step.name, scope);
    const std::vector<const json::Node*> items = resolve_list(step.for_each, scope, missing_);
    for (std::size_t i = 0; i < items.size() && i <= kCallsMax; ++i) {
      scope.item = items[i];
      add(step, step.name + "[" + std::to_string(i) + "]", scope);
    }
  }

  void add(const Step& step, std::string name, const Scope& scope) {
    if (step.only_if && !holds(*step.only_if, scope)) {
      plan_.skipped.push_back(std::move(name));
      return;
    }
    if (step.action != nullptr) return add_action(step, name, scope);
    PlannedStep planned;
    planned.name = std::move(name);
    planned.call = call_of(step.call, scope);
    planned.changes = changes_something(step.call.operation);
    planned.prechecks = checks_of(step.prechecks, scope);
    Scope late = scope;
    late.late = true;
    if (step.undo) planned.undo = call_of(*step.undo, late);
    planned.irreversible = step.irreversible;
    planned.verifications = checks_of(step.verifications, late);
    planned.on_failure = step.on_failure.value_or(OnFailure::Undo);
    plan_.steps.push_back(std::move(planned));
  }

  void add_action(const Step& step, const std::string& name, const Scope& scope) {
    if (account_ == nullptr) {
      missing_.push_back(name + ": " + std::string(step.action->name()) +
                         " needs a look into the account");
      return;
    }
    const std::string with = resolved(step.call.with, scope);
    if (!missing_.empty() || failure_) return;
    const json::OwnedDocument parameters = json::OwnedDocument::parse(with).value();
    NotedReader reader(*account_, permissions_);
    base::Result<std::vector<PlannedStep>> planned =
        step.action->plan({.step = name,
                           .with = parameters.root(),
                           .finding = occasion_.finding,
                           .event = occasion_.event,
                           .account = plan_.account,
                           .region = plan_.region},
                          reader);
    if (!planned.ok() && planned.error().code == Errc::Invalid) {
      missing_.push_back(name + ": " + planned.error().message);
    } else if (!planned.ok()) {
      failure_ = std::move(planned).error().in(name);
    } else {
      for (PlannedStep& each : planned.value())
        take(std::move(each), step);
    }
  }

  void take(PlannedStep planned, const Step& step) {
    const bool is_new = std::none_of(plan_.steps.begin(), plan_.steps.end(),
                                     [&](const auto& each) { return each.name == planned.name; });
    if (!is_new) missing_.push_back("two steps would be called " + planned.name);
    if (step.on_failure) planned.on_failure = *step.on_failure;
    note_permissions(planned.call);
    for (const auto* checks : {&planned.prechecks, &planned.verifications}) {
      for (const PlannedCheck& check : *checks)
        note_permissions(check.call);
    }
    if (planned.undo) note_permissions(*planned.undo);
    plan_.steps.push_back(std::move(planned));
  }

  void note_permissions(const PlannedCall& call) {
    for (std::string& action : permissions_of(call.operation))
      permissions_.insert(std::move(action));
  }

  std::string irreversible_step() const {
    return std::find_if(plan_.steps.begin(), plan_.steps.end(),
                        [](const PlannedStep& step) { return step.irreversible; })
        ->name;
  }

  std::vector<PlannedCheck> checks_of(const std::vector<Check>& checks, const Scope& scope) {
    std::vector<PlannedCheck> planned;
    for (const Check& check : checks) {
      PlannedCheck each{call_of(check.call, scope), {}};
      if (!check.expect.is_null()) {
        Scope in_pattern = scope;
        in_pattern.scalars_only = true;
        in_pattern.late = false;  // what is expected is known now
        each.expect = resolved(check.expect, in_pattern);
      }
      planned.push_back(std::move(each));
    }
    return planned;
  }

  PlannedCall call_of(const Call& call, const Scope& scope) {
    PlannedCall planned{call.operation, resolved(call.with, scope)};
    note_permissions(planned);
    return planned;
  }

  std::string resolved(const json::Value& value, const Scope& scope) {
    const base::Result<std::string> canonical = json::canonical(resolve(value, scope, missing_));
    if (canonical.ok()) return *canonical;
    missing_.push_back("the parameters cannot be written: " + canonical.error().message);
    return "{}";
  }

  std::string text_of(const std::string& pattern) {
    const std::string json =
        resolved(json::Value(json::Value::Kind::String, pattern, {}),
                 {.finding = &occasion_.finding, .event = occasion_.event, .scalars_only = true});
    return std::string(json::OwnedDocument::parse(json).value().root().text);
  }

  const Occasion& occasion_;
  Plan plan_;
  std::set<std::string> permissions_;
  std::vector<std::string> missing_;
  std::optional<Error> failure_;  // of a read
  FactReader* account_;
};

}  // namespace

bool Planner::answers(const Runbook& runbook, const Occasion& occasion, std::string_view response) {
  if (!response.empty() && response == runbook.name) return true;
  const Trigger& when = runbook.when;
  if (when.empty()) return false;
  const json::Node& finding = occasion.finding;
  const auto names_rule = [&](const std::string& rule) {
    return rule == finding.string_at("rule.name") || rule == finding.string_at("rule.id");
  };
  if (!when.rules.empty() && std::none_of(when.rules.begin(), when.rules.end(), names_rule))
    return false;
  if (!when.tags.empty() && !has_any(finding.at("rule.tags"), when.tags)) return false;
  const std::optional<rule::Level> level = rule::parse_level(finding.string_at("rule.level"));
  if (when.level && (!level || *level < *when.level)) return false;
  return !when.expression ||
         holds(*when.expression, {.finding = &finding, .event = occasion.event});
}

base::Result<Plan> Planner::plan(const RunbookPointer& runbook, const Occasion& occasion,
                                 FactReader* account) {
  return Draft(runbook, occasion, account).finish();
}

}  // namespace riposte::respond
