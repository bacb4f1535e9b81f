#include "respond/runbook_reader.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/text.h"
#include "json/canonical.h"
#include "respond/named_action.h"
#include "respond/runbook_keys.h"
#include "respond/template.h"
#include "rule/eventbridge_reader.h"

namespace riposte::respond {
namespace {

using json::Value;

// What a step says of its call, and an action says itself.
constexpr std::string_view kOfCalls[] = {"aws", "precheck", "undo", "irreversible", "verify"};

// What the references of a place may begin with.
using Roots = std::vector<std::string_view>;

class Reader {
 public:
  Reader(const RunbookText& text, base::Diagnostics& diagnostics)
      : text_(text), diagnostics_(diagnostics), errors_before_(diagnostics.error_count()) {}

  // Null after a complaint.
  RunbookPointer read() {
    diagnostics_.set_source(text_.file, text_.text);
    const std::vector<Value> documents = json::read_yaml(text_.text, diagnostics_);
    if (diagnostics_.error_count() > errors_before_) return nullptr;
    if (documents.size() != 1 || !documents.front().is_object()) {
      error({1, 1}, "runbook-type", "a runbook file holds one document, a map");
      return nullptr;
    }
    Runbook runbook = read(documents.front());
    if (diagnostics_.error_count() > errors_before_) return nullptr;
    return std::make_shared<const Runbook>(std::move(runbook));
  }

  std::vector<AccountFact> read_facts() {
    diagnostics_.set_source(text_.file, text_.text);
    const std::vector<Value> documents = json::read_yaml(text_.text, diagnostics_);
    if (diagnostics_.error_count() > errors_before_) return {};
    if (documents.size() != 1 || !documents.front().is_array()) {
      error({1, 1}, "runbook-type", "facts of the account are one document, a list");
      return {};
    }
    std::vector<AccountFact> facts;
    for (const Value& fact : documents.front().items())
      facts.push_back(read_fact(fact));
    if (diagnostics_.error_count() > errors_before_) return {};
    return facts;
  }

 private:
  Runbook read(const Value& map) {
    check_keys(map, RunbookMap::Runbook);
    Runbook runbook;
    runbook.file = text_.file;
    runbook.place = map.place();
    runbook.name = required_text(map, "runbook");
    check_name(map);
    runbook.title = required_text(map, "title");
    runbook.description = text(map, "description");
    if (const Value* when = object(map, "when")) runbook.when = read_when(*when);
    runbook.mode = read_mode(map);
    if (const Value* protect = object(map, "protect")) runbook.protect = read_protect(*protect);
    if (const Value* limit = object(map, "limit")) runbook.limit = read_limit(*limit);
    runbook.expires = duration(map, "expires");
    if (const Value* approve = object(map, "approve")) runbook.approve = read_approve(*approve);
    if (const Value* idempotency = member(map, "idempotency")) {
      runbook.idempotency = text(map, "idempotency");
      check_templates(*idempotency, {"finding", "event"});
    }
    runbook.event = read_event(map);
    read_steps(map, runbook);
    read_guide(map, runbook);
    runbook.notify = texts(map, "notify");
    for (const Value& test : list(map, "tests"))
      runbook.tests.push_back(read_test(test, runbook.is_singular()));
    if (runbook.expires && runbook.is_irreversible()) {
      error(map.find("expires")->place(), "runbook-undo",
            "what cannot be undone cannot expire: a step says irreversible: true");
    }
    const base::Result<std::string> canonical = json::canonical(json::to_json(map));
    if (canonical.ok()) {
      runbook.digest = base::sha256_hex(*canonical);
    } else {
      error(map.place(), "runbook-type", canonical.error().message);
    }
    return runbook;
  }

  void check_name(const Value& map) {
    const Value* name = member(map, "runbook");
    if (name == nullptr || !name->is_scalar()) return;
    const bool fits = std::all_of(name->text().begin(), name->text().end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!fits || name->text().starts_with('-')) {
      error(name->place(), "runbook-name", "a name is lower-case letters, digits and hyphens");
    }
  }

  Trigger read_when(const Value& map) {
    check_keys(map, RunbookMap::When);
    Trigger when;
    when.rules = texts(map, "rules");
    when.tags = texts(map, "tags");
    if (const Value* level = member(map, "level")) {
      when.level = rule::parse_level(level->text());
      if (!when.level) {
        error(level->place(), "runbook-value", "\"" + level->text() + "\" is no level",
              "informational, low, medium, high or critical");
      }
    }
    when.expression = pattern(map, "expression");
    return when;
  }

  Mode read_mode(const Value& map) {
    const Value* mode = member(map, "mode");
    if (mode == nullptr) return Mode::Notify;
    const std::optional<Mode> parsed = parse_mode(mode->text());
    if (!parsed) {
      error(mode->place(), "runbook-value", "\"" + mode->text() + "\" is no mode",
            "notify, approve or auto");
    }
    return parsed.value_or(Mode::Notify);
  }

  Protection read_protect(const Value& map) {
    check_keys(map, RunbookMap::Protect);
    Protection protect;
    protect.principals = texts(map, "principals");
    protect.resources = texts(map, "resources");
    if (const Value* tags = object(map, "tags")) {
      for (const Value::Member& tag : tags->members())
        protect.tags[tag.key] = tag.value.text();
    }
    for (const std::string& text : texts(map, "networks")) {
      const std::optional<base::Network> network = base::parse_network(text);
      if (network) {
        protect.networks.push_back(*network);
      } else {
        error(map.find("networks")->place(), "runbook-value", "\"" + text + "\" is no network",
              "10.0.0.0/8 or 2001:db8::/32");
      }
    }
    return protect;
  }

  Limit read_limit(const Value& map) {
    check_keys(map, RunbookMap::Limit);
    Limit limit;
    limit.per_hour = count(map, "per_hour");
    limit.per_account_per_hour = count(map, "per_account_per_hour");
    limit.per_region_per_hour = count(map, "per_region_per_hour");
    if (const Value* share = member(map, "share_per_hour")) {
      limit.share_per_hour = share->as_number();
      if (!limit.share_per_hour || *limit.share_per_hour < 0 || *limit.share_per_hour > 1)
        error(share->place(), "runbook-value", "a share is a number from 0 to 1");
    }
    return limit;
  }

  Approval read_approve(const Value& map) {
    check_keys(map, RunbookMap::Approve);
    Approval approve;
    approve.by = texts(map, "by");
    approve.within = duration(map, "within").value_or(approve.within);
    const std::string otherwise = text(map, "otherwise");
    approve.tell_otherwise = otherwise != "drop";
    if (!otherwise.empty() && otherwise != "tell" && otherwise != "drop") {
      error(map.find("otherwise")->place(), "runbook-value",
            "\"" + otherwise + "\" is nothing that can happen when nobody answers",
            "tell or drop; to act without an answer is mode: auto");
    }
    return approve;
  }

  void read_steps(const Value& map, Runbook& runbook) {
    const std::vector<Value>& steps = list(map, "steps");
    if (steps.empty() && !runbook.is_singular())
      error(map.place(), "runbook-step", "a runbook has at least one step");
    if (steps.size() > kStepsMax) {
      error(map.find("steps")->place(), "runbook-limit",
            fmt::format("a runbook has at most {} steps", kStepsMax));
      return;
    }
    std::set<std::string> names;
    for (const Value& each : steps) {
      if (!each.is_object()) {
        error(each.place(), "runbook-type",
              fmt::format("a step is a map, not {}", json::name_of(each.kind())));
        continue;
      }
      Step step = read_step(each);
      if (!names.insert(step.name).second)
        error(each.place(), "runbook-step", "two steps are called \"" + step.name + "\"");
      runbook.steps.push_back(std::move(step));
    }
  }

  Occurrence read_event(const Value& map) {
    const Value* event = member(map, "event");
    if (event == nullptr) return Occurrence::Recurrent;
    const std::optional<Occurrence> parsed = parse_occurrence(event->text());
    if (!parsed) {
      error(event->place(), "runbook-value", "\"" + event->text() + "\" is no kind of event",
            "recurrent or singular");
    }
    return parsed.value_or(Occurrence::Recurrent);
  }

  void read_guide(const Value& map, Runbook& runbook) {
    const Value* guide = member(map, "guide");
    if (!runbook.is_singular()) {
      if (guide != nullptr) {
        error(guide->place(), "runbook-guide", "a recurrent runbook answers by itself: no guide",
              "event: singular");
      }
      return;
    }
    if (runbook.mode == Mode::Auto) {
      error(map.find("mode")->place(), "runbook-guide",
            "nothing of a singular runbook is done without a person", "mode: approve");
    }
    const std::vector<Value>& steps = list(map, "guide");
    if (steps.empty())
      error(map.place(), "runbook-guide", "a singular runbook has a guide of at least one step");
    if (steps.size() > kGuideStepsMax) {
      error(guide->place(), "runbook-limit",
            fmt::format("a guide has at most {} steps", kGuideStepsMax));
      return;
    }
    std::set<std::string> names;
    for (const Value& each : steps) {
      if (!each.is_object()) {
        error(each.place(), "runbook-type", "a step of a guide is a map");
        continue;
      }
      GuideStep step = read_guide_step(each, runbook);
      if (!names.insert(step.name).second)
        error(each.place(), "runbook-guide", "two steps are called \"" + step.name + "\"");
      if (!runbook.guide.empty() && step.phase < runbook.guide.back().phase) {
        error(each.place(), "runbook-guide",
              fmt::format("a guide goes forward: {} comes before {}", name_of(step.phase),
                          name_of(runbook.guide.back().phase)));
      }
      runbook.guide.push_back(std::move(step));
    }
    check_parts(runbook);
  }

  GuideStep read_guide_step(const Value& map, const Runbook& runbook) {
    check_keys(map, RunbookMap::Guide);
    GuideStep step;
    step.place = map.place();
    step.name = required_text(map, "name");
    const std::string phase = required_text(map, "phase");
    const std::optional<CasePhase> parsed = parse_case_phase(phase);
    if (!parsed && !phase.empty()) {
      const std::span<const std::string_view> known = case_phase_names();
      error(map.find("phase")->place(), "runbook-value", "\"" + phase + "\" is no phase",
            suggestion_for(phase, {known.begin(), known.end()}));
    }
    step.phase = parsed.value_or(step.phase);
    step.ask = text(map, "ask");
    step.task = text(map, "task");
    for (std::string_view key : {"ask", "task"}) {
      if (const Value* value = member(map, key)) check_templates(*value, {"finding", "event"});
    }
    step.steps = texts(map, "steps");
    const int said = static_cast<int>(!step.ask.empty()) + static_cast<int>(!step.task.empty()) +
                     static_cast<int>(!step.steps.empty());
    if (said != 1) {
      error(map.place(), "runbook-guide",
            "a step of a guide is a question, a task, or steps of the runbook: one of them");
    }
    step.by = member(map, "by") == nullptr ? runbook.approve.by : texts(map, "by");
    return step;
  }

  // A step that no guide leads to would never be done, and one in two parts twice.
  void check_parts(const Runbook& runbook) {
    std::map<std::string, int> uses;
    for (const Step& step : runbook.steps)
      uses[step.name] = 0;
    for (const GuideStep& part : runbook.guide) {
      for (const std::string& name : part.steps) {
        const auto use = uses.find(name);
        if (use == uses.end()) {
          error(part.place, "runbook-guide", "the runbook has no step \"" + name + "\"");
        } else if (++use->second == 2) {
          error(part.place, "runbook-guide", "\"" + name + "\" stands in the guide twice");
        }
      }
    }
    for (const Step& step : runbook.steps) {
      if (uses[step.name] == 0)
        error(step.place, "runbook-guide", "the guide never comes to \"" + step.name + "\"");
    }
  }

  Step read_step(const Value& map) {
    check_keys(map, RunbookMap::Step);
    Step step;
    step.place = map.place();
    step.name = required_text(map, "name");
    const bool is_repeated = read_for_each(map, step);
    const Roots known = is_repeated ? Roots{"finding", "event", "item"} : Roots{"finding", "event"};
    Roots late = known;
    late.insert(late.end(), {"precheck", "answer"});
    step.only_if = pattern(map, "if");
    read_on_failure(map, step);
    if (const Value* action = member(map, "action")) {
      read_action(map, *action, known, step);
      return step;
    }
    step.call = read_call(map, known);
    step.prechecks = read_checks(map, "precheck", known);
    step.verifications = read_checks(map, "verify", late);
    if (const Value* undo = object(map, "undo")) {
      check_keys(*undo, RunbookMap::Call);
      step.undo = read_call(*undo, late);
      check_late(*undo, step);
    }
    read_irreversible(map, step);
    return step;
  }

  bool read_for_each(const Value& map, Step& step) {
    const Value* for_each = member(map, "for_each");
    if (for_each == nullptr) return false;
    step.for_each = text(map, "for_each");
    check_templates(*for_each, {"finding", "event"});
    const auto parts = parse_template(step.for_each);
    if (parts.ok() &&
        (parts->size() != 1 || !parts->front().text.empty() || parts->front().reference.empty()))
      error(for_each->place(), "runbook-template", "for_each names a list: \"${event.path}\"");
    return true;
  }

  void read_action(const Value& map, const Value& name, const Roots& roots, Step& step) {
    for (std::string_view key : kOfCalls) {
      if (const Value* value = member(map, key)) {
        error(value->place(), "runbook-action",
              fmt::format("an action says itself what to call and how to take it back: no \"{}\"",
                          key));
      }
    }
    step.call.with = read_with(map, roots);
    step.action = find_action(name.text());
    if (step.action == nullptr) {
      std::vector<std::string_view> known;
      for (const NamedAction* action : all_actions())
        known.push_back(action->name());
      error(name.place(), "runbook-action", "\"" + name.text() + "\" is no action",
            suggestion_for(name.text(), known));
      return;
    }
    check_parameters(*step.action, step.call.with);
  }

  void check_parameters(const NamedAction& action, const Value& with) {
    std::vector<std::string_view> known;
    for (const NamedAction::Parameter& parameter : action.parameters()) {
      known.push_back(parameter.name);
      const Value* value = member(with, parameter.name);
      if (value != nullptr) {
        check_word(parameter, *value);
      } else if (parameter.is_required) {
        error(with.place(), "runbook-action",
              fmt::format("{} needs the parameter \"{}\": {}", action.name(), parameter.name,
                          parameter.says));
      }
    }
    for (const Value::Member& each : with.members()) {
      if (std::find(known.begin(), known.end(), each.key) != known.end()) continue;
      error(each.key_place, "runbook-action",
            fmt::format("{} has no parameter \"{}\"", action.name(), each.key),
            suggestion_for(each.key, known));
    }
  }

  // A misspelled word would be taken for none at all.
  void check_word(const NamedAction::Parameter& parameter, const Value& value) {
    if (parameter.words.empty()) return;
    const std::vector<std::string_view> words = base::split(parameter.words, ' ');
    if (std::find(words.begin(), words.end(), value.text()) != words.end()) return;
    error(value.place(), "runbook-action",
          fmt::format("\"{}\" is nothing that \"{}\" can be", value.text(), parameter.name),
          suggestion_for(value.text(), words));
  }

  static std::string suggestion_for(std::string_view word,
                                    const std::vector<std::string_view>& known) {
    const std::string near = base::nearest(word, known);
    return near.empty() ? "known: " + base::join({known.begin(), known.end()}, ", ")
                        : "did you mean \"" + near + "\"?";
  }

  void read_irreversible(const Value& map, Step& step) {
    if (const Value* irreversible = member(map, "irreversible")) {
      const std::optional<bool> flag = irreversible->as_bool();
      if (!flag) error(irreversible->place(), "runbook-type", "irreversible is true or false");
      step.irreversible = flag.value_or(false);
    }
    if (step.call.operation.name.empty()) return;
    const Value* aws = map.find("aws");
    const bool changes = changes_something(step.call.operation);
    if (changes && !step.undo && !step.irreversible) {
      error(aws->place(), "runbook-undo",
            to_text(step.call.operation) + " changes something and says not how to take it back",
            "add an undo, or irreversible: true, which then needs approval");
    }
    if (!changes && (step.undo || step.irreversible)) {
      error(aws->place(), "runbook-undo",
            to_text(step.call.operation) + " only reads: there is nothing to undo");
    }
    if (step.undo && step.irreversible)
      error(aws->place(), "runbook-undo", "a step has an undo or is irreversible, not both");
    if (step.undo && !changes_something(step.undo->operation))
      error(map.find("undo")->place(), "runbook-undo", "an undo that only reads undoes nothing");
  }

  void read_on_failure(const Value& map, Step& step) {
    const Value* on_failure = member(map, "on_failure");
    if (on_failure == nullptr) return;
    for (OnFailure each : {OnFailure::Undo, OnFailure::Stop, OnFailure::Continue}) {
      if (name_of(each) == on_failure->text()) {
        step.on_failure = each;
        return;
      }
    }
    error(on_failure->place(), "runbook-value",
          "\"" + on_failure->text() + "\" is nothing that can happen then",
          "undo, stop or continue");
  }

  Call read_call(const Value& map, const Roots& roots) {
    Call call;
    const Value* aws = member(map, "aws");
    if (aws == nullptr) {
      error(map.place(), "runbook-operation", "what to call is missing: aws: service.Operation");
    } else if (const std::optional<Operation> operation = parse_operation(aws->text())) {
      call.operation = *operation;
      call.place = aws->place();
    } else {
      error(aws->place(), "runbook-operation", "\"" + aws->text() + "\" is no operation",
            "service.Operation, as in ec2.StopInstances");
    }
    call.with = read_with(map, roots);
    return call;
  }

  Value read_with(const Value& map, const Roots& roots) {
    const Value* with = object(map, "with");
    if (with == nullptr) return {Value::Kind::Object, "", map.place()};
    check_templates(*with, roots);
    return *with;
  }

  std::vector<Check> read_checks(const Value& map, std::string_view key, const Roots& roots) {
    std::vector<Check> checks;
    const Value* value = member(map, key);
    if (value == nullptr) return checks;
    if (value->is_object()) {
      checks.push_back(read_check(*value, roots));
      return checks;
    }
    for (const Value& item : list(map, key))
      checks.push_back(read_check(item, roots));
    return checks;
  }

  Check read_check(const Value& map, const Roots& roots) {
    Check check;
    if (!map.is_object()) {
      error(map.place(), "runbook-type", "a check is a map with aws, with and expect");
      return check;
    }
    check_keys(map, RunbookMap::Check);
    check.call = read_call(map, roots);
    if (!check.call.operation.name.empty() && changes_something(check.call.operation)) {
      error(map.find("aws")->place(), "runbook-check",
            to_text(check.call.operation) + " is not known to only read; a check changes nothing");
    }
    if (const Value* expect = object(map, "expect")) {
      check.expect = *expect;
      rule::read_eventbridge(*expect, diagnostics_);
      Roots known = roots;  // what is expected is known before the call
      std::erase_if(known, [](auto root) { return root == "precheck" || root == "answer"; });
      check_templates(*expect, known);
    }
    return check;
  }

  // What a precheck answered is known only where there is one.
  void check_late(const Value& undo, const Step& step) {
    if (!step.prechecks.empty()) return;
    for (const std::string& root : roots_of(undo, [](base::Place, const std::string&) {})) {
      if (root == "precheck") {
        error(undo.place(), "runbook-template", "the undo speaks of a precheck, and there is none");
      }
    }
  }

  RunbookTest read_test(const Value& map, bool is_singular) {
    RunbookTest test;
    if (!map.is_object()) {
      error(map.place(), "runbook-test", "a test is a map");
      return test;
    }
    check_keys(map, RunbookMap::Test);
    test.place = map.place();
    test.name = required_text(map, "name");
    if (const Value* event = object(map, "event")) test.event = json::to_json(*event);
    test.file = text(map, "file");
    test.refused = text(map, "refused");
    if (test.event.empty() == test.file.empty())
      error(map.place(), "runbook-test", "a test has an event or a file, one of them");
    const std::vector<Value>& calls = list(map, "plan");
    // A case may call nothing.
    const bool has_plan = is_singular ? member(map, "plan") != nullptr : !calls.empty();
    if (has_plan != test.refused.empty()) {
      error(map.place(), "runbook-test",
            "a test says which plan it expects, or why there is none: plan or refused");
    }
    for (const Value& fact : list(map, "account"))
      test.account.push_back(read_fact(fact));
    for (const Value& call : calls)
      test.plan.push_back(read_expected(call, RunbookMap::Expected));
    return test;
  }

  AccountFact read_fact(const Value& map) {
    const RunbookTest::ExpectedCall call = read_expected(map, RunbookMap::Fact);
    AccountFact fact{call.operation, call.with, {}, {}};
    if (!map.is_object()) return fact;
    if (const Value* ours = member(map, "ours")) {
      fact.is_ours = ours->as_bool().value_or(false);
      if (!fact.is_ours) error(ours->place(), "runbook-test", "ours is true, or is not said");
      return fact;
    }
    if (changes_something(fact.operation))
      error(map.place(), "runbook-test",
            "a plan only reads; " + to_text(fact.operation) + " is not known to");
    const Value* answer = object(map, "answer");
    if (answer != nullptr) fact.answer = json::to_json(*answer);
    fact.error = text(map, "error");
    if ((answer == nullptr) == fact.error.empty()) {
      error(map.place(), "runbook-test",
            "a fact is what the account answers, or with which code it refuses: answer or error");
    }
    return fact;
  }

  RunbookTest::ExpectedCall read_expected(const Value& map, RunbookMap kind) {
    if (!map.is_object()) {
      error(map.place(), "runbook-test", "a call is a map");
      return {};
    }
    check_keys(map, kind);
    const std::optional<Operation> operation = parse_operation(text(map, "aws"));
    if (!operation) error(map.place(), "runbook-operation", "what is called is missing");
    const Value* with = object(map, "with");
    const base::Result<std::string> canonical =
        json::canonical(with == nullptr ? "{}" : json::to_json(*with));
    if (!canonical.ok()) error(map.place(), "runbook-test", canonical.error().message);
    return {operation.value_or(Operation{}), canonical.ok() ? *canonical : "{}"};
  }

  // Members, each with a complaint where the type is wrong. Null counts as absent.

  static const Value* member(const Value& map, std::string_view key) {
    const Value* value = map.find(key);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  const Value* object(const Value& map, std::string_view key) {
    const Value* value = member(map, key);
    if (value == nullptr || value->is_object()) return value;
    error(value->place(), "runbook-type",
          fmt::format("\"{}\" must be a map, not {}", key, json::name_of(value->kind())));
    return nullptr;
  }

  const std::vector<Value>& list(const Value& map, std::string_view key) {
    static const std::vector<Value> kNone;
    const Value* value = member(map, key);
    if (value == nullptr) return kNone;
    if (!value->is_array()) {
      error(value->place(), "runbook-type",
            fmt::format("\"{}\" must be a list, not {}", key, json::name_of(value->kind())));
    }
    return value->items();
  }

  std::string text(const Value& map, std::string_view key) {
    const Value* value = member(map, key);
    if (value == nullptr) return {};
    if (value->is_scalar()) return value->text();
    error(value->place(), "runbook-type",
          fmt::format("\"{}\" must be text, not {}", key, json::name_of(value->kind())));
    return {};
  }

  std::string required_text(const Value& map, std::string_view key) {
    std::string result = text(map, key);
    if (result.empty()) error(map.place(), "runbook-key", fmt::format("\"{}\" is missing", key));
    return result;
  }

  std::vector<std::string> texts(const Value& map, std::string_view key) {
    const Value* value = member(map, key);
    if (value == nullptr) return {};
    if (value->is_scalar()) return {value->text()};
    std::vector<std::string> all;
    for (const Value& item : list(map, key)) {
      if (item.is_scalar() && !item.is_null()) {
        all.push_back(item.text());
      } else {
        error(item.place(), "runbook-type", fmt::format("\"{}\" must be a list of texts", key));
      }
    }
    return all;
  }

  std::optional<base::Millis> duration(const Value& map, std::string_view key) {
    const Value* value = member(map, key);
    if (value == nullptr) return std::nullopt;
    const std::optional<base::Millis> parsed = parse_duration(value->text());
    if (!parsed) {
      error(value->place(), "runbook-value", "\"" + value->text() + "\" is no duration",
            "90s, 30m, 12h or 7d");
    }
    return parsed;
  }

  std::optional<std::uint64_t> count(const Value& map, std::string_view key) {
    constexpr double kCountMax = 1e9;
    const Value* value = member(map, key);
    if (value == nullptr) return std::nullopt;
    const std::optional<double> number = value->as_number();
    const bool is_count = number && *number >= 0 && *number <= kCountMax &&
                          *number == static_cast<double>(static_cast<std::uint64_t>(*number));
    if (is_count) return static_cast<std::uint64_t>(*number);
    error(value->place(), "runbook-value", fmt::format("\"{}\" must be a count", key));
    return 0;
  }

  std::optional<rule::Condition> pattern(const Value& map, std::string_view key) {
    const Value* value = object(map, key);
    return value == nullptr ? std::nullopt : rule::read_eventbridge(*value, diagnostics_);
  }

  void check_templates(const Value& value, const Roots& allowed) {
    const std::vector<std::string> roots =
        roots_of(value, [this](base::Place place, const std::string& what) {
          error(place, "runbook-template", what);
        });
    for (const std::string& root : roots) {
      if (std::find(allowed.begin(), allowed.end(), root) != allowed.end()) continue;
      std::vector<std::string> names(allowed.begin(), allowed.end());
      error(value.place(), "runbook-template", "\"${" + root + "...}\" is not known here",
            "what is: " + base::join(names, ", "));
    }
  }

  void check_keys(const Value& map, RunbookMap kind) {
    const std::vector<std::string_view> known = names_of(kind);
    for (const Value::Member& each : map.members()) {
      if (std::find(known.begin(), known.end(), each.key) != known.end()) continue;
      error(each.key_place, "runbook-key", "there is no key \"" + each.key + "\" here",
            suggestion_for(each.key, known));
    }
  }

  void error(base::Place place, std::string code, std::string message, std::string hint = {}) {
    diagnostics_.error(place, std::move(code), std::move(message), std::move(hint));
  }

  const RunbookText& text_;
  base::Diagnostics& diagnostics_;
  std::size_t errors_before_;
};

}  // namespace

std::vector<AccountFact> read_account_facts(const RunbookText& text,
                                            base::Diagnostics& diagnostics) {
  return Reader(text, diagnostics).read_facts();
}

std::vector<RunbookPointer> read_runbooks(const std::vector<RunbookText>& texts,
                                          base::Diagnostics& diagnostics) {
  std::vector<RunbookPointer> runbooks;
  std::set<std::string> names;
  for (const RunbookText& text : texts) {
    const RunbookPointer runbook = Reader(text, diagnostics).read();
    if (runbook == nullptr) continue;
    if (names.insert(runbook->name).second) {
      runbooks.push_back(runbook);
    } else {
      diagnostics.error(runbook->place, "runbook-name",
                        "there is another runbook called \"" + runbook->name + "\"");
    }
  }
  return runbooks;
}

}  // namespace riposte::respond
