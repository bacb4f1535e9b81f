// riposte config show|validate|schema: what is configured, and by whom.
// Tested by tests/cli/config_test.py

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/config_option.h"
#include "finding/terminal_text.h"

namespace riposte::cli {
namespace {

struct ConfigOptions {
  ConfigOption config;
  std::string output = "human";
};

ExitCode show(const ConfigOptions& options, const Console& console) {
  const std::optional<engine::Config> config = options.config.load(console);
  if (!config) return ExitCode::WrongUse;
  if (options.output == "json") {
    console.out << engine::to_json(*config) << '\n';
    return ExitCode::Done;
  }
  const std::string page = engine::to_yaml(*config);
  for (std::string_view line : base::split(std::string_view(page).substr(0, page.size() - 1), '\n'))
    console.out << finding::visible(line) << '\n';
  return ExitCode::Done;
}

ExitCode validate(const ConfigOptions& options, const Console& console) {
  if (!options.config.load(console)) return ExitCode::WrongUse;
  const std::string file = options.config.file();
  console.out << finding::visible(file.empty() ? "no file: defaults and environment" : file)
              << ": valid\n";
  return ExitCode::Done;
}

}  // namespace

void add_config(CLI::App& app, Picked& picked) {
  CLI::App* config = app.add_subcommand("config", "Show and check the configuration");
  config->footer("Example: riposte config show --config riposte.yml");
  config->require_subcommand(1);

  CLI::App* showing =
      config->add_subcommand("show", "Print every value, and where each comes from");
  showing->footer("Example: riposte config show -o json");
  const auto options = std::make_shared<ConfigOptions>();
  options->config.add_to(*showing);
  showing->add_option("-o,--output", options->output, "json: one object")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  showing->callback([options, &picked] {
    picked.action = [options](const Console& console) { return show(*options, console); };
  });

  CLI::App* validating = config->add_subcommand("validate", "Say what is wrong with the file");
  validating->footer("Example: riposte config validate --config riposte.yml");
  const auto checked = std::make_shared<ConfigOptions>();
  checked->config.add_to(*validating);
  validating->callback([checked, &picked] {
    picked.action = [checked](const Console& console) { return validate(*checked, console); };
  });

  CLI::App* schema =
      config->add_subcommand("schema", "Print the JSON Schema of the file, for editors");
  schema->footer("Example: riposte config schema > riposte.schema.json");
  schema->callback([&picked] {
    picked.action = [](const Console& console) {
      console.out << engine::config_schema();
      return ExitCode::Done;
    };
  });
}

}  // namespace riposte::cli
