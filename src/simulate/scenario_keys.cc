#include "simulate/scenario_keys.h"

#include "base/check.h"
#include "json/writer.h"

namespace riposte::simulate {
namespace {

#define TEXT R"({"type":"string"})"
#define TEXTS R"({"type":["string","array"],"items":{"type":"string"}})"
#define MAP R"({"type":"object"})"
#define MAPS R"({"type":"array","items":{"type":"object"}})"
#define NAME R"({"type":"string","pattern":"^[a-z0-9][a-z0-9-]*$"})"
#define DURATION R"({"type":"string","pattern":"^[0-9]+[smhd]$"})"
#define OPERATION R"({"type":"string","pattern":"^[a-z0-9-]+[.][A-Z][A-Za-z0-9]*$"})"
#define COUNT R"({"type":"integer","minimum":1})"
#define FLAG R"({"type":"boolean"})"
#define LIST(of) R"({"type":"array","items":{"$ref":"#/$defs/)" of R"("}})"
#define UNDO R"({"$ref":"#/$defs/undos"})"

constexpr ScenarioKey kScenario[] = {
    {"simulation", NAME, "its name"},
    {"title", TEXT, "what happens, in a line"},
    {"description", TEXT, "what happens, and what it shows"},
    {"reference", TEXTS, "which incident of others it is"},
    {"level", R"({"enum":["informational","low","medium","high","critical"]})",
     "findings below it are not told; medium if not said"},
    {"identities", R"({"type":"object","additionalProperties":{"$ref":"#/$defs/identity"}})",
     "who there is, by name"},
    {"account", LIST("set-up"), "what is made before, in order, and taken back in reverse order"},
    {"watch", LIST("watch"), "reads that say what the account is like"},
    {"attack", LIST("step"), "what is done, in order"},
    {"config", MAP, "a piece of riposte.yml"},
    {"lists", MAP, "placeholders of rules, with their values"},
    {"rules", MAPS, "rules of its own, besides the shipped ones"},
    {"playbook", MAPS, "runbooks of its own, besides the shipped ones"},
    {"runbooks", TEXTS, "which runbooks may answer; all if not said"},
    {"expect", R"({"$ref":"#/$defs/expect"})", "what must come of it"},
    {"legitimate", LIST("step"), "what must find no answer"},
};
constexpr ScenarioKey kPart[] = {
    {"part", NAME, "its name"},
    {"title", TEXT, "what it is, in a line"},
    {"parameters", TEXTS, "what must be said with it: ${with.NAME}"},
    {"account", LIST("set-up"), "what is made, in order, and taken back in reverse order"},
};
constexpr ScenarioKey kIdentity[] = {
    {"user", TEXT, "an IAM user: the name"},
    {"role", TEXT, "or a session of a role: the role's name"},
    {"session", TEXT, "the session's name"},
    {"root", R"({"const":true})", "or the root user"},
    {"anonymous", R"({"const":true})", "or nobody that is known"},
    {"key", TEXT, "the id of the access key; an invented one if not said"},
};
constexpr ScenarioKey kSetUp[] = {
    {"name", NAME, "what its answer is called"},
    {"use", NAME, "a part"},
    {"aws", OPERATION, "or a call: service.Operation"},
    {"with", MAP, "its parameters: templates"},
    {"undo", UNDO, "what takes it back"},
};
constexpr ScenarioKey kUndo[] = {
    {"for_each", R"({"$ref":"#/$defs/call"})", "a read: once for each item of its answer"},
    {"list", TEXT, "the member of the answer whose items those are"},
    {"aws", OPERATION, "service.Operation"},
    {"with", MAP, "its parameters: templates, of ${item...} too"},
};
constexpr ScenarioKey kCall[] = {
    {"aws", OPERATION, "service.Operation"},
    {"with", MAP, "its parameters: templates"},
};
constexpr ScenarioKey kStep[] = {
    {"name", NAME, "what its answer is called"},
    {"as", NAME, "who does it: an identity"},
    {"from", TEXT, "the address it comes from; 203.0.113.9 if not said"},
    {"agent", TEXT, "the user agent"},
    {"aws", OPERATION, "a call: service.Operation"},
    {"with", MAP, "its parameters: templates"},
    {"refused", TEXT, "the code with which the account must refuse it"},
    {"unseen", R"({"const":true})", "no trail writes it"},
    {"record", MAP, "or a record of a trail, less what `as` and `from` say; nothing is called"},
    {"log", NAME, "or lines of a log: what its file is called"},
    {"lines", TEXTS, "its lines: templates, of ${n}, ${time} and ${address} too"},
    {"stream", TEXT, "or what the stream of this table has: records with images"},
    {"after", DURATION, "how long after the step before"},
    {"times", COUNT, "how often; once if not said"},
    {"every", DURATION, "then, how long between; 1s if not said"},
    {"undo", UNDO, "what takes it back when all is over"},
};
constexpr ScenarioKey kWatch[] = {
    {"name", NAME, "what it is called"},
    {"aws", OPERATION, "a read: service.Operation"},
    {"with", MAP, "its parameters: templates"},
    {"pick", TEXTS, "members of the answer; all of it if not said"},
};
constexpr ScenarioKey kProof[] = {
    {"aws", OPERATION, "a read: service.Operation"},
    {"with", MAP, "its parameters: templates"},
    {"expect", MAP, "an EventBridge pattern over the answer"},
    {"refused", TEXT, "or the code with which the account must refuse it"},
};
constexpr ScenarioKey kExpect[] = {
    {"findings", LIST("finding"), "what is found, at least"},
    {"plans", LIST("plan"), "what is answered, all of it"},
    {"approve", TEXT, "who says yes to what is asked"},
    {"calls", TEXTS, "what riposte changed, in order and nothing else"},
    {"told", TEXTS, "kinds of notices that people get, at least"},
    {"safe", LIST("proof"), "proof that the account is safe"},
    {"repaired", TEXTS, "watches that are as before the attack once it is answered"},
    {"then", R"({"anyOf":[{"const":"undo"},{"$ref":"#/$defs/then"}]})",
     "undo, or {expiry: 12h}: what takes the answer back, and then all is as riposte found it"},
};
constexpr ScenarioKey kFinding[] = {
    {"rule", TEXT, "the rule's name"},
    {"actor", TEXT, "how the actor's name or ARN ends"},
};
constexpr ScenarioKey kPlan[] = {
    {"runbook", TEXT, "the runbook's name"},
    {"state", TEXT, "of the action before anybody is asked: asked, standing, refused ..."},
    {"times", COUNT, "how often; once if not said"},
};
constexpr ScenarioKey kThen[] = {
    {"expiry", DURATION, "how much time goes by"},
};

struct Definition {
  std::string_view name;
  ScenarioMap map;
  std::string_view required;  // a JSON list
};
constexpr Definition kDefinitions[] = {
    {"identity", ScenarioMap::Identity, ""},
    {"set-up", ScenarioMap::SetUp, ""},
    {"undo", ScenarioMap::Undo, R"(["aws"])"},
    {"call", ScenarioMap::Call, R"(["aws"])"},
    {"step", ScenarioMap::Step, ""},
    {"watch", ScenarioMap::Watch, R"(["name", "aws"])"},
    {"proof", ScenarioMap::Proof, R"(["aws"])"},
    {"expect", ScenarioMap::Expect, ""},
    {"finding", ScenarioMap::Finding, R"(["rule"])"},
    {"plan", ScenarioMap::Plan, R"(["runbook", "state"])"},
    {"then", ScenarioMap::Then, R"(["expiry"])"},
};

// One key a line, so that a change of the table is a change of its line.
std::string properties(ScenarioMap map, std::string_view indent) {
  std::string out;
  for (const ScenarioKey& key : keys_of(map)) {
    if (!out.empty()) out += ",\n";
    std::string type(key.type);
    type.insert(type.size() - 1, ",\"description\":" + json::quoted(key.says));
    out.append(indent).append("\"").append(key.name).append("\": ").append(type);
  }
  return out;
}

}  // namespace

std::span<const ScenarioKey> keys_of(ScenarioMap map) {
  switch (map) {
    case ScenarioMap::Scenario:
      return kScenario;
    case ScenarioMap::Part:
      return kPart;
    case ScenarioMap::Identity:
      return kIdentity;
    case ScenarioMap::SetUp:
      return kSetUp;
    case ScenarioMap::Undo:
      return kUndo;
    case ScenarioMap::Call:
      return kCall;
    case ScenarioMap::Step:
      return kStep;
    case ScenarioMap::Watch:
      return kWatch;
    case ScenarioMap::Proof:
      return kProof;
    case ScenarioMap::Expect:
      return kExpect;
    case ScenarioMap::Finding:
      return kFinding;
    case ScenarioMap::Plan:
      return kPlan;
    case ScenarioMap::Then:
      return kThen;
  }
  CHECK(false, "every map of a scenario has its keys");
}

std::vector<std::string_view> names_of(ScenarioMap map) {
  std::vector<std::string_view> names;
  for (const ScenarioKey& key : keys_of(map))
    names.push_back(key.name);
  return names;
}

std::string scenario_schema() {
  std::string out = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "A simulation of riposte",
  "type": "object",
  "additionalProperties": false,
  "required": ["simulation", "title", "attack", "expect"],
  "properties": {
)";
  out += properties(ScenarioMap::Scenario, "    ");
  out += "\n  },\n  \"$defs\": {\n";
  for (const Definition& definition : kDefinitions) {
    out.append("    \"").append(definition.name).append("\": {\n");
    out += "      \"type\": \"object\",\n      \"additionalProperties\": false,\n";
    if (!definition.required.empty())
      out.append("      \"required\": ").append(definition.required).append(",\n");
    out += "      \"properties\": {\n" + properties(definition.map, "        ") +
           "\n      }\n    },\n";
  }
  out += R"(    "undos": {"anyOf": [{"$ref": "#/$defs/undo"}, )"
         R"({"type": "array", "items": {"$ref": "#/$defs/undo"}}]})";
  return out + "\n  }\n}\n";
}

}  // namespace riposte::simulate
