#include "simulate/scenario_reader.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "respond/runbook.h"
#include "respond/template.h"
#include "rule/eventbridge_reader.h"
#include "simulate/scenario_keys.h"

namespace riposte::simulate {
namespace {

using json::Value;

constexpr std::string_view kPart = "part";

class Reader {
 public:
  Reader(const ScenarioText& text, base::Diagnostics& diagnostics)
      : text_(text), diagnostics_(diagnostics), errors_before_(diagnostics.error_count()) {}

  void read(Scenarios& scenarios) {
    diagnostics_.set_source(text_.file, text_.text);
    const std::vector<Value> documents = json::read_yaml(text_.text, diagnostics_);
    if (!is_well()) return;
    if (documents.size() != 1 || !documents.front().is_object()) {
      return error({1, 1}, "simulation-type", "a simulation's file holds one document, a map");
    }
    const Value& map = documents.front();
    if (map.find(kPart) != nullptr) {
      Part part = read_part(map);
      if (!is_well()) return;
      const base::Place place = map.place();
      std::string name = part.name;
      if (!scenarios.parts.emplace(name, std::move(part)).second)
        error(place, "simulation-name", "there is another part called \"" + name + "\"");
      return;
    }
    Scenario scenario = read_scenario(map);
    if (is_well()) scenarios.all.push_back(std::make_shared<const Scenario>(std::move(scenario)));
  }

 private:
  bool is_well() const { return diagnostics_.error_count() == errors_before_; }

  Part read_part(const Value& map) {
    check_keys(map, ScenarioMap::Part);
    Part part;
    part.file = text_.file;
    part.name = name(map, kPart);
    required_text(map, "title");
    part.parameters = texts(map, "parameters");
    part.account = read_account(map);
    for (const SetUp& set_up : part.account) {
      if (!set_up.part.empty())
        error(set_up.call.place, "simulation-value", "a part is made of calls, not of parts");
    }
    return part;
  }

  Scenario read_scenario(const Value& map) {
    check_keys(map, ScenarioMap::Scenario);
    Scenario scenario;
    scenario.file = text_.file;
    scenario.place = map.place();
    scenario.name = name(map, "simulation");
    scenario.title = required_text(map, "title");
    scenario.description = text(map, "description");
    scenario.references = texts(map, "reference");
    read_level(map, scenario);
    if (const Value* identities = object(map, "identities")) {
      for (const Value::Member& each : identities->members())
        scenario.identities.emplace(each.key, read_identity(each.value));
    }
    scenario.account = read_account(map);
    for (const Value& each : list(map, "watch"))
      scenario.watch.push_back(read_watch(each));
    scenario.attack = read_steps(map, "attack", scenario);
    if (scenario.attack.empty())
      error(map.place(), "simulation-step", "an attack has at least one step");
    scenario.config = templated(map, "config");
    scenario.lists = templated(map, "lists");
    if (!list(map, "rules").empty()) scenario.rules = *map.find("rules");
    if (!list(map, "playbook").empty()) scenario.playbook = *map.find("playbook");
    scenario.runbooks = texts(map, "runbooks");
    if (const Value* expect = object(map, "expect")) {
      scenario.expect = read_expectation(*expect, scenario);
    } else {
      error(map.place(), "simulation-key", "\"expect\" is missing");
    }
    scenario.legitimate = read_steps(map, "legitimate", scenario);
    return scenario;
  }

  void read_level(const Value& map, Scenario& scenario) {
    const Value* level = member(map, "level");
    if (level == nullptr) return;
    const std::optional<rule::Level> parsed = rule::parse_level(level->text());
    if (!parsed) {
      error(level->place(), "simulation-value", "\"" + level->text() + "\" is no level",
            "informational, low, medium, high or critical");
    }
    scenario.level = parsed.value_or(scenario.level);
  }

  Identity read_identity(const Value& map) {
    Identity identity;
    if (!map.is_object()) {
      error(map.place(), "simulation-type", "an identity is a map");
      return identity;
    }
    check_keys(map, ScenarioMap::Identity);
    constexpr std::pair<std::string_view, Identity::Kind> kKinds[] = {
        {"user", Identity::Kind::User},
        {"role", Identity::Kind::Role},
        {"root", Identity::Kind::Root},
        {"anonymous", Identity::Kind::Anonymous}};
    std::size_t said = 0;
    for (const auto& [key, kind] : kKinds) {
      if (member(map, key) == nullptr) continue;
      ++said;
      identity.kind = kind;
      identity.name = templated_text(map, key);
    }
    if (said != 1) {
      error(map.place(), "simulation-value",
            "an identity is one of user, role, root and anonymous");
    }
    identity.session = templated_text(map, "session");
    identity.key = templated_text(map, "key");
    if ((identity.kind == Identity::Kind::Role) == identity.session.is_null())
      error(map.place(), "simulation-value", "a role, and nobody else, has a session");
    return identity;
  }

  std::vector<SetUp> read_account(const Value& map) {
    std::vector<SetUp> account;
    std::set<std::string> names;
    for (const Value& each : list(map, "account")) {
      account.push_back(read_set_up(each));
      const std::string& its_name = account.back().name;
      if (!its_name.empty() && !names.insert(its_name).second)
        error(each.place(), "simulation-name", "two steps are called \"" + its_name + "\"");
    }
    return account;
  }

  SetUp read_set_up(const Value& map) {
    SetUp set_up;
    if (!check_map(map, ScenarioMap::SetUp)) return set_up;
    set_up.part = text(map, "use");
    set_up.name = text(map, "name");
    if (set_up.part.empty()) {
      set_up.call = read_call(map);
      set_up.undo = read_undo(map);
      const bool changes =
          !set_up.call.operation.name.empty() && respond::changes_something(set_up.call.operation);
      if (changes && member(map, "undo") == nullptr) {
        error(map.place(), "simulation-undo",
              to_text(set_up.call.operation) + " changes something and says not what takes it back",
              "add an undo; an empty list where what it belongs to is removed anyway");
      }
      return set_up;
    }
    if (set_up.name.empty()) set_up.name = set_up.part;
    set_up.call.with = templated(map, "with");
    set_up.call.place = map.place();
    for (const std::string_view key : {"aws", "undo"}) {
      if (const Value* value = member(map, key)) {
        error(value->place(), "simulation-key",
              fmt::format("a part says itself what is called: no \"{}\"", key));
      }
    }
    return set_up;
  }

  std::vector<Undo> read_undo(const Value& map) {
    std::vector<Undo> all;
    const Value* value = member(map, "undo");
    if (value == nullptr) return all;
    if (value->is_object()) {
      all.push_back(read_one_undo(*value));
      return all;
    }
    for (const Value& each : list(map, "undo"))
      all.push_back(read_one_undo(each));
    return all;
  }

  Undo read_one_undo(const Value& map) {
    Undo undo;
    if (!check_map(map, ScenarioMap::Undo)) return undo;
    undo.call = read_call(map);
    undo.list = text(map, "list");
    if (const Value* for_each = object(map, "for_each")) {
      check_keys(*for_each, ScenarioMap::Call);
      undo.for_each = read_call(*for_each);
      check_reads(*undo.for_each);
    }
    if (undo.for_each.has_value() == undo.list.empty()) {
      error(map.place(), "simulation-undo", "for_each and list stand together",
            "list names the member of the answer whose items are gone through");
    }
    return undo;
  }

  Watch read_watch(const Value& map) {
    Watch watch;
    if (!check_map(map, ScenarioMap::Watch)) return watch;
    watch.name = required_text(map, "name");
    watch.call = read_call(map);
    check_reads(watch.call);
    watch.pick = texts(map, "pick");
    return watch;
  }

  std::vector<AttackStep> read_steps(const Value& map, std::string_view key,
                                     const Scenario& scenario) {
    std::vector<AttackStep> steps;
    for (const Value& each : list(map, key)) {
      if (check_map(each, ScenarioMap::Step)) steps.push_back(read_step(each, scenario));
    }
    return steps;
  }

  AttackStep read_step(const Value& map, const Scenario& scenario) {
    AttackStep step;
    step.place = map.place();
    step.name = text(map, "name");
    step.after = duration(map, "after").value_or(base::Millis());
    step.every = duration(map, "every").value_or(step.every);
    step.times = read_times(map);
    constexpr std::pair<std::string_view, AttackStep::Kind> kKinds[] = {
        {"aws", AttackStep::Kind::Call},
        {"record", AttackStep::Kind::Record},
        {"log", AttackStep::Kind::Log},
        {"stream", AttackStep::Kind::Stream}};
    std::size_t said = 0;
    for (const auto& [key, kind] : kKinds) {
      if (member(map, key) == nullptr) continue;
      ++said;
      step.kind = kind;
    }
    if (said != 1) {
      error(map.place(), "simulation-step", "a step is one of aws, record, log and stream");
      return step;
    }
    switch (step.kind) {
      case AttackStep::Kind::Call:
        step.call = read_call(map);
        step.undo = read_undo(map);
        step.refused = text(map, "refused");
        step.is_seen = member(map, "unseen") == nullptr;
        if (step.is_seen) read_who(map, scenario, step);
        break;
      case AttackStep::Kind::Record:
        step.record = templated(map, "record");
        read_who(map, scenario, step);
        break;
      case AttackStep::Kind::Log:
        step.log = required_text(map, "log");
        if (step.log.starts_with('/') || step.log.find("..") != std::string::npos)
          error(map.find("log")->place(), "simulation-value",
                "a log's file is below the run's folder");
        if (const std::string from = text(map, "from"); !from.empty()) step.from = from;
        read_lines(map, step);
        break;
      case AttackStep::Kind::Stream:
        step.table = templated_text(map, "stream");
        break;
    }
    return step;
  }

  std::uint64_t read_times(const Value& map) {
    const Value* times = member(map, "times");
    if (times == nullptr) return 1;
    const std::optional<double> count = times->as_number();
    if (count && *count >= 1 && *count <= static_cast<double>(kTimesMax))
      return static_cast<std::uint64_t>(*count);
    error(times->place(), "simulation-value", fmt::format("times is from 1 to {}", kTimesMax));
    return 1;
  }

  void read_who(const Value& map, const Scenario& scenario, AttackStep& step) {
    if (const std::string from = text(map, "from"); !from.empty()) step.from = from;
    step.agent = text(map, "agent");
    step.identity = required_text(map, "as");
    if (step.identity.empty() || scenario.identities.contains(step.identity)) return;
    std::vector<std::string_view> known;
    for (const auto& [each, identity] : scenario.identities)
      known.push_back(each);
    error(map.find("as")->place(), "simulation-value",
          "there is no identity \"" + step.identity + "\"", suggestion_for(step.identity, known));
  }

  void read_lines(const Value& map, AttackStep& step) {
    const Value* lines = member(map, "lines");
    if (lines == nullptr) {
      error(map.place(), "simulation-key", "\"lines\" is missing");
      return;
    }
    check_templates(*lines);
    if (lines->is_scalar()) step.lines.push_back(*lines);
    for (const Value& each : lines->items())
      step.lines.push_back(each);
  }

  Expectation read_expectation(const Value& map, const Scenario& scenario) {
    check_keys(map, ScenarioMap::Expect);
    Expectation expect;
    for (const Value& each : list(map, "findings")) {
      if (!check_map(each, ScenarioMap::Finding)) continue;
      expect.findings.push_back({required_text(each, "rule"), templated_text(each, "actor")});
    }
    for (const Value& each : list(map, "plans")) {
      if (!check_map(each, ScenarioMap::Plan)) continue;
      const ExpectedPlan plan = {required_text(each, "runbook"), required_text(each, "state")};
      expect.plans.insert(expect.plans.end(), read_times(each), plan);
    }
    expect.approve = text(map, "approve");
    for (const std::string& call : texts(map, "calls")) {
      const std::optional<respond::Operation> operation = respond::parse_operation(call);
      if (operation) {
        expect.calls.push_back(*operation);
      } else {
        error(map.find("calls")->place(), "simulation-operation",
              "\"" + call + "\" is no operation", "service.Operation, as in ec2.StopInstances");
      }
    }
    expect.told = texts(map, "told");
    for (const Value& each : list(map, "safe"))
      expect.safe.push_back(read_proof(each));
    expect.repaired = texts(map, "repaired");
    for (const std::string& repaired : expect.repaired) {
      std::vector<std::string_view> known;
      for (const Watch& watch : scenario.watch)
        known.push_back(watch.name);
      if (std::find(known.begin(), known.end(), repaired) != known.end()) continue;
      error(map.find("repaired")->place(), "simulation-value",
            "nothing watches \"" + repaired + "\"", suggestion_for(repaired, known));
    }
    read_then(map, expect);
    return expect;
  }

  void read_then(const Value& map, Expectation& expect) {
    const Value* then = member(map, "then");
    if (then == nullptr) return;
    if (then->is_object()) {
      check_keys(*then, ScenarioMap::Then);
      expect.expiry = duration(*then, "expiry");
    } else {
      expect.undo = then->text() == "undo";
    }
    if (!expect.undo && !expect.expiry) {
      error(then->place(), "simulation-value",
            "what follows is undo, or the time that goes by: {expiry: 12h}");
    }
  }

  Proof read_proof(const Value& map) {
    Proof proof;
    if (!check_map(map, ScenarioMap::Proof)) return proof;
    proof.call = read_call(map);
    check_reads(proof.call);
    proof.refused = text(map, "refused");
    if (const Value* expect = object(map, "expect")) {
      proof.expect = *expect;
      rule::read_eventbridge(*expect, diagnostics_);
      check_templates(*expect);
      if (!proof.refused.empty())
        error(expect->place(), "simulation-value", "a call that is refused has no answer");
    }
    return proof;
  }

  Call read_call(const Value& map) {
    Call call;
    call.place = map.place();
    const Value* aws = member(map, "aws");
    if (aws == nullptr) {
      error(map.place(), "simulation-operation", "what to call is missing: aws: service.Operation");
    } else if (const auto operation = respond::parse_operation(aws->text())) {
      call.operation = *operation;
      call.place = aws->place();
    } else {
      error(aws->place(), "simulation-operation", "\"" + aws->text() + "\" is no operation",
            "service.Operation, as in ec2.StopInstances");
    }
    call.with = templated(map, "with");
    return call;
  }

  void check_reads(const Call& call) {
    if (call.operation.name.empty() || !respond::changes_something(call.operation)) return;
    error(call.place, "simulation-check",
          to_text(call.operation) + " is not known to only read; what looks changes nothing");
  }

  // Members, each with a complaint where the type is wrong. Null counts as absent.

  static const Value* member(const Value& map, std::string_view key) {
    const Value* value = map.find(key);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  const Value* object(const Value& map, std::string_view key) {
    const Value* value = member(map, key);
    if (value == nullptr || value->is_object()) return value;
    error(value->place(), "simulation-type",
          fmt::format("\"{}\" must be a map, not {}", key, json::name_of(value->kind())));
    return nullptr;
  }

  Value templated(const Value& map, std::string_view key) {
    const Value* value = object(map, key);
    if (value == nullptr) return {};
    check_templates(*value);
    return *value;
  }

  Value templated_text(const Value& map, std::string_view key) {
    const Value* value = member(map, key);
    if (value == nullptr) return {};
    if (!value->is_scalar()) {
      error(value->place(), "simulation-type", fmt::format("\"{}\" must be text", key));
      return {};
    }
    check_templates(*value);
    return {Value::Kind::String, value->text(), value->place()};
  }

  const std::vector<Value>& list(const Value& map, std::string_view key) {
    static const std::vector<Value> kNone;
    const Value* value = member(map, key);
    if (value == nullptr) return kNone;
    if (!value->is_array()) {
      error(value->place(), "simulation-type",
            fmt::format("\"{}\" must be a list, not {}", key, json::name_of(value->kind())));
    }
    return value->items();
  }

  std::string text(const Value& map, std::string_view key) {
    const Value* value = member(map, key);
    if (value == nullptr) return {};
    if (value->is_scalar()) return value->text();
    error(value->place(), "simulation-type",
          fmt::format("\"{}\" must be text, not {}", key, json::name_of(value->kind())));
    return {};
  }

  std::string required_text(const Value& map, std::string_view key) {
    std::string result = text(map, key);
    if (result.empty()) error(map.place(), "simulation-key", fmt::format("\"{}\" is missing", key));
    return result;
  }

  std::string name(const Value& map, std::string_view key) {
    std::string result = required_text(map, key);
    const bool fits = std::all_of(result.begin(), result.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!fits || result.starts_with('-')) {
      error(map.find(key)->place(), "simulation-name",
            "a name is lower-case letters, digits and hyphens");
    }
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
        error(item.place(), "simulation-type", fmt::format("\"{}\" must be a list of texts", key));
      }
    }
    return all;
  }

  std::optional<base::Millis> duration(const Value& map, std::string_view key) {
    const Value* value = member(map, key);
    if (value == nullptr) return std::nullopt;
    const std::optional<base::Millis> parsed = respond::parse_duration(value->text());
    if (!parsed) {
      error(value->place(), "simulation-value", "\"" + value->text() + "\" is no duration",
            "90s, 30m, 12h or 7d");
    }
    return parsed;
  }

  void check_templates(const Value& value) {
    respond::roots_of(value, [this](base::Place place, const std::string& what) {
      error(place, "simulation-template", what);
    });
  }

  bool check_map(const Value& map, ScenarioMap kind) {
    if (!map.is_object()) {
      error(map.place(), "simulation-type",
            fmt::format("a map is expected here, not {}", json::name_of(map.kind())));
      return false;
    }
    check_keys(map, kind);
    return true;
  }

  void check_keys(const Value& map, ScenarioMap kind) {
    const std::vector<std::string_view> known = names_of(kind);
    for (const Value::Member& each : map.members()) {
      if (std::find(known.begin(), known.end(), each.key) != known.end()) continue;
      error(each.key_place, "simulation-key", "there is no key \"" + each.key + "\" here",
            suggestion_for(each.key, known));
    }
  }

  static std::string suggestion_for(std::string_view word,
                                    const std::vector<std::string_view>& known) {
    const std::string near = base::nearest(word, known);
    return near.empty() ? "known: " + base::join({known.begin(), known.end()}, ", ")
                        : "did you mean \"" + near + "\"?";
  }

  void error(base::Place place, std::string code, std::string message, std::string hint = {}) {
    diagnostics_.error(place, std::move(code), std::move(message), std::move(hint));
  }

  const ScenarioText& text_;
  base::Diagnostics& diagnostics_;
  std::size_t errors_before_;
};

// That every part it uses is there, and is told all that it asks for.
void check_parts(const std::vector<SetUp>& account, const Parts& parts,
                 base::Diagnostics& diagnostics) {
  for (const SetUp& set_up : account) {
    if (set_up.part.empty()) continue;
    const auto part = parts.find(set_up.part);
    if (part == parts.end()) {
      std::vector<std::string_view> known;
      for (const auto& [name, each] : parts)
        known.push_back(name);
      const std::string near = base::nearest(set_up.part, known);
      diagnostics.error(set_up.call.place, "simulation-value",
                        "there is no part \"" + set_up.part + "\"",
                        near.empty() ? "" : "did you mean \"" + near + "\"?");
      continue;
    }
    for (const std::string& parameter : part->second.parameters) {
      if (set_up.call.with.find(parameter) == nullptr) {
        diagnostics.error(
            set_up.call.place, "simulation-value",
            fmt::format("the part {} needs the parameter \"{}\"", set_up.part, parameter));
      }
    }
  }
}

}  // namespace

Scenarios read_scenarios(const std::vector<ScenarioText>& texts, base::Diagnostics& diagnostics) {
  Scenarios scenarios;
  std::map<std::string_view, const ScenarioText*> sources;
  for (const ScenarioText& text : texts) {
    Reader(text, diagnostics).read(scenarios);
    sources[text.file] = &text;
  }
  std::set<std::string> names;
  std::erase_if(scenarios.all, [&](const std::shared_ptr<const Scenario>& scenario) {
    diagnostics.set_source(scenario->file, sources[scenario->file]->text);
    const std::size_t errors = diagnostics.error_count();
    if (!names.insert(scenario->name).second) {
      diagnostics.error(scenario->place, "simulation-name",
                        "there is another simulation called \"" + scenario->name + "\"");
    }
    check_parts(scenario->account, scenarios.parts, diagnostics);
    return diagnostics.error_count() > errors;
  });
  std::sort(scenarios.all.begin(), scenarios.all.end(),
            [](const auto& a, const auto& b) { return a->name < b->name; });
  return scenarios;
}

}  // namespace riposte::simulate
