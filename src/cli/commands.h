#pragma once

// Every command, and how it joins the tree: `add_x(app, pick)` describes it and gives `pick` what
// to run.

#include <functional>

#include "cli/console.h"

namespace CLI {
class App;
}

namespace riposte::cli {

using Action = std::function<ExitCode(const Console&)>;

// Where the command that was typed leaves its action.
struct Picked {
  Action action;
};

void add_scan(CLI::App& app, Picked& picked);
void add_rule(CLI::App& app, Picked& picked);
void add_aws(CLI::App& app, Picked& picked);
void add_replay(CLI::App& app, Picked& picked);
void add_runbook(CLI::App& app, Picked& picked);
void add_respond(CLI::App& app, Picked& picked);
void add_action(CLI::App& app, Picked& picked);
void add_case(CLI::App& app, Picked& picked);
void add_notify(CLI::App& app, Picked& picked);
void add_freeze(CLI::App& app, Picked& picked);
void add_finding(CLI::App& app, Picked& picked);
void add_config(CLI::App& app, Picked& picked);
void add_iam(CLI::App& app, Picked& picked);
void add_doctor(CLI::App& app, Picked& picked);
void add_audit(CLI::App& app, Picked& picked);
void add_completion(CLI::App& app, Picked& picked);

}  // namespace riposte::cli
