#pragma once

// Every key of riposte.yml, what it holds, and what holds without it: what the reader accepts, what
// `config show` prints and what the published JSON Schema says are one table.
//
// Threads: immutable.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace riposte::engine {

enum class ConfigKind {
  Text,
  Path,   // of a file: relative to the configuration's own
  Texts,  // a list, or one
  Paths,
  Flag,
  Count,
  Bytes,  // "512MiB"
  Span,   // "15m"
  Mode,   // notify, approve, auto
  Table,  // maps of their own: ConfigMap
};

// The maps within keys of the kind Table, and how they stand there.
enum class ConfigMap {
  None,
  Protect,
  Maintenance,
  Threats,
  Accounts,
  Roles,
  Approvers,
  Channels,
  Allow,
  Enforce
};

struct ConfigKey {
  std::string_view section;
  std::string_view name;
  ConfigKind kind;
  std::string_view otherwise;  // as YAML; empty: nothing
  std::string_view says;       // for the schema and for people
  ConfigMap map = ConfigMap::None;
};

// A key within a map.
struct ConfigMember {
  std::string_view name;
  ConfigKind kind;
  std::string_view says;
  // Never in the file: what stands there is NAME_env (a variable), NAME_file, or NAME_secret (an
  // ARN of Secrets Manager).
  bool is_secret = false;
};

std::span<const ConfigKey> config_keys();
const ConfigKey* find_config_key(std::string_view section, std::string_view name);

// Of the elements of a list, or of the values of a map by name; none where those are plain.
std::span<const ConfigMember> members_of(ConfigMap map);

// The endings that a secret's name takes.
inline constexpr std::string_view kSecretEndings[] = {"_env", "_file", "_secret"};

// Every name that may stand in the map, and of a secret its three spellings.
std::vector<std::string> member_names(ConfigMap map);

// "RIPOSTE_LEDGER__PATH"
std::string variable_of(const ConfigKey& key);

// docs/formats/riposte.schema.json, with a line break at the end.
std::string config_schema();

}  // namespace riposte::engine
