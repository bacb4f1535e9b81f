// riposte action list|show|approve|deny|undo|close: what was proposed and done, and a person's word
// on it.
// Tested by tests/integration/respond_test.py

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/action_text.h"
#include "cli/answering_option.h"
#include "cli/commands.h"
#include "cli/version.h"
#include "respond/ocsf_writer.h"

namespace riposte::cli {
namespace {

using respond::Action;
using respond::ActionState;
using respond::ActionStore;
using store::Database;

struct ActionOptions {
  AnsweringOption answering;
  std::string output = "human";
  std::vector<std::string> states;
  std::string id;
  std::string digest;
  std::string reason;
  bool force = false;
};

ExitCode complain(const base::Error& error, const Console& console) {
  console.complain(error.message);
  switch (error.code) {
    case base::Errc::NotFound:
    case base::Errc::Invalid:
      return ExitCode::WrongUse;
    case base::Errc::Denied:
    case base::Errc::Conflict:
      return ExitCode::CheckFailed;
    default:
      return ExitCode::Incomplete;
  }
}

std::optional<ActionStore> open_store(const ActionOptions& options, Database::Access access,
                                      const Console& console) {
  const std::optional<std::string> path = options.answering.ledger.find(console);
  if (!path) return std::nullopt;
  base::Result<ActionStore> store = ActionStore::open(*path, access);
  if (store.ok()) return std::move(store).value();
  console.complain(store.error().message);
  return std::nullopt;
}

// Lines for programs.
std::string text_of(const Action& action, const std::string& output) {
  if (output == "ndjson") return to_ndjson(action) + "\n";
  std::string lines;
  for (const std::string& event : respond::to_ocsf(action, kVersion))
    lines += event + "\n";
  return lines;
}

ExitCode list(const ActionOptions& options, const Console& console) {
  std::optional<ActionStore> store = open_store(options, Database::Access::Read, console);
  if (!store) return ExitCode::WrongUse;
  std::vector<ActionState> states;
  for (const std::string& name : options.states)
    states.push_back(*respond::parse_action_state(name));
  const auto digests = store->list(states);
  if (!digests.ok()) return complain(digests.error(), console);
  for (const std::string& digest : *digests) {
    const auto action = store->find(digest);
    if (!action.ok()) return complain(action.error(), console);
    console.out << (options.output == "human" ? line_of(*action)
                                              : text_of(*action, options.output));
  }
  if (options.output == "human") console.err << fmt::format("{} actions\n", digests->size());
  return ExitCode::Done;
}

ExitCode show(const ActionOptions& options, const Console& console) {
  std::optional<ActionStore> store = open_store(options, Database::Access::Read, console);
  if (!store) return ExitCode::WrongUse;
  const auto action = store->find(options.id);
  if (!action.ok()) return complain(action.error(), console);
  console.out << (options.output == "human" ? page_of(*action) : text_of(*action, options.output));
  return ExitCode::Done;
}

// What became of it, and why where a person has something to do.
ExitCode tell(const base::Result<Action>& action, const Console& console) {
  if (!action.ok()) return complain(action.error(), console);
  console.out << line_of(*action);
  const ExitCode code = exit_code_of(*action);
  if (code != ExitCode::Incomplete) return code == ExitCode::CheckFailed ? ExitCode::Done : code;
  for (const Action::Step& step : action->steps) {
    for (const std::string& says : step.says)
      console.complain(says);
  }
  return code;
}

std::unique_ptr<engine::Answering> open(const ActionOptions& options, const Console& console) {
  std::optional<engine::Config> config = options.answering.load(console);
  return config ? open_answering(std::move(*config), console) : nullptr;
}

ExitCode approve(const ActionOptions& options, const Console& console) {
  const auto answering = open(options, console);
  if (!answering) return ExitCode::WrongUse;
  const std::string& by = options.answering.by;
  return tell(respond::Responder(answering->means())
                  .approve(options.id, options.digest, by, answering->groups_of(by)),
              console);
}

ExitCode deny(const ActionOptions& options, const Console& console) {
  const auto answering = open(options, console);
  if (!answering) return ExitCode::WrongUse;
  return tell(
      respond::Responder(answering->means()).deny(options.id, options.answering.by, options.reason),
      console);
}

ExitCode undo(const ActionOptions& options, const Console& console) {
  const auto answering = open(options, console);
  if (!answering) return ExitCode::WrongUse;
  const base::Result<Action> action = answering->store().find(options.id);
  if (!action.ok()) return complain(action.error(), console);
  return tell(
      respond::Executor(answering->means())
          .undo(action->digest(), respond::UndoCause::Person, options.answering.by, options.force),
      console);
}

ExitCode close(const ActionOptions& options, const Console& console) {
  std::optional<ActionStore> store = open_store(options, Database::Access::Write, console);
  if (!store) return ExitCode::WrongUse;
  return tell(
      respond::close_action(*store, options.id, options.answering.by, options.reason, now()),
      console);
}

using Run = ExitCode (*)(const ActionOptions&, const Console&);

// A verb with the options that all of them have.
std::pair<CLI::App*, std::shared_ptr<ActionOptions>> add_verb(CLI::App& action, const char* name,
                                                              const char* says, Run run,
                                                              Picked& picked) {
  CLI::App* command = action.add_subcommand(name, says);
  const auto options = std::make_shared<ActionOptions>();
  options->answering.add_to(*command);
  command->callback([options, run, &picked] {
    picked.action = [options, run](const Console& console) { return run(*options, console); };
  });
  return {command, options};
}

void add_id(CLI::App* command, ActionOptions& options) {
  command->add_option("id", options.id, "Its digest, or the beginning of it")->required();
}

void add_output(CLI::App* command, ActionOptions& options) {
  command
      ->add_option("-o,--output", options.output,
                   "ndjson: riposte.action/1; ocsf: what it did, one event a call")
      ->check(CLI::IsMember({"human", "ndjson", "ocsf"}))
      ->capture_default_str();
}

}  // namespace

void add_action(CLI::App& app, Picked& picked) {
  CLI::App* action = app.add_subcommand("action", "Show, approve, deny and undo what runbooks do");
  action->footer("Example: riposte action list --ledger riposte.db --state asked");
  action->require_subcommand(1);

  const auto [listing, listed] =
      add_verb(*action, "list", "List actions in the order they were proposed", list, picked);
  listing->footer("Example: riposte action list --ledger riposte.db --state asked --state stuck");
  std::vector<std::string> states;
  for (const std::string_view name : respond::action_state_names())
    states.emplace_back(name);
  listing->add_option("--state", listed->states, "Only those in this state; may be repeated")
      ->check(CLI::IsMember(states));
  add_output(listing, *listed);

  const auto [showing, shown] =
      add_verb(*action, "show", "Show its plan, and what became of every step", show, picked);
  showing->footer("Example: riposte action show 5b0c --ledger riposte.db");
  add_id(showing, *shown);
  add_output(showing, *shown);

  const auto [approving, approved] =
      add_verb(*action, "approve", "Say yes to exactly what was shown, and do it", approve, picked);
  approving->footer("Example: riposte action approve 5b0c --digest 5b0c1d.. --config riposte.yml");
  add_id(approving, *approved);
  approving->add_option("--digest", approved->digest, "Of the plan that was shown, whole")
      ->required();

  const auto [denying, denied] =
      add_verb(*action, "deny", "Say no; it is not asked again", deny, picked);
  denying->footer("Example: riposte action deny 5b0c --reason \"planned work\"");
  add_id(denying, *denied);
  denying->add_option("--reason", denied->reason, "Why")->required();

  const auto [undoing, undone] =
      add_verb(*action, "undo", "Take back what stands, if it is as we left it", undo, picked);
  undoing->footer("Example: riposte action undo 5b0c --config riposte.yml");
  add_id(undoing, *undone);
  undoing->add_flag("--force", undone->force,
                    "Also where no check can tell whether it is as we left it");

  const auto [closing, closed] =
      add_verb(*action, "close", "Say that a person settled what is stuck", close, picked);
  closing->footer("Example: riposte action close 5b0c --why \"the account was closed\"");
  add_id(closing, *closed);
  closing->add_option("--why", closed->reason, "What was found, and how it was settled")
      ->required();
}

}  // namespace riposte::cli
