// riposte runbook run RUNBOOK FINDING: this runbook for this finding, because a person wants it.
// Tested by tests/integration/respond_test.py

#include <CLI/CLI.hpp>

#include "cli/action_text.h"
#include "cli/answering.h"
#include "cli/case_text.h"
#include "cli/runbook_command.h"
#include "cli/runbooks_option.h"
#include "engine/casebook.h"

namespace riposte::cli {
namespace {

struct RunOptions {
  AnsweringOption answering;
  std::string runbook;
  std::string finding;
};

ExitCode run(const RunOptions& options, const Console& console) {
  std::optional<engine::Config> config = options.answering.load(console);
  if (!config) return ExitCode::WrongUse;
  const respond::RunbookPointer runbook =
      find_runbook(RunbooksOption::of(*config), options.runbook, console);
  if (!runbook) return ExitCode::WrongUse;
  const auto answering = Answering::open(std::move(*config), console);
  if (!answering) return ExitCode::WrongUse;

  const auto complain = [&console](const base::Error& error, ExitCode code) {
    console.complain(error.message);
    return code;
  };
  base::Result<finding::Ledger> ledger =
      finding::Ledger::open(answering->config().ledger, store::Database::Access::Read);
  if (!ledger.ok()) return complain(ledger.error(), ExitCode::WrongUse);
  const base::Result<finding::StoredFinding> finding = ledger.value().find(options.finding);
  if (!finding.ok()) return complain(finding.error(), ExitCode::WrongUse);

  respond::Responder responder(answering->means());
  engine::Answerer answerer(responder, answering->facts());
  if (runbook->is_singular()) {
    base::Result<respond::CaseStore> cases =
        respond::CaseStore::open(answering->config().ledger, store::Database::Access::Write);
    if (!cases.ok()) return complain(cases.error(), ExitCode::Incomplete);
    const base::SystemClock clock;
    engine::Casebook book({cases.value(), answering->store(), responder, ledger.value(), answerer,
                           clock, [&console](const std::string& what) { console.complain(what); }});
    const base::Result<respond::Case> one = book.open(runbook, *finding, options.answering.by);
    if (!one.ok()) return complain(one.error(), ExitCode::Incomplete);
    const auto steps = respond::Casework(cases.value(), answering->store(), clock).look(*one);
    if (!steps.ok()) return complain(steps.error(), ExitCode::Incomplete);
    console.out << line_of({*one, *steps});
    return ExitCode::Done;
  }
  const base::Result<engine::Answer> answer = answerer.run(runbook, *finding, options.answering.by);
  if (!answer.ok()) return complain(answer.error(), ExitCode::Incomplete);
  if (!answer->action)
    return complain({base::Errc::Invalid, "no plan: " + answer->no_plan}, ExitCode::CheckFailed);
  console.out << page_of(*answer->action);
  return exit_code_of(*answer->action);
}

}  // namespace

void add_runbook_run(CLI::App& runbook, Picked& picked) {
  CLI::App* command = runbook.add_subcommand(
      "run", "Answer a finding of the ledger with this runbook, within what the guard allows");
  command->footer("Example: riposte runbook run restart-trail 5b0c --config riposte.yml");
  const auto options = std::make_shared<RunOptions>();
  command->add_option("runbook", options->runbook, "Its name, or its file")->required();
  command->add_option("finding", options->finding, "Its id, or the beginning of it")->required();
  options->answering.add_to(*command);
  command->callback([options, &picked] {
    picked.action = [options](const Console& console) { return run(*options, console); };
  });
}

}  // namespace riposte::cli
