#include "respond/runbook_keys.h"

#include "base/check.h"
#include "respond/named_action.h"

namespace riposte::respond {
namespace {

#define TEXT R"({"type":"string"})"
#define TEXTS R"({"type":["string","array"],"items":{"type":"string"}})"
#define MAP R"({"type":"object"})"
#define DURATION R"({"type":"string","pattern":"^[0-9]+[smhd]$"})"
#define OPERATION R"({"type":"string","pattern":"^[a-z0-9-]+[.][A-Z][A-Za-z0-9]*$"})"
#define COUNT R"({"type":"integer","minimum":0})"

constexpr RunbookKey kRunbook[] = {
    {"runbook", R"({"type":"string","pattern":"^[a-z0-9][a-z0-9-]*$"})", "its name"},
    {"title", TEXT, "what it does, in a line"},
    {"description", TEXT, "what it does, for whom, and what to look out for"},
    {"when", R"({"$ref":"#/$defs/when"})", "which findings it answers"},
    {"mode", R"({"enum":["notify","approve","auto"]})", "what it may do; notify if not said"},
    {"protect", R"({"$ref":"#/$defs/protect"})", "what it must not touch"},
    {"limit", R"({"$ref":"#/$defs/limit"})", "how often at most"},
    {"expires", DURATION, "when it is undone; without it the change lasts"},
    {"approve", R"({"$ref":"#/$defs/approve"})", "who may say yes, and for how long"},
    {"idempotency", TEXT, "what is answered once; ${finding.id} if not said"},
    {"steps", R"({"type":"array","items":{"$ref":"#/$defs/step"}})", "what to call"},
    {"event", R"({"enum":["recurrent","singular"]})",
     "recurrent: it answers by itself; singular: it opens a case; recurrent if not said"},
    {"guide", R"({"type":"array","minItems":1,"items":{"$ref":"#/$defs/guide"}})",
     "of a singular one: what is decided and done, in the order of phases"},
    {"notify", TEXTS, "channels that are told"},
    {"tests", R"({"type":"array","items":{"$ref":"#/$defs/test"}})", "events and their plans"},
};
constexpr RunbookKey kWhen[] = {
    {"rules", TEXTS, "names or ids of rules, any of them"},
    {"tags", TEXTS, "tags of the rule, any of them"},
    {"level", R"({"enum":["informational","low","medium","high","critical"]})", "at least"},
    {"expression", MAP, "an EventBridge pattern over {finding, event}"},
};
constexpr RunbookKey kProtect[] = {
    {"principals", TEXTS, "ARNs or names, with * and ?"},
    {"resources", TEXTS, "ARNs or ids, with * and ?"},
    {"tags", R"({"type":"object","additionalProperties":{"type":"string"}})", "tags of resources"},
    {"networks", TEXTS, "in CIDR notation"},
};
constexpr RunbookKey kLimit[] = {
    {"per_hour", COUNT, "plans"},
    {"per_account_per_hour", COUNT, "plans in one account"},
    {"per_region_per_hour", COUNT, "plans in one region of an account"},
    {"share_per_hour", R"({"type":"number","minimum":0,"maximum":1})", "of the fleet"},
};
constexpr RunbookKey kApprove[] = {
    {"by", TEXTS, "groups, any of them"},
    {"within", DURATION, "how long a question, and an answer, stands; 30m if not said"},
    {"otherwise", R"({"enum":["tell","drop"]})", "when nobody answers; tell if not said"},
};
constexpr RunbookKey kStep[] = {
    {"name", TEXT, "its name, unlike those of the others"},
    {"aws", OPERATION, "the call: service.Operation"},
    {"action", R"({"$ref":"#/$defs/action"})", "or a named action, which carries its own inverse"},
    {"with", MAP, "parameters of the call or the action: templates"},
    {"for_each", TEXT, "a template that names a list: once for each item of it"},
    {"if", MAP, "an EventBridge pattern over {finding, event, item}"},
    {"precheck", R"({"$ref":"#/$defs/checks"})", "reads that must hold before, and are kept"},
    {"undo", R"({"$ref":"#/$defs/call"})", "the call that takes it back"},
    {"irreversible", R"({"type":"boolean"})", "there is no undo; then it needs approval"},
    {"verify", R"({"$ref":"#/$defs/checks"})", "reads that must hold after"},
    {"on_failure", R"({"enum":["undo","stop","continue"]})", "undo if not said"},
};
constexpr RunbookKey kGuide[] = {
    {"name", TEXT, "its name, unlike those of the others"},
    {"phase",
     R"({"enum":["preparation","detection-and-analysis","containment","eradication","recovery","post-incident"]})",
     "of an incident, as in NIST SP 800-61"},
    {"ask", TEXT, "a question that a person answers: a template"},
    {"task", TEXT, "or what a person does: a template"},
    {"steps", TEXTS, "or names of the runbook's steps, which riposte does once they are approved"},
    {"by", TEXTS, "groups that may decide, any of them; those of approve if not said"},
};
constexpr RunbookKey kCall[] = {
    {"aws", OPERATION, "service.Operation"},
    {"with", MAP, "its parameters: templates"},
};
constexpr RunbookKey kCheck[] = {
    {"aws", OPERATION, "service.Operation, one that reads"},
    {"with", MAP, "its parameters: templates"},
    {"expect", MAP, "an EventBridge pattern over the answer"},
};
constexpr RunbookKey kTest[] = {
    {"name", TEXT, "its point"},
    {"event", MAP, "a record"},
    {"file", TEXT, "or where it stands, beside the runbook"},
    {"account", R"({"type":"array","items":{"$ref":"#/$defs/fact"}})", "what its actions read"},
    {"plan", R"({"type":"array","items":{"$ref":"#/$defs/expected"}})", "the calls, in order"},
    {"refused", TEXT, "or part of the reason why there is no plan"},
};
constexpr RunbookKey kFact[] = {
    {"aws", OPERATION, "service.Operation, one that reads"},
    {"with", MAP, "its parameters, as they are sent"},
    {"answer", MAP, "what the account answers"},
    {"error", TEXT, "or the code with which it refuses"},
    {"ours", R"({"const":true})", "or that it is a call we made ourselves"},
};
constexpr RunbookKey kExpected[] = {
    {"aws", OPERATION, "service.Operation"},
    {"with", MAP, "its parameters, as they are sent"},
};

struct Definition {
  std::string_view name;
  RunbookMap map;
  std::string_view required;  // a JSON list
};
constexpr Definition kDefinitions[] = {
    {"when", RunbookMap::When, ""},
    {"protect", RunbookMap::Protect, ""},
    {"limit", RunbookMap::Limit, ""},
    {"approve", RunbookMap::Approve, ""},
    {"step", RunbookMap::Step, R"(["name"])"},
    {"guide", RunbookMap::Guide, R"(["name","phase"])"},
    {"call", RunbookMap::Call, R"(["aws"])"},
    {"check", RunbookMap::Check, R"(["aws"])"},
    {"test", RunbookMap::Test, R"(["name"])"},
    {"fact", RunbookMap::Fact, R"(["aws"])"},
    {"expected", RunbookMap::Expected, R"(["aws"])"},
};

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// One key a line, so that a change of the table is a change of its line.
std::string properties(RunbookMap map, std::string_view indent) {
  std::string out;
  for (const RunbookKey& key : keys_of(map)) {
    if (!out.empty()) out += ",\n";
    std::string type(key.type);
    type.insert(type.size() - 1, ",\"description\":\"" + escaped(key.says) + "\"");
    out.append(indent).append("\"").append(key.name).append("\": ").append(type);
  }
  return out;
}

}  // namespace

std::span<const RunbookKey> keys_of(RunbookMap map) {
  switch (map) {
    case RunbookMap::Runbook:
      return kRunbook;
    case RunbookMap::When:
      return kWhen;
    case RunbookMap::Protect:
      return kProtect;
    case RunbookMap::Limit:
      return kLimit;
    case RunbookMap::Approve:
      return kApprove;
    case RunbookMap::Step:
      return kStep;
    case RunbookMap::Guide:
      return kGuide;
    case RunbookMap::Call:
      return kCall;
    case RunbookMap::Check:
      return kCheck;
    case RunbookMap::Test:
      return kTest;
    case RunbookMap::Fact:
      return kFact;
    case RunbookMap::Expected:
      return kExpected;
  }
  CHECK(false, "every map of a runbook has its keys");
}

std::vector<std::string_view> names_of(RunbookMap map) {
  std::vector<std::string_view> names;
  for (const RunbookKey& key : keys_of(map))
    names.push_back(key.name);
  return names;
}

std::string runbook_schema() {
  std::string out = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "A runbook of riposte",
  "type": "object",
  "additionalProperties": false,
  "required": ["runbook", "title"],
  "anyOf": [{"required": ["steps"]}, {"required": ["guide"]}],
  "properties": {
)";
  out += properties(RunbookMap::Runbook, "    ");
  out += "\n  },\n  \"$defs\": {\n";
  for (const Definition& definition : kDefinitions) {
    out.append("    \"").append(definition.name).append("\": {\n");
    out += "      \"type\": \"object\",\n      \"additionalProperties\": false,\n";
    if (!definition.required.empty())
      out.append("      \"required\": ").append(definition.required).append(",\n");
    out += "      \"properties\": {\n" + properties(definition.map, "        ") +
           "\n      }\n    },\n";
  }
  out += R"(    "action": {"enum": [)";
  for (const NamedAction* action : all_actions()) {
    if (action != all_actions().front()) out += ", ";
    out.append("\"").append(action->name()).append("\"");
  }
  out += "]},\n";
  out += R"(    "checks": {"anyOf": [{"$ref": "#/$defs/check"}, )"
         R"({"type": "array", "items": {"$ref": "#/$defs/check"}}]})";
  return out + "\n  }\n}\n";
}

}  // namespace riposte::respond
