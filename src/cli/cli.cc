#include "cli/cli.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "base/diagnostics.h"
#include "cli/commands.h"
#include "cli/version.h"

// Tested by tests/cli/version_test.py

namespace riposte::cli {
namespace {

// The deepest command of the tree that the arguments name, and the first word that names none.
struct Reached {
  const CLI::App* command;
  std::string stray;
};

Reached reach(const CLI::App& app, int argc, const char* const* argv) {
  Reached reached{&app, {}};
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with('-')) break;
    const auto named = [&word](const CLI::App* command) { return command->check_name(word); };
    const std::vector<const CLI::App*> next = reached.command->get_subcommands(named);
    if (next.empty()) {
      if (!reached.command->get_subcommands([](const CLI::App*) { return true; }).empty())
        reached.stray = word;
      break;
    }
    reached.command = next.front();
  }
  return reached;
}

// " did you mean ...?" for the first option that the command does not have.
std::string nearest_option(const CLI::App& command, int argc, const char* const* argv) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames())
      names.push_back("--" + name);
  }
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string word = std::string(argv[i]).substr(0, std::string_view(argv[i]).find('='));
    if (!word.starts_with("--") || std::find(names.begin(), names.end(), word) != names.end())
      continue;
    const std::string nearest = base::nearest(word, {names.begin(), names.end()});
    return nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?";
  }
  return {};
}

void explain_mistake(const CLI::App& app, int argc, const char* const* argv,
                     const CLI::ParseError& error, const Console& console) {
  const Reached reached = reach(app, argc, argv);
  if (reached.stray.empty()) {
    console.complain(error.what() + nearest_option(*reached.command, argc, argv));
  } else {
    std::vector<std::string> names;
    for (const CLI::App* command :
         reached.command->get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(command->get_name());
    }
    const std::string nearest = base::nearest(reached.stray, {names.begin(), names.end()});
    console.complain("there is no command \"" + reached.stray + "\"" +
                     (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
  }
  std::string path;
  for (const CLI::App* command = reached.command; command != nullptr;
       command = command->get_parent()) {
    path.insert(0, command->get_name() + " ");
  }
  console.err << "Try: " << path << "--help\n";
}

}  // namespace

int run(int argc, const char* const* argv, const Console& console) {
  CLI::App app(
      "Finds attacks in the logs of a cloud account, with the rules the field already writes.",
      "riposte");
  app.set_version_flag("--version", "riposte " + std::string(kVersion));
  app.require_subcommand(1);
  app.footer("Example: riposte scan AWSLogs/");
  Picked picked;
  add_scan(app, picked);
  add_rule(app, picked);
  add_aws(app, picked);
  add_replay(app, picked);
  add_runbook(app, picked);
  add_respond(app, picked);
  add_finding(app, picked);
  add_action(app, picked);
  add_case(app, picked);
  add_freeze(app, picked);
  add_notify(app, picked);
  add_config(app, picked);
  add_iam(app, picked);
  add_doctor(app, picked);
  add_audit(app, picked);
  add_completion(app, picked);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wanted) {  // --help, --version
    return app.exit(wanted, console.out, console.err);
  } catch (const CLI::ParseError& error) {
    explain_mistake(app, argc, argv, error, console);
    return static_cast<int>(ExitCode::WrongUse);
  }
  const ExitCode code = picked.action(console);
  if (console.out.flush()) return static_cast<int>(code);
  console.complain("standard output could not be written");
  return static_cast<int>(ExitCode::Incomplete);
}

}  // namespace riposte::cli
