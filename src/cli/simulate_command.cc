// riposte simulate list|run|schema: incidents, from attack to undo.
// Tested by tests/integration/simulate_test.py

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/answering_option.h"
#include "cli/commands.h"
#include "cli/embedded.h"
#include "cli/rules_option.h"
#include "cli/runbooks_option.h"
#include "finding/terminal_text.h"
#include "json/writer.h"
#include "simulate/runner.h"
#include "simulate/scenario_keys.h"
#include "simulate/scenario_reader.h"

namespace riposte::cli {
namespace {

using simulate::Scenario;

struct SimulateOptions {
  std::vector<std::string> names;
  std::vector<std::string> paths;
  bool no_default_simulations = false;
  RulesOption rules;
  RunbooksOption runbooks;
  ConfigOption config;
  bool all = false;
  std::string endpoint_url;
  std::string region;
  std::string account;
  std::string yes_account;
  std::string folder;
  std::string junit;
  std::string output = "human";
};

std::optional<simulate::Scenarios> load_scenarios(const SimulateOptions& options,
                                                  const Console& console) {
  const auto files = read_rule_texts(options.paths, console);
  if (!files) return std::nullopt;
  std::vector<simulate::ScenarioText> texts;
  for (const rule::RuleText& file : *files)
    texts.push_back({file.file, file.text});
  if (!options.no_default_simulations) {
    for (const EmbeddedFile& file : embedded_simulations())
      texts.push_back({std::string(file.path), std::string(file.text)});
  }
  base::Diagnostics diagnostics;
  simulate::Scenarios scenarios = simulate::read_scenarios(texts, diagnostics);
  for (const base::Diagnostic& diagnostic : diagnostics.all())
    tell(diagnostic, console);
  if (!diagnostics.ok()) return std::nullopt;
  return scenarios;
}

ExitCode list(const SimulateOptions& options, const Console& console) {
  const auto scenarios = load_scenarios(options, console);
  if (!scenarios) return ExitCode::WrongUse;
  for (const auto& scenario : scenarios->all) {
    if (options.output == "ndjson") {
      json::Writer out;
      out.object([&] {
        out.field("simulation", scenario->name);
        out.field("title", scenario->title);
        out.field("reference", scenario->references);
        out.field("file", scenario->file);
      });
      console.out << out.text() << '\n';
    } else {
      console.out << fmt::format("{:<34} {}\n", finding::visible(scenario->name),
                                 finding::visible(scenario->title));
    }
  }
  if (options.output == "human")
    console.err << fmt::format("{} simulations\n", scenarios->all.size());
  return ExitCode::Done;
}

// Nothing after a complaint.
std::optional<std::vector<const Scenario*>> chosen(const SimulateOptions& options,
                                                   const simulate::Scenarios& scenarios,
                                                   const Console& console) {
  std::vector<const Scenario*> all;
  std::vector<std::string_view> known;
  for (const auto& scenario : scenarios.all)
    known.push_back(scenario->name);
  if (options.all) {
    for (const auto& scenario : scenarios.all)
      all.push_back(scenario.get());
    return all;
  }
  for (const std::string& name : options.names) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      const std::string near = base::nearest(name, known);
      console.complain("there is no simulation \"" + name + "\"" +
                       (near.empty() ? "; `riposte simulate list` tells them"
                                     : "; did you mean \"" + near + "\"?"));
      return std::nullopt;
    }
    all.push_back(scenarios.all[static_cast<std::size_t>(found - known.begin())].get());
  }
  if (!all.empty()) return all;
  console.complain("which simulation? name some, or --all");
  return std::nullopt;
}

// Where runs keep their state: below the user's own folder, where nobody else can put something.
std::string folder_of(const SimulateOptions& options) {
  if (!options.folder.empty()) return options.folder;
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return std::string(state) + "/riposte/simulate";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.local/state/riposte/simulate";
  return {};
}

// A real account is named twice: by what is typed for it, and by STS.
bool is_confirmed(const SimulateOptions& options, const std::string& arn, const Console& console) {
  if (options.yes_account == options.account) return true;
  if (!options.yes_account.empty() || !console.err_is_terminal) {
    console.complain("attacks are simulated in account " + options.account +
                     " only with --yes-account " + options.account);
    return false;
  }
  console.err << "Attacks will be simulated in account " << options.account << " as "
              << finding::visible(arn) << ".\nType the account's number to go on: " << std::flush;
  std::string typed;
  std::getline(std::cin, typed);
  if (typed == options.account) return true;
  console.complain("that is not the account's number");
  return false;
}

// Whose account it is; nothing after a complaint, and where nobody said that it may be.
std::optional<std::string> find_account(const SimulateOptions& options, const engine::Config& config,
                                        const Console& console) {
  const auto session = open_session(config, console);
  if (!session) return std::nullopt;
  respond::AwsAccount account = session->account(config);
  const auto identity = account.identity();
  if (!identity.ok()) {
    console.complain("who we are cannot be found out: " + identity.error().message);
    return std::nullopt;
  }
  if (options.account.empty()) return identity->account;
  if (identity->account != options.account) {
    console.complain("the credentials are of account " + identity->account + ", not of " +
                     options.account);
    return std::nullopt;
  }
  if (!is_confirmed(options, identity->arn, console)) return std::nullopt;
  return identity->account;
}

ExitCode run(const SimulateOptions& options, const Console& console) {
  if (options.endpoint_url.empty() == options.account.empty()) {
    console.complain(
        "attacks are simulated against an emulator, --endpoint-url, or in an account of your own "
        "that you name, --account; say which of the two");
    return ExitCode::WrongUse;
  }
  const auto config = options.config.load(
      console, joined({options.rules.flags(), options.runbooks.flags(),
                       said({{"aws", "endpoint_url", {options.endpoint_url}, "--endpoint-url"},
                             {"aws", "region", {options.region}, "--region"}})}));
  if (!config) return ExitCode::WrongUse;
  const auto scenarios = load_scenarios(options, console);
  if (!scenarios) return ExitCode::WrongUse;
  const auto wanted = chosen(options, *scenarios, console);
  if (!wanted) return ExitCode::WrongUse;
  auto rules = read_rule_texts(config->rules.paths, console);
  auto runbooks = read_runbook_texts(config->respond.runbooks, console);
  if (!rules || !runbooks) return ExitCode::WrongUse;
  if (config->rules.defaults) {
    for (rule::RuleText& text : *read_rule_texts_or_shipped({}, console))
      rules->push_back(std::move(text));
  }
  if (config->respond.defaults) {
    for (respond::RunbookText& text : *read_runbook_texts_or_shipped({}, console))
      runbooks->push_back(std::move(text));
  }
  const std::string folder = folder_of(options);
  if (folder.empty()) {
    console.complain("where is the state of runs to be kept? --folder names a folder");
    return ExitCode::WrongUse;
  }
  const auto account = find_account(options, *config, console);
  if (!account) return ExitCode::WrongUse;

  simulate::Runner runner({.rules = std::move(*rules),
                           .runbooks = std::move(*runbooks),
                           .scenarios = *scenarios,
                           .account = *account,
                           .region = config->aws.region.empty() ? "us-east-1" : config->aws.region,
                           .endpoint_url = options.endpoint_url,
                           .folder = folder,
                           .user_agent = user_agent()});
  const finding::Palette palette =
      console.color ? finding::Palette::colored() : finding::Palette::plain();
  const bool is_human = options.output == "human";
  std::vector<simulate::Told> told;
  for (const Scenario* scenario : *wanted) {
    if (is_human) console.out << heading(*scenario, palette) << std::flush;
    told.push_back(runner.run(*scenario, [&](const simulate::Beat& beat) {
      if (is_human) console.out << line_of(beat, palette) << std::flush;
    }));
    console.out << (is_human ? ending(told.back(), palette) : to_ndjson(told.back()) + "\n")
                << std::flush;
  }
  if (!options.junit.empty()) {
    std::ofstream file(options.junit);
    file << to_junit(told);
    if (!file.flush()) {
      console.complain(options.junit + " could not be written");
      return ExitCode::Incomplete;
    }
  }
  const auto failed =
      std::count_if(told.begin(), told.end(), [](const auto& each) { return !each.ok(); });
  if (is_human)
    console.err << fmt::format("{} simulations, {} failed\n", told.size(), failed);
  return failed == 0 ? ExitCode::Done : ExitCode::CheckFailed;
}

void add_paths(CLI::App* command, SimulateOptions& options) {
  command
      ->add_option("--simulations", options.paths,
                   "Simulation file or folder; adds to the shipped ones (repeatable)")
      ->type_name("PATH")
      ->allow_extra_args(false);
  command->add_flag("--no-default-simulations", options.no_default_simulations,
                    "Leave the shipped simulations out");
  command->add_option("-o,--output", options.output, "How they are written")
      ->check(CLI::IsMember({"human", "ndjson"}))
      ->capture_default_str();
}

}  // namespace

void add_simulate(CLI::App& app, Picked& picked) {
  CLI::App* simulate =
      app.add_subcommand("simulate", "Attack an account, and see it defended and restored");
  simulate->footer("Example: riposte simulate run --all --endpoint-url http://127.0.0.1:5000");
  simulate->require_subcommand(1);

  CLI::App* listing = simulate->add_subcommand("list", "List the simulations");
  listing->footer("Example: riposte simulate list");
  const auto listed = std::make_shared<SimulateOptions>();
  add_paths(listing, *listed);
  listing->callback([listed, &picked] {
    picked.action = [listed](const Console& console) { return list(*listed, console); };
  });

  CLI::App* running = simulate->add_subcommand(
      "run", "Run simulations: attack, finding, plan, calls, proof, undo, proof");
  running->footer(
      "Example: riposte simulate run trail-stopped-by-user --endpoint-url http://127.0.0.1:5000");
  const auto ran = std::make_shared<SimulateOptions>();
  add_paths(running, *ran);
  running->add_option("simulation", ran->names, "Their names");
  running->add_flag("--all", ran->all, "All of them");
  ran->rules.add_to(*running);
  ran->runbooks.add_to(*running);
  ran->config.add_to(*running);
  running->add_option("--endpoint-url", ran->endpoint_url, "An emulator of AWS")->type_name("URL");
  running->add_option("--region", ran->region, "Where; else the configuration's, or us-east-1");
  running
      ->add_option("--account", ran->account,
                   "A real account of your own, which is attacked and put back")
      ->type_name("NUMBER");
  running->add_option("--yes-account", ran->yes_account, "The same number again: do not ask")
      ->type_name("NUMBER");
  running->add_option("--folder", ran->folder, "Where the state of runs is kept")
      ->type_name("PATH");
  running->add_option("--junit", ran->junit, "Write JUnit's XML to this file, too")
      ->type_name("FILE");
  running->callback([ran, &picked] {
    picked.action = [ran](const Console& console) { return run(*ran, console); };
  });

  CLI::App* schema = simulate->add_subcommand("schema", "Print the JSON Schema of simulations");
  schema->footer("Example: riposte simulate schema > simulation.schema.json");
  schema->callback([&picked] {
    picked.action = [](const Console& console) {
      console.out << simulate::scenario_schema();
      return ExitCode::Done;
    };
  });
}

}  // namespace riposte::cli
