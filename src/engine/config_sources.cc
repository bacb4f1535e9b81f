// Tested by src/engine/config_test.cc

#include "engine/config_sources.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"

namespace riposte::engine {
namespace {

using base::Place;
using json::Value;

constexpr std::string_view kPrefix = "RIPOSTE_";

// Where a line stops being quotable: behind the name of a secret; npos where it holds none.
std::size_t secret_in(std::string_view line) {
  for (std::size_t colon = line.find(':'); colon != std::string_view::npos;
       colon = line.find(':', colon + 1)) {
    std::string_view name = line.substr(0, colon);
    while (!name.empty() && (name.back() == '"' || name.back() == '\'' || name.back() == ' '))
      name.remove_suffix(1);
    const std::size_t begin = name.find_last_of(" \t{,\"'");
    name = name.substr(begin == std::string_view::npos ? 0 : begin + 1);
    if (is_secret_name(name)) return colon + 1;
  }
  return std::string_view::npos;
}

class Merger {
 public:
  Merger(const ConfigSource& source, base::Diagnostics& diagnostics)
      : source_(source), diagnostics_(diagnostics), errors_before_(diagnostics.error_count()) {}

  std::vector<Config::Setting> merge() {
    for (const ConfigKey& key : config_keys())
      settings_.push_back({&key, parsed(key, key.otherwise), "default"});
    take_file();
    take_variables();
    take_flags();
    return std::move(settings_);
  }

 private:
  Config::Setting& setting(std::string_view section, std::string_view name) {
    const ConfigKey* key = find_config_key(section, name);
    CHECK(key != nullptr, "only keys that there are have settings");
    return settings_[static_cast<std::size_t>(key - config_keys().data())];
  }

  static Value text_value(std::string_view text, Place place = {}) {
    return {Value::Kind::String, std::string(text), place};
  }

  // Of a text that stands for itself, or of YAML; null where there is none.
  Value parsed(const ConfigKey& key, std::string_view text) {
    if (text.empty()) return {};
    if (key.kind == ConfigKind::Text || key.kind == ConfigKind::Path) return text_value(text);
    std::vector<Value> documents = json::read_yaml(text, diagnostics_);
    return documents.empty() ? Value() : std::move(documents.front());
  }

  bool failed() const { return diagnostics_.error_count() > errors_before_; }

  void take_file() {
    if (!source_.file) return;
    diagnostics_.set_source(source_.file->path, quotable(source_.file->text));
    const std::vector<Value> documents = json::read_yaml(source_.file->text, diagnostics_);
    if (failed() || documents.empty()) return;
    if (documents.size() > 1) error({1, 1}, "config-type", "the file holds more than one document");
    const Value& root = documents.front();
    if (root.is_null()) return;
    if (!root.is_object()) {
      return error(root.place(), "config-type", "the file holds a map of sections");
    }
    for (const Value::Member& section : root.members())
      take_section(section);
  }

  void take_section(const Value::Member& section) {
    std::vector<std::string_view> names;
    std::vector<std::string_view> sections;
    for (const ConfigKey& key : config_keys()) {
      sections.push_back(key.section);
      if (key.section == section.key) names.push_back(key.name);
    }
    if (names.empty()) return unknown(section.key_place, "section", section.key, sections);
    if (section.value.is_null()) return;
    if (!section.value.is_object()) {
      return error(section.value.place(), "config-type",
                   fmt::format("\"{}\" must be a map, not {}", section.key,
                               json::name_of(section.value.kind())));
    }
    for (const Value::Member& member : section.value.members()) {
      if (find_config_key(section.key, member.key) == nullptr) {
        unknown(member.key_place, "key", member.key, names);
      } else if (!member.value.is_null()) {
        setting(section.key, member.key) = {
            find_config_key(section.key, member.key), member.value,
            fmt::format("{}:{}", source_.file->path, member.key_place.line)};
      }
    }
  }

  void take_variables() {
    std::map<std::string, const ConfigKey*, std::less<>> known;
    std::vector<std::string> names;
    for (const ConfigKey& key : config_keys()) {
      names.push_back(variable_of(key));
      known[names.back()] = &key;
    }
    for (const auto& [name, text] : source_.variables) {
      if (!name.starts_with(kPrefix)) continue;
      const auto found = known.find(name);
      const std::string source = "environment " + name;
      if (found != known.end()) {
        if (text.empty()) continue;  // which means not set
        diagnostics_.set_source(source, quotable(text));
        setting(found->second->section, found->second->name) = {
            found->second, parsed(*found->second, text), source};
      } else if (name.find("__") != std::string::npos) {
        diagnostics_.set_source(source, "");
        unknown({}, "variable", name, {names.begin(), names.end()});
      }
    }
  }

  void take_flags() {
    for (const ConfigFlag& flag : source_.flags) {
      const ConfigKey* key = find_config_key(flag.section, flag.name);
      CHECK(key != nullptr, "a flag stands for a key that there is");
      Value value = text_value(flag.values.empty() ? "" : flag.values.front());
      if (key->kind == ConfigKind::Texts || key->kind == ConfigKind::Paths) {
        value = Value(Value::Kind::Array, "", {});
        for (const std::string& text : flag.values)
          value.add(text_value(text));
      } else if (key->kind == ConfigKind::Table) {  // a list of paths
        value = Value(Value::Kind::Array, "", {});
        for (const std::string& text : flag.values) {
          Value item(Value::Kind::Object, "", {});
          item.add("path", {}, text_value(text));
          value.add(std::move(item));
        }
      } else if (key->kind == ConfigKind::Flag) {
        value = Value(Value::Kind::Bool, flag.values.front(), {});
      }
      setting(flag.section, flag.name) = {key, std::move(value), flag.flag};
    }
  }

  void unknown(Place place, std::string_view what, std::string_view name,
               const std::vector<std::string_view>& known) {
    complain_of_unknown(place, what, name, known, diagnostics_);
  }

  void error(Place place, std::string code, std::string message) {
    diagnostics_.error(place, std::move(code), std::move(message));
  }

  const ConfigSource& source_;
  base::Diagnostics& diagnostics_;
  const std::size_t errors_before_;
  std::vector<Config::Setting> settings_;
};

}  // namespace

std::vector<Config::Setting> merge_settings(const ConfigSource& source,
                                            base::Diagnostics& diagnostics) {
  return Merger(source, diagnostics).merge();
}

bool is_secret_name(std::string_view name) {
  const auto members = members_of(ConfigMap::Channels);
  return std::any_of(members.begin(), members.end(), [&](const ConfigMember& member) {
    return member.is_secret && member.name == name;
  });
}

std::string quotable(std::string_view text) {
  std::string out;
  // A secret may go on in lines that are indented deeper than its name.
  std::optional<std::size_t> hidden_below;
  for (std::string_view line : base::split(text, '\n')) {
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    const bool is_hidden = hidden_below && (indent == line.size() || indent > *hidden_below);
    if (!is_hidden) {
      const std::size_t end = secret_in(line);
      hidden_below.reset();
      if (end != std::string_view::npos) hidden_below = indent;
      out += line.substr(0, end);
    }
    out += '\n';
  }
  return out;
}

void complain_of_unknown(Place place, std::string_view what, std::string_view name,
                         const std::vector<std::string_view>& known,
                         base::Diagnostics& diagnostics) {
  const std::string near = base::nearest(name, known);
  const std::set<std::string> all(known.begin(), known.end());
  std::string hint;
  if (!near.empty()) {
    hint = "did you mean \"" + near + "\"?";
  } else if (place.line > 0) {
    hint = "known: " + base::join({all.begin(), all.end()}, ", ");
  }
  diagnostics.error(place, "config-key", fmt::format("there is no {} \"{}\"", what, name), hint);
}

}  // namespace riposte::engine
