// Tested by src/engine/config_test.cc

#include "engine/config_keys.h"

#include <algorithm>

#include "base/check.h"
#include "json/writer.h"

namespace riposte::engine {
namespace {

using enum ConfigKind;

// NOLINTBEGIN(modernize-use-designated-initializers): a table
constexpr ConfigKey kKeys[] = {
    {"rules", "paths", Paths, "[]", "rule files and folders, besides the shipped ones"},
    {"rules", "defaults", Flag, "true", "whether the shipped rules run, too"},
    {"rules", "lists", Path, "", "a YAML file with values for the placeholders of rules"},

    {"ledger", "path", Path, "", "the ledger's file"},

    {"correlate", "lateness", Span, "15m", "how late events may come where they come as a stream"},
    {"correlate", "keys_per_rule", Count, "2000000", "windows of one correlation"},
    {"correlate", "bytes_per_key", Bytes, "1MiB", "memory of one window"},
    {"correlate", "bytes", Bytes, "1GiB", "memory of all windows together"},
    {"correlate", "waiting", Count, "1000000", "hits that wait until no earlier one can come"},

    {"enrich", "geo", Paths, "[]",
     "where addresses are and whose: databases in MaxMind's format, City, Country or ASN"},
    {"enrich", "threats", Table, "[]", "lists of addresses, networks and domains known for harm",
     ConfigMap::Threats},

    {"respond", "mode", Mode, "notify", "what the engine may do; runbooks may be lower"},
    {"respond", "runbooks", Paths, "[]", "runbook files and folders, besides the shipped ones"},
    {"respond", "defaults", Flag, "true", "whether the shipped runbooks answer, too"},
    {"respond", "protect", Table, "{}", "what must not be touched, besides what is from the start",
     ConfigMap::Protect},
    {"respond", "protect_defaults", Flag, "true",
     "whether what is protected from the start stays so"},
    {"respond", "own_identities", Texts, "[]",
     "ARNs of roles and users that are ourselves, besides those that are found out"},
    {"respond", "per_hour", Count, "50", "plans within an hour"},
    {"respond", "per_runbook_per_hour", Count, "10", "plans of one runbook within an hour"},
    {"respond", "per_account_per_hour", Count, "20", "plans in one account within an hour"},
    {"respond", "per_region_per_hour", Count, "20", "plans in one region within an hour"},
    {"respond", "cool_down", Span, "10m", "how long a resource that was touched is left alone"},
    {"respond", "maintenance", Table, "[]", "times in which nothing is changed",
     ConfigMap::Maintenance},
    {"respond", "accounts", Table, "{}", "by number: the role that is taken on in the account",
     ConfigMap::Accounts},
    {"respond", "roles", Table, "{}", "by runbook: the name of the role that carries it out",
     ConfigMap::Roles},
    {"respond", "approvers", Table, "{}", "by name: the groups that somebody is in",
     ConfigMap::Approvers},

    {"blocks", "ttl", Span, "1h", "how long an address stays blocked"},
    {"blocks", "ttl_max", Span, "7d", "how long at most"},
    {"blocks", "escalation", Count, "2",
     "how many times longer with each further offence; 1: never"},
    {"blocks", "memory", Span, "30d", "how long an offence is remembered"},
    {"blocks", "calls_per_hour", Count, "600",
     "calls of one enforcement that add; to release is free"},
    {"blocks", "allow", Table, "[]", "networks that are never blocked, besides what is protected",
     ConfigMap::Allow},
    {"blocks", "enforce", Table, "{}", "by name: where blocks are enforced", ConfigMap::Enforce},

    {"notify", "channels", Table, "{}", "by name: who is told, and how", ConfigMap::Channels},

    {"aws", "region", Text, "", "instead of AWS_REGION's or the profile's"},
    {"aws", "profile", Text, "", "of AWS's shared files"},
    {"aws", "endpoint_url", Text, "", "instead of the services' own"},
};

constexpr ConfigMember kProtect[] = {
    {"principals", Texts, "ARNs or names, with * and ?"},
    {"resources", Texts, "ARNs or ids, with * and ?"},
    {"tags", Table, "tags of resources: name, to value"},
    {"networks", Texts, "in CIDR notation"},
};
constexpr ConfigMember kMaintenance[] = {
    {"from", Text, "a time, as 2026-01-31T18:00:00Z"},
    {"until", Text, "a time; then it is over"},
    {"accounts", Texts, "their numbers; all, where nothing is said"},
    {"runbooks", Texts, "their names; all, where nothing is said"},
};
constexpr ConfigMember kThreats[] = {
    {"path", Path, "plain, CSV, STIX or MISP; a file, or a folder of them"},
    {"name", Text, "what findings call the list; the file's name where nothing is said"},
    {"expires", Span, "how long after the file was written its entries count that do not say"},
};
constexpr ConfigMember kAccounts[] = {
    {"role_arn", Text, "the role, of that account"},
    {"external_id", Text, "that the role asks for"},
};
constexpr ConfigMember kAllow[] = {
    {"network", Text, "an address, or a network in CIDR notation"},
    {"reason", Text, "why, for people"},
    {"until", Text, "a time; for ever, where nothing is said"},
};
constexpr ConfigMember kEnforce[] = {
    {"kind", Text, "network_acl, ip_set, prefix_list or file"},
    {"id", Text, "of the ACL, the set or the list"},
    {"name", Text, "of ip_set: its name"},
    {"path", Path, "of file"},
    {"account", Text, "its number; our own, where nothing is said"},
    {"region", Text, "aws.region, where nothing is said"},
    {"cloudfront", Flag, "of ip_set: whether it is one of CloudFront's"},
    {"only_ours", Flag, "of ip_set and prefix_list: whether what others put there is taken out"},
    {"rules", Text, "of network_acl: the rule numbers that we may use, as 1-99"},
    {"when_full", Text, "who is held: worst, newest, or aggregate; worst where nothing is said"},
};
constexpr ConfigMember kChannels[] = {
    {"kind", Text, "sns, slack, teams, email, webhook or pagerduty"},
    {"level", Text, "the least level that is told"},
    {"kinds", Texts, "what is told; everything, where nothing is said"},
    {"per_minute", Count,
     "messages a minute, once a few were sent at once; 20 where nothing is said"},
    {"digest_above", Count, "how many at once are told one by one; 10 where nothing is said"},
    {"topic_arn", Text, "of sns"},
    {"phone", Text, "of sns: a number instead of a topic, as +491701234567"},
    {"region", Text, "of sns; the topic's, where nothing is said"},
    {"role_arn", Text, "of sns: to be taken on for it"},
    {"external_id", Text, "of sns: that the role asks for"},
    {"host", Text, "of email: the server"},
    {"port", Count, "of email"},
    {"security", Text, "of email: starttls, tls or none"},
    {"ca_file", Path, "of email: certificates to trust instead of the system's"},
    {"from", Text, "of email"},
    {"to", Texts, "of email"},
    {"user", Text, "of email"},
    {"password", Text, "of email", true},
    {"url", Text, "of slack, teams and webhook; of pagerduty where it is not the default", true},
    {"private_networks", Flag, "whether the url may lead into a private network"},
    {"loopback", Flag, "whether it may lead to this machine, then also by http"},
    {"proxied", Flag, "whether it is reached by the proxy of the environment"},
    {"key", Text, "of webhook: what signs its messages", true},
    {"routing_key", Text, "of pagerduty", true},
};
// NOLINTEND(modernize-use-designated-initializers)

struct Definition {
  std::string_view name;
  ConfigMap map;
  std::string_view required;  // a JSON list, or empty
};
constexpr Definition kDefinitions[] = {
    {"protect", ConfigMap::Protect, ""},
    {"maintenance", ConfigMap::Maintenance, R"(["from","until"])"},
    {"threats", ConfigMap::Threats, R"(["path"])"},
    {"account", ConfigMap::Accounts, R"(["role_arn"])"},
    {"channel", ConfigMap::Channels, R"(["kind"])"},
    {"allow", ConfigMap::Allow, R"(["network","reason"])"},
    {"enforcement", ConfigMap::Enforce, R"(["kind"])"},
};

constexpr std::string_view kTextsSchema =
    R"({"type":["string","array"],"items":{"type":"string"}})";

std::string schema_of(ConfigMap map) {
  switch (map) {
    case ConfigMap::None:
      return R"({"type":"object","additionalProperties":{"type":"string"}})";
    case ConfigMap::Protect:
      return R"({"$ref":"#/$defs/protect"})";
    case ConfigMap::Maintenance:
      return R"({"type":"array","items":{"$ref":"#/$defs/maintenance"}})";
    case ConfigMap::Threats:
      return R"({"type":"array","items":{"$ref":"#/$defs/threats"}})";
    case ConfigMap::Accounts:
      return R"({"type":"object","additionalProperties":{"$ref":"#/$defs/account"}})";
    case ConfigMap::Roles:
      return R"({"type":"object","additionalProperties":{"type":"string"}})";
    case ConfigMap::Approvers:
      return R"({"type":"object","additionalProperties":)" + std::string(kTextsSchema) + "}";
    case ConfigMap::Channels:
      return R"({"type":"object","additionalProperties":{"$ref":"#/$defs/channel"}})";
    case ConfigMap::Allow:
      return R"({"type":"array","items":{"$ref":"#/$defs/allow"}})";
    case ConfigMap::Enforce:
      return R"({"type":"object","additionalProperties":{"$ref":"#/$defs/enforcement"}})";
  }
  CHECK(false, "every map of a configuration has a schema");
}

std::string schema_of(ConfigKind kind, ConfigMap map) {
  switch (kind) {
    case Text:
    case Path:
      return R"({"type":"string"})";
    case Texts:
    case Paths:
      return std::string(kTextsSchema);
    case Flag:
      return R"({"type":"boolean"})";
    case Count:
      return R"({"type":"integer","minimum":0})";
    case Bytes:
      return R"({"type":["string","integer"],"pattern":"^[0-9]+(KiB|MiB|GiB)?$"})";
    case Span:
      return R"({"type":"string","pattern":"^[0-9]+[smhd]$"})";
    case Mode:
      return R"({"enum":["notify","approve","auto"]})";
    case Table:
      return schema_of(map);
  }
  CHECK(false, "every kind of a configuration's values has a schema");
}

// One key a line, so that a change of the table is a change of its line.
void add_property(std::string& out, std::string_view indent, std::string_view name,
                  std::string schema, std::string_view says) {
  if (!out.empty()) out += ",\n";
  schema.insert(schema.size() - 1, ",\"description\":" + json::quoted(says));
  out.append(indent).append(json::quoted(name)).append(": ").append(schema);
}

std::string properties(std::string_view section) {
  std::string out;
  for (const ConfigKey& key : kKeys) {
    if (key.section != section) continue;
    add_property(out, "        ", key.name, schema_of(key.kind, key.map), key.says);
  }
  return out;
}

std::string properties(ConfigMap map) {
  std::string out;
  for (const ConfigMember& member : members_of(map)) {
    if (!member.is_secret) {
      add_property(out, "        ", member.name, schema_of(member.kind, ConfigMap::None),
                   member.says);
      continue;
    }
    for (std::string_view ending : kSecretEndings) {
      add_property(out, "        ", std::string(member.name).append(ending),
                   schema_of(Text, ConfigMap::None), member.says);
    }
  }
  return out;
}

std::vector<std::string_view> sections() {
  std::vector<std::string_view> names;
  for (const ConfigKey& key : kKeys) {
    if (names.empty() || names.back() != key.section) names.push_back(key.section);
  }
  return names;
}

void add_object(std::string& out, std::string_view name, std::string_view required,
                std::string_view content) {
  out.append("    ").append(json::quoted(name)).append(": {\n      \"type\": \"object\",\n");
  out += "      \"additionalProperties\": false,\n";
  if (!required.empty()) out.append("      \"required\": ").append(required).append(",\n");
  out.append("      \"properties\": {\n").append(content).append("\n      }\n    }");
}

}  // namespace

std::span<const ConfigKey> config_keys() { return kKeys; }

const ConfigKey* find_config_key(std::string_view section, std::string_view name) {
  const auto* found = std::find_if(std::begin(kKeys), std::end(kKeys), [&](const ConfigKey& key) {
    return key.section == section && key.name == name;
  });
  return found == std::end(kKeys) ? nullptr : found;
}

std::span<const ConfigMember> members_of(ConfigMap map) {
  switch (map) {
    case ConfigMap::Protect:
      return kProtect;
    case ConfigMap::Maintenance:
      return kMaintenance;
    case ConfigMap::Threats:
      return kThreats;
    case ConfigMap::Accounts:
      return kAccounts;
    case ConfigMap::Channels:
      return kChannels;
    case ConfigMap::Allow:
      return kAllow;
    case ConfigMap::Enforce:
      return kEnforce;
    case ConfigMap::None:
    case ConfigMap::Roles:
    case ConfigMap::Approvers:
      return {};
  }
  CHECK(false, "every map of a configuration has its keys");
}

std::vector<std::string> member_names(ConfigMap map) {
  std::vector<std::string> names;
  for (const ConfigMember& member : members_of(map)) {
    if (!member.is_secret) {
      names.emplace_back(member.name);
      continue;
    }
    for (std::string_view ending : kSecretEndings)
      names.push_back(std::string(member.name).append(ending));
  }
  return names;
}

std::string variable_of(const ConfigKey& key) {
  std::string name = "RIPOSTE_" + std::string(key.section) + "__" + std::string(key.name);
  for (char& c : name)
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::string config_schema() {
  std::string out = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "The configuration of riposte",
  "type": "object",
  "additionalProperties": false,
  "properties": {
)";
  const std::vector<std::string_view> names = sections();
  for (std::string_view section : names) {
    add_object(out, section, "", properties(section));
    out += section == names.back() ? "\n" : ",\n";
  }
  out += "  },\n  \"$defs\": {\n";
  for (const Definition& definition : kDefinitions) {
    add_object(out, definition.name, definition.required, properties(definition.map));
    out += &definition == std::end(kDefinitions) - 1 ? "\n" : ",\n";
  }
  return out + "  }\n}\n";
}

}  // namespace riposte::engine
