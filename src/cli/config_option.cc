#include "cli/config_option.h"

#include <cstdlib>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "base/files.h"
#include "cli/rules_option.h"

// Tested by tests/cli/config_test.py

namespace riposte::cli {
namespace {

constexpr const char* kVariable = "RIPOSTE_CONFIG";
constexpr const char* kDefaultFile = "/etc/riposte/riposte.yml";

// Variables of the environment that are ours, by name.
std::map<std::string, std::string> own_variables() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (text.starts_with("RIPOSTE_") && equals != std::string_view::npos)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace

void ConfigOption::add_to(CLI::App& command) {
  command
      .add_option("--config", path,
                  "The configuration's file; else RIPOSTE_CONFIG's, else /etc/riposte/riposte.yml")
      ->type_name("FILE");
}

std::string ConfigOption::file() const {
  if (!path.empty()) return path;
  if (const char* named = std::getenv(kVariable)) return named;
  std::error_code failure;
  return std::filesystem::exists(kDefaultFile, failure) ? kDefaultFile : "";
}

std::optional<engine::Config> ConfigOption::load(const Console& console,
                                                 std::vector<engine::ConfigFlag> flags) const {
  engine::ConfigSource source;
  source.variables = own_variables();
  source.flags = std::move(flags);
  if (const std::string name = file(); !name.empty()) {
    base::Result<std::string> text = base::read_file(name, engine::kConfigFileBytesMax);
    if (!text.ok()) {
      console.complain(name + ": " + text.error().message);
      return std::nullopt;
    }
    source.file = {name, std::move(text).value()};
  }
  base::Diagnostics diagnostics;
  std::optional<engine::Config> config = engine::read_config(source, diagnostics);
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    tell(diagnostic, console);
  return config;
}

std::vector<engine::ConfigFlag> said(std::initializer_list<engine::ConfigFlag> flags) {
  std::vector<engine::ConfigFlag> all(flags);
  std::erase_if(all, [](const engine::ConfigFlag& flag) {
    return flag.values.empty() || (flag.values.size() == 1 && flag.values.front().empty());
  });
  return all;
}

std::vector<engine::ConfigFlag> joined(
    std::initializer_list<std::vector<engine::ConfigFlag>> groups) {
  std::vector<engine::ConfigFlag> all;
  for (const std::vector<engine::ConfigFlag>& group : groups)
    all.insert(all.end(), group.begin(), group.end());
  return all;
}

}  // namespace riposte::cli
