// riposte freeze|unfreeze: stop and resume every action at once.
// Tested by tests/integration/respond_test.py

#include <CLI/CLI.hpp>

#include "cli/answering_option.h"
#include "cli/commands.h"

namespace riposte::cli {
namespace {

struct FreezeOptions {
  AnsweringOption answering;
  std::string reason;
};

ExitCode change(const FreezeOptions& options, const Console& console, bool is_freezing) {
  const std::optional<std::string> path = options.answering.ledger.find(console);
  if (!path) return ExitCode::WrongUse;
  base::Result<respond::ActionStore> store =
      respond::ActionStore::open(*path, store::Database::Access::Create);
  if (!store.ok()) {
    console.complain(store.error().message);
    return ExitCode::WrongUse;
  }
  const std::string& by = options.answering.by;
  const base::Status changed =
      is_freezing ? store.value().freeze(by, options.reason, now()) : store.value().lift(by, now());
  if (changed.ok()) return ExitCode::Done;
  console.complain(changed.error().message);
  return changed.error().code == base::Errc::Invalid ? ExitCode::WrongUse : ExitCode::Incomplete;
}

}  // namespace

void add_freeze(CLI::App& app, Picked& picked) {
  const auto add = [&app, &picked](const char* name, const char* says, bool is_freezing) {
    CLI::App* command = app.add_subcommand(name, says);
    command->footer("Example: riposte " + std::string(name) + " --ledger riposte.db" +
                    (is_freezing ? " --reason \"let me look first\"" : ""));
    const auto options = std::make_shared<FreezeOptions>();
    options->answering.add_to(*command);
    if (is_freezing) command->add_option("--reason", options->reason, "Why")->required();
    command->callback([options, is_freezing, &picked] {
      picked.action = [options, is_freezing](const Console& console) {
        return change(*options, console, is_freezing);
      };
    });
  };
  add("freeze", "Stop every action at once, also between two calls of a plan", true);
  add("unfreeze", "Let actions go on", false);
}

}  // namespace riposte::cli
