// riposte case list|show|do|skip|note|close: what people decide and do about an incident.
// Tested by tests/integration/case_test.py

#include <algorithm>
#include <functional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/action_text.h"
#include "cli/answering.h"
#include "cli/case_text.h"
#include "cli/commands.h"
#include "cli/runbooks_option.h"
#include "engine/casebook.h"

namespace riposte::cli {
namespace {

using respond::ActionStore;
using respond::Case;
using respond::CaseStore;
using respond::Casework;
using store::Database;

struct CaseOptions {
  AnsweringOption answering;
  std::string output = "human";
  std::string state = "open";
  std::string id;
  std::string step;
  std::string says;
  std::string digest;
  std::string skip_rest;
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

// The ledger as cases need it: no credentials are asked for.
class Desk {
 public:
  static base::Result<Desk> open(const std::string& path, Database::Access access) {
    CaseStore cases = TRY(CaseStore::open(path, access));
    ActionStore actions = TRY(ActionStore::open(path, access));
    return Desk(std::move(cases), std::move(actions));
  }

  CaseStore& cases() { return cases_; }
  Casework work() { return {cases_, actions_, clock_}; }

 private:
  Desk(CaseStore cases, ActionStore actions)
      : cases_(std::move(cases)), actions_(std::move(actions)) {}

  CaseStore cases_;
  ActionStore actions_;
  base::SystemClock clock_;
};

std::optional<Desk> open_desk(const CaseOptions& options, Database::Access access,
                              const Console& console) {
  const std::optional<std::string> path = options.answering.ledger.find(console);
  if (!path) return std::nullopt;
  base::Result<Desk> desk = Desk::open(*path, access);
  if (desk.ok()) return std::move(desk).value();
  console.complain(desk.error().message);
  return std::nullopt;
}

ExitCode list(const CaseOptions& options, const Console& console) {
  std::optional<Desk> desk = open_desk(options, Database::Access::Read, console);
  if (!desk) return ExitCode::WrongUse;
  const auto ids = desk->cases().list();
  if (!ids.ok()) return complain(ids.error(), console);
  std::size_t count = 0;
  for (const std::string& id : *ids) {
    const base::Result<Case> one = desk->cases().find(id);
    if (!one.ok()) return complain(one.error(), console);
    if (options.state != "all" && (options.state == "closed") != one->closed.has_value()) continue;
    const auto steps = desk->work().look(*one);
    if (!steps.ok()) return complain(steps.error(), console);
    const CasePage page{*one, *steps};
    console.out << (options.output == "ndjson" ? to_ndjson(page) + "\n" : line_of(page));
    ++count;
  }
  if (options.output == "human") console.err << fmt::format("{} cases\n", count);
  return ExitCode::Done;
}

ExitCode show(const CaseOptions& options, const Console& console) {
  const std::optional<std::string> path = options.answering.ledger.find(console);
  if (!path) return ExitCode::WrongUse;
  base::Result<Desk> desk = Desk::open(*path, Database::Access::Read);
  if (!desk.ok()) return complain(desk.error(), console);
  const base::Result<Case> one = desk.value().cases().find(options.id);
  if (!one.ok()) return complain(one.error(), console);
  const auto steps = desk.value().work().look(*one);
  if (!steps.ok()) return complain(steps.error(), console);
  if (options.output == "ndjson") {
    console.out << to_ndjson(CasePage{*one, *steps}) << '\n';
    return ExitCode::Done;
  }
  base::Result<finding::Ledger> ledger = finding::Ledger::open(*path, Database::Access::Read);
  if (!ledger.ok()) return complain(ledger.error(), console);
  engine::IncidentIndex incidents;
  const base::Status read = incidents.read(
      ledger.value(), [&console](const std::string& what) { console.complain(what); });
  if (!read.ok()) return complain(read.error(), console);
  console.out << page_of({*one, *steps, incidents.find(one->findings)}, console.width);
  return ExitCode::Done;
}

// What a person says of a case; then what is next.
ExitCode say(const CaseOptions& options, const Console& console,
             const std::function<base::Result<Case>(Casework, const Casework::Person&)>& what) {
  const std::optional<engine::Config> config = options.answering.load(console);
  std::optional<Desk> desk =
      config ? open_desk(options, Database::Access::Write, console) : std::nullopt;
  if (!desk) return ExitCode::WrongUse;
  Casework::Person person{options.answering.by, {}};
  const auto known = config->respond.approvers.find(person.name);
  if (known != config->respond.approvers.end()) person.groups = known->second;
  const base::Result<Case> one = what(desk->work(), person);
  if (!one.ok()) return complain(one.error(), console);
  const auto steps = desk->work().look(*one);
  if (!steps.ok()) return complain(steps.error(), console);
  console.out << line_of({*one, *steps});
  return ExitCode::Done;
}

ExitCode approve(const CaseOptions& options, const Case::Step& step, Answering& answering,
                 const Console& console) {
  const bool is_its = std::any_of(step.asked.begin(), step.asked.end(), [&](const auto& asked) {
    return asked.action == options.digest;
  });
  if (!is_its) {
    console.complain("the step has asked for no plan " + options.digest);
    return ExitCode::WrongUse;
  }
  const std::string& by = options.answering.by;
  const auto action = respond::Responder(answering.means())
                          .approve(options.digest, options.digest, by, answering.groups_of(by));
  if (!action.ok()) return complain(action.error(), console);
  console.out << cli::line_of(*action);
  return exit_code_of(*action);
}

ExitCode tell(const std::vector<engine::Answer>& answers, const Console& console) {
  ExitCode worst = ExitCode::Done;
  for (const engine::Answer& answer : answers) {
    if (answer.action) {
      console.out << cli::page_of(*answer.action);
      worst = std::max(worst, exit_code_of(*answer.action));
    } else {
      console.complain("no plan for " + answer.finding + ": " + answer.no_plan);
      worst = std::max(worst, answer.is_blind ? ExitCode::Incomplete : ExitCode::CheckFailed);
    }
  }
  return worst;
}

// A step that riposte does is asked for, or, with the digest that was shown, approved.
ExitCode do_ours(const CaseOptions& options, Case one, const std::string& step,
                 const Console& console) {
  std::optional<engine::Config> config = options.answering.load(console);
  if (!config) return ExitCode::WrongUse;
  const auto runbooks = load_runbooks(RunbooksOption::of(*config), console);
  if (!runbooks) return ExitCode::WrongUse;
  const auto answering = Answering::open(std::move(*config), console);
  if (!answering) return ExitCode::WrongUse;
  if (!options.digest.empty()) return approve(options, *one.find_step(step), *answering, console);
  const std::string& path = answering->config().ledger;
  base::Result<CaseStore> cases = CaseStore::open(path, Database::Access::Write);
  if (!cases.ok()) return complain(cases.error(), console);
  base::Result<finding::Ledger> ledger = finding::Ledger::open(path, Database::Access::Read);
  if (!ledger.ok()) return complain(ledger.error(), console);
  respond::Responder responder(answering->means());
  engine::Answerer answerer(responder, answering->facts());
  const base::SystemClock clock;
  engine::Casebook book({cases.value(), answering->store(), responder, ledger.value(), answerer,
                         clock, [&console](const std::string& what) { console.complain(what); }});
  const auto answers = book.ask(one, step, *runbooks, options.answering.by);
  return answers.ok() ? tell(*answers, console) : complain(answers.error(), console);
}

ExitCode do_step(const CaseOptions& options, const Console& console) {
  {
    std::optional<Desk> desk = open_desk(options, Database::Access::Read, console);
    if (!desk) return ExitCode::WrongUse;
    const base::Result<Case> one = desk->work().find_open(options.id, options.step);
    if (!one.ok()) return complain(one.error(), console);
    const Case::Step* step = one->find_step(options.step);
    if (step->is_ours()) return do_ours(options, *one, one->name_of(*step), console);
  }
  return say(options, console, [&options](Casework work, const Casework::Person& person) {
    return work.settle(options.id, options.step, person, options.says);
  });
}

ExitCode skip(const CaseOptions& options, const Console& console) {
  return say(options, console, [&options](Casework work, const Casework::Person& person) {
    return work.skip(options.id, options.step, person, options.says);
  });
}

ExitCode note(const CaseOptions& options, const Console& console) {
  return say(options, console, [&options](Casework work, const Casework::Person& person) {
    return work.note(options.id, person, options.says);
  });
}

// Findings are closed one by one: a case that is over says nothing of each.
base::Status tell_of_findings(const std::string& path, const std::string& id,
                              const Console& console) {
  CaseStore cases = TRY(CaseStore::open(path, Database::Access::Read));
  finding::Ledger ledger = TRY(finding::Ledger::open(path, Database::Access::Read));
  const Case one = TRY(cases.find(id));
  std::size_t open = 0;
  for (const std::string& finding : one.findings) {
    const finding::StoredFinding kept = TRY(ledger.find(finding));
    if (!kept.closed) ++open;
  }
  if (open > 0) console.complain(fmt::format("note: {} of its findings are open", open));
  return base::Done{};
}

ExitCode close(const CaseOptions& options, const Console& console) {
  const ExitCode code =
      say(options, console, [&options](Casework work, const Casework::Person& person) {
        return work.close(options.id, person, options.says, options.skip_rest);
      });
  const std::optional<std::string> path = options.answering.ledger.find(console);
  if (code != ExitCode::Done || !path) return code;
  const base::Status told = tell_of_findings(*path, options.id, console);
  return told.ok() ? code : complain(told.error(), console);
}

using Run = ExitCode (*)(const CaseOptions&, const Console&);

struct Verb {
  CLI::App* command;
  std::shared_ptr<CaseOptions> options;
};

// A verb with the options that all of them have.
Verb add_verb(CLI::App& parent, const char* name, const char* says, Run run, Picked& picked) {
  CLI::App* command = parent.add_subcommand(name, says);
  const auto options = std::make_shared<CaseOptions>();
  options->answering.add_to(*command);
  command->callback([options, run, &picked] {
    picked.action = [options, run](const Console& console) { return run(*options, console); };
  });
  return {command, options};
}

void add_id(const Verb& verb) {
  verb.command->add_option("id", verb.options->id, "Its id, or the beginning of it")->required();
}

void add_step(const Verb& verb) {
  verb.command
      ->add_option("step", verb.options->step, "Its name, with RUNBOOK/ where several have it")
      ->required();
}

void add_output(const Verb& verb) {
  verb.command->add_option("-o,--output", verb.options->output, "ndjson: riposte.case/1")
      ->check(CLI::IsMember({"human", "ndjson"}))
      ->capture_default_str();
}

}  // namespace

void add_case(CLI::App& app, Picked& picked) {
  CLI::App* command =
      app.add_subcommand("case", "Work through an incident that no runbook answers by itself");
  command->footer("Example: riposte case show 5b0c --ledger riposte.db");
  command->require_subcommand(1);

  const Verb listing =
      add_verb(*command, "list", "List cases in the order they were opened", list, picked);
  listing.command->footer("Example: riposte case list --ledger riposte.db --state all");
  listing.command->add_option("--state", listing.options->state, "open, closed or all")
      ->check(CLI::IsMember({"open", "closed", "all"}))
      ->capture_default_str();
  add_output(listing);

  const Verb showing =
      add_verb(*command, "show", "Show what happened, what was done, what is next, who decides",
               show, picked);
  showing.command->footer("Example: riposte case show 5b0c --ledger riposte.db");
  add_id(showing);
  add_output(showing);

  const Verb doing =
      add_verb(*command, "do", "Answer a question, say that a task is done, or ask for an action",
               do_step, picked);
  doing.command->footer("Example: riposte case do 5b0c confirm --says \"it was none of us\"");
  add_id(doing);
  add_step(doing);
  CLI::Option* says = doing.command->add_option("--says", doing.options->says,
                                                "The answer; of a task, what is worth knowing");
  doing.command
      ->add_option("--digest", doing.options->digest,
                   "Say yes to exactly the plan that was shown, and do it")
      ->excludes(says);

  const Verb skipping = add_verb(*command, "skip", "Say why a step need not be done", skip, picked);
  skipping.command->footer("Example: riposte case skip 5b0c rotate --reason \"it is deleted\"");
  add_id(skipping);
  add_step(skipping);
  skipping.command->add_option("--reason", skipping.options->says, "Why")->required();

  const Verb noting =
      add_verb(*command, "note", "Write something down, also when it is closed", note, picked);
  noting.command->footer("Example: riposte case note 5b0c \"legal was told\"");
  add_id(noting);
  noting.command->add_option("text", noting.options->says, "What")->required();

  const Verb closing =
      add_verb(*command, "close", "Say that it is over, and what was learned", close, picked);
  closing.command->footer(
      "Example: riposte case close 5b0c --lessons \"keys of people end after 90 days\"");
  add_id(closing);
  closing.command->add_option("--lessons", closing.options->says, "What was learned")->required();
  closing.command->add_option("--skip-rest", closing.options->skip_rest,
                              "Why the steps that are open need not be done");
}

}  // namespace riposte::cli
