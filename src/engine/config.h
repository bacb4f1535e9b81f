#pragma once

// What the program is told in its file, by its environment and on its command line; every value
// with where it comes from. docs/formats/config.md describes the file.
//
//     flag  >  RIPOSTE_SECTION__KEY  >  riposte.yml  >  default
//
// A key is taken from the first of them that says it, as a whole: a list is replaced, never added
// to. What is not known is an error with its place, whoever said it; nothing is half understood.
//
// No secret is in it: the file may only say where one is to be found, and one that is written there
// all the same is refused without being shown.
//
// Threads: a plain value; immutable once read.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/time.h"
#include "block/settings.h"
#include "correlate/correlator.h"
#include "engine/config_keys.h"
#include "json/value.h"
#include "notify/channel_config.h"
#include "respond/account_roles.h"
#include "respond/guard.h"

namespace riposte::engine {

inline constexpr std::size_t kConfigFileBytesMax = 1 << 20;

struct ThreatListSettings {
  std::string path;
  std::string name{};                     // empty: the file's
  std::optional<base::Millis> expires{};  // after the file was written
};

struct Config {
  struct Rules {
    std::vector<std::string> paths;
    bool defaults = true;
    std::string lists;
  } rules;
  std::string ledger;  // its path; empty: none
  correlate::Limits correlate;
  struct Enrich {
    std::vector<std::string> geo;
    std::vector<ThreatListSettings> threats;
  } enrich;
  respond::Safety safety;
  struct Respond {
    std::vector<std::string> runbooks;
    bool defaults = true;
    respond::AccountRoles roles;
    std::map<std::string, std::vector<std::string>, std::less<>> approvers;  // name, to groups
  } respond;
  block::Settings blocks;
  std::vector<notify::ChannelTexts> channels;
  struct Aws {
    std::string region;
    std::string profile;
    std::string endpoint_url;
  } aws;

  // Every key in the order of the table.
  struct Setting {
    const ConfigKey* key = nullptr;
    json::Value value;
    std::string from;  // "default", "riposte.yml:3", "environment RIPOSTE_LEDGER__PATH", "--ledger"
  };
  std::vector<Setting> settings;

  const Setting& setting(std::string_view section, std::string_view name) const;
};

// What somebody said on the command line.
struct ConfigFlag {
  std::string section;
  std::string name;
  std::vector<std::string> values;  // one, but for lists
  std::string flag;                 // "--ledger"
};

struct ConfigSource {
  struct File {
    std::string path;
    std::string text;
  };
  std::optional<File> file;
  std::map<std::string, std::string> variables;  // of the environment: RIPOSTE_*
  std::vector<ConfigFlag> flags;
};

// Nothing when there are errors. Codes: yaml-*, config-key, config-type, config-value,
// config-secret.
std::optional<Config> read_config(const ConfigSource& source, base::Diagnostics& diagnostics);

// The effective configuration as YAML, each key with where it comes from behind it.
std::string to_yaml(const Config& config);
// The same as JSON: {"ledger.path": {"value": ..., "from": ...}, ...}
std::string to_json(const Config& config);

}  // namespace riposte::engine
