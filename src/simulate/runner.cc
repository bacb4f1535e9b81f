#include "simulate/runner.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/scan.h"
#include "json/scanner.h"
#include "match/matcher.h"
#include "respond/look.h"

// Tested by tests/integration/simulate_test.py

namespace riposte::simulate {
namespace {

using engine::Answering;
using respond::Action;
using respond::ActionState;
using respond::StepState;

constexpr std::string_view kLedger = "ledger.db";
constexpr std::string_view kLedgerOfLegitimate = "legitimate.db";
constexpr std::string_view kNoPlan = "none";  // the state of a runbook that made no plan
constexpr std::string_view kPerson = "simulation";
constexpr std::string_view kReader = "(simulation)";  // of what is owed; no channel is called so

using Snapshot = std::map<std::string, std::string>;  // what watches answered, by name

bool was_called(StepState state) {
  switch (state) {
    case StepState::Made:
    case StepState::Done:
    case StepState::Unverified:
    case StepState::Undoing:
    case StepState::Undone:
    case StepState::Left:
      return true;
    default:
      return false;
  }
}

base::Error invalid(std::string says) { return {base::Errc::Invalid, std::move(says)}; }

// Every mistake of a diagnosis, as one sentence.
std::string sentence_of(const base::Diagnostics& diagnostics) {
  std::string says;
  for (const base::Diagnostic& each : diagnostics.all()) {
    if (each.severity != base::Severity::Error) continue;
    if (!says.empty()) says += "; ";
    says += each.file + ":" + std::to_string(each.place.line) + ": " + each.message;
  }
  return says;
}

base::Result<rule::Placeholders> placeholders_of(const Names& names, const json::Value& lists) {
  rule::Placeholders placeholders;
  if (lists.is_null()) return placeholders;
  const std::string resolved = TRY(names.resolve(lists));
  const json::OwnedDocument document = TRY(json::OwnedDocument::parse(resolved));
  for (const json::Node& list : json::children(document.root())) {
    std::vector<std::string>& values = placeholders[std::string(list.key)];
    if (list.is_container()) {
      for (const json::Node& value : json::children(list))
        values.emplace_back(value.text);
    } else {
      values.emplace_back(list.text);
    }
  }
  return placeholders;
}

std::string new_run() {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";
  std::random_device random;
  std::string run = "sim-";    // what begins with our own name is protected
  for (int i = 0; i < 6; ++i)  // NOLINT(readability-magic-numbers): thirty bits
    run += kLetters[random() % kLetters.size()];
  return run;
}

class Run {
 public:
  Run(const Runner::Spec& spec, const Scenario& scenario, const Tell& tell)
      : spec_(spec), scenario_(scenario), tell_(tell), folder_(spec.folder + "/" + scenario.name) {
    told_.name = scenario.name;
    told_.title = scenario.title;
    told_.references = scenario.references;
  }

  Told run() {
    const auto begin = std::chrono::steady_clock::now();
    const base::Status done = play();
    if (!done.ok()) fail("the run ended", done.error().message);
    clean_up();
    told_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return std::move(told_);
  }

 private:
  base::Status play() {
    std::error_code failure;
    std::filesystem::create_directories(folder_, failure);
    if (failure) return base::Error{base::Errc::Io, folder_ + ": " + failure.message()};
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, failure);
    TRY(open_stage());
    TRY(recover());
    TRY(stage_->set_up(new_run()));
    TRY(read_knowledge());
    before_attack_ = TRY(look());
    const Delivery delivery = TRY(attacker_->carry_out(scenario_.attack, "attack", teller()));
    before_answer_ = TRY(look());
    TRY(scan(delivery, "attack", kLedger));
    TRY(check_findings());
    TRY(answer());
    TRY(prove_safe());
    TRY(take_back());
    return let_through();
  }

  base::Status open_stage() {
    const engine::Config config = TRY(config_for(kLedger, "{}"));
    session_ = TRY(engine::AwsSession::open(config, {.user_agent = spec_.user_agent}));
    stage_.emplace(*session_, spec_.scenarios.parts, scenario_,
                   Stage::Place{spec_.account, spec_.region, folder_});
    attacker_.emplace(*stage_, clock_, scenario_);
    return base::Done{};
  }

  // `said`: a piece of a configuration, JSON.
  base::Result<engine::Config> config_for(std::string_view ledger, const std::string& said) {
    engine::ConfigSource source;
    source.file = {scenario_.name + "/config", said};
    source.flags = {{"ledger", "path", {folder_ + "/" + std::string(ledger)}, "--ledger"},
                    {"aws", "region", {spec_.region}, "--region"}};
    if (!spec_.endpoint_url.empty())
      source.flags.push_back({"aws", "endpoint_url", {spec_.endpoint_url}, "--endpoint-url"});
    const auto document = json::OwnedDocument::parse(said);
    if (document.ok() && document->root().at("respond.mode") == nullptr)
      source.flags.push_back({"respond", "mode", {"auto"}, "simulate"});
    base::Diagnostics diagnostics;
    std::optional<engine::Config> config = engine::read_config(source, diagnostics);
    if (!config) return invalid(sentence_of(diagnostics));
    return std::move(*config);
  }

  base::Result<std::unique_ptr<Answering>> open_answering(std::string_view ledger) {
    const std::string said =
        scenario_.config.is_null() ? "{}" : TRY(stage_->names().resolve(scenario_.config));
    return Answering::open(TRY(config_for(ledger, said)),
                           {.user_agent = spec_.user_agent, .clock = &clock_});
  }

  // What an earlier run left: first riposte's own actions, then what stood on the stage.
  base::Status recover() {
    const auto undo = [this] {
      if (std::filesystem::exists(path_of(kLedger))) undo_everything();
    };
    const bool was_there = TRY(stage_->recover(complain_, undo));
    // Where the configuration names what stood on the stage, nothing is left of either.
    const bool is_known =
        scenario_.config.is_null() || stage_->names().resolve(scenario_.config).ok();
    if (!was_there && is_known) undo();
    enforced_.clear();  // what was released then is none of this run's
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
      if (!entry.path().filename().string().starts_with("left-"))
        std::filesystem::remove_all(entry.path(), ignored);
    }
    return base::Done{};
  }

  std::string path_of(std::string_view ledger) const { return folder_ + "/" + std::string(ledger); }

  base::Status read_knowledge() {
    std::vector<rule::RuleText> rules = spec_.rules;
    for (const json::Value& own : scenario_.rules.items())
      rules.push_back({scenario_.name + "/rules", TRY(stage_->names().resolve(own))});
    base::Diagnostics diagnostics;
    rules_ = rule::RuleSet::read(rules, TRY(placeholders_of(stage_->names(), scenario_.lists)),
                                 diagnostics);
    std::vector<respond::RunbookText> texts = spec_.runbooks;
    for (const json::Value& own : scenario_.playbook.items())
      texts.push_back({scenario_.name + "/playbook", json::to_json(own)});
    playbook_.runbooks = respond::read_runbooks(texts, diagnostics);
    playbook_.responses = engine::responses_of(rules_.rules());
    if (!diagnostics.ok()) return invalid(sentence_of(diagnostics));
    if (scenario_.runbooks.empty()) return base::Done{};
    const auto is_named = [this](const respond::RunbookPointer& runbook) {
      return std::find(scenario_.runbooks.begin(), scenario_.runbooks.end(), runbook->name) !=
             scenario_.runbooks.end();
    };
    std::erase_if(playbook_.runbooks, [&](const auto& runbook) { return !is_named(runbook); });
    if (playbook_.runbooks.size() == scenario_.runbooks.size()) return base::Done{};
    return invalid("not all of the runbooks are there: " + base::join(scenario_.runbooks, ", "));
  }

  base::Result<Snapshot> look() {
    Snapshot snapshot;
    for (const Watch& watch : scenario_.watch)
      snapshot[watch.name] = TRY(stage_->read(watch.call, watch.pick));
    return snapshot;
  }

  base::Status scan(const Delivery& delivery, const std::string& folder, std::string_view ledger) {
    const std::string path = folder_ + "/" + folder;
    TRY(delivery.write(path, spec_.account, spec_.region, clock_.wall()));
    engine::ScanSpec scan;
    scan.paths = {path};
    scan.level = scenario_.level;
    scan.records = finding::Triager::Records::Kept;
    const match::Matcher matcher(rules_.rules());
    engine::ScanResult result = engine::scan(scan, matcher, {});
    for (const event::Quarantined& each : result.quarantined)
      fail("a record cannot be read", each.path + ": " + each.reason);
    for (const engine::FileFailure& each : result.failures)
      fail("a file cannot be read", each.path + ": " + each.reason);
    finding::Ledger kept =
        TRY(finding::Ledger::open(path_of(ledger), store::Database::Access::Create));
    TRY(kept.commit(result.findings, {}, clock_.wall()));
    findings_ = std::move(result.findings);
    return base::Done{};
  }

  base::Status check_findings() {
    std::vector<bool> is_expected(findings_.size(), false);
    for (const ExpectedFinding& expected : scenario_.expect.findings) {
      const std::string actor =
          expected.actor.is_null() ? "" : TRY(stage_->names().resolve_text(expected.actor));
      std::size_t i = 0;
      const auto fits = [&](const finding::Finding& finding) {
        return finding.rule->name == expected.rule &&
               (actor.empty() || finding.actor.name.ends_with(actor) ||
                finding.actor.arn.ends_with(actor));
      };
      while (i < findings_.size() && (is_expected[i] || !fits(findings_[i])))
        ++i;
      if (i < findings_.size()) {
        is_expected[i] = true;
        beat(Beat::Kind::Found, says_of(findings_[i]));
      } else {
        beat(Beat::Kind::Found, expected.rule + (actor.empty() ? "" : " by " + actor),
             "not found; what was found: " + found_rules());
      }
    }
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      if (!is_expected[i]) beat(Beat::Kind::Found, says_of(findings_[i]) + " (besides)");
    }
    return base::Done{};
  }

  static std::string says_of(const finding::Finding& finding) {
    std::string says = finding.rule->title;
    if (!finding.actor.name.empty()) says += ", by " + finding.actor.name;
    return fmt::format("{} ({}, {})", says, rule::name_of(finding.rule->level), finding.rule->name);
  }

  std::string found_rules() const {
    std::vector<std::string> names;
    for (const finding::Finding& finding : findings_)
      names.push_back(finding.rule->name);
    return names.empty() ? "nothing" : base::join(names, ", ");
  }

  // A round of `respond`; the runbooks that made no plan.
  base::Result<std::vector<engine::Answer>> respond(Answering& answering) {
    std::vector<engine::Answer> without_plan;
    const bool is_well =
        TRY(engine::Round({.answering = answering,
                           .playbook = [this]() -> base::Result<engine::Round::Playbook> {
                             return playbook_;
                           },
                           .tell =
                               [&](const engine::Answer& answer) {
                                 if (!answer.action) without_plan.push_back(answer);
                               },
                           .tell_enforced =
                               [&](const std::vector<engine::Enforced>& all) {
                                 note_enforced(all, Beat::Kind::Failed);
                               },
                           .complain = complain_})
                .run());
    static_cast<void>(is_well);  // what is not was complained of
    return without_plan;
  }

  // Makes what is enforced what is blocked by now, as the next round would.
  base::Status enforce(Answering& answering, std::string_view by, Beat::Kind kind) {
    if (answering.config().blocks.enforcements.empty()) return base::Done{};
    note_enforced(TRY(answering.enforcer().sync(by)), kind);
    return base::Done{};
  }

  void note_enforced(const std::vector<engine::Enforced>& all, Beat::Kind kind) {
    for (const engine::Enforced& each : all) {
      for (const block::Change& change : each.changes)
        if (each.is_applied) enforced_.push_back(change.operation);
      for (const std::string& problem : each.problems)
        beat(kind, "blocks are enforced at " + each.name, problem);
    }
  }

  static base::Result<std::vector<Action>> actions_in(Answering& answering) {
    std::vector<Action> actions;
    for (const std::string& digest : TRY(answering.store().list()))
      actions.push_back(TRY(answering.store().find(digest)));
    return actions;
  }

  base::Status answer() {
    answering_ = TRY(open_answering(kLedger));
    const std::vector<engine::Answer> without_plan = TRY(respond(*answering_));
    check_plans(TRY(actions_in(*answering_)), without_plan);
    if (!scenario_.expect.approve.empty()) TRY(approve());
    TRY(enforce(*answering_, respond::kEngine, Beat::Kind::Failed));
    check_calls(TRY(actions_in(*answering_)));
    return check_told();
  }

  void check_plans(const std::vector<Action>& actions,
                   const std::vector<engine::Answer>& without_plan) {
    struct Answered {
      std::string runbook, state, says;
    };
    std::vector<Answered> answered;
    for (const Action& action : actions) {
      answered.push_back({action.plan.runbook->name, std::string(name_of(action.state)),
                          base::join(action.says, "; ")});
    }
    for (const engine::Answer& answer : without_plan)
      answered.push_back({answer.runbook, std::string(kNoPlan), answer.no_plan});
    for (const ExpectedPlan& expected : scenario_.expect.plans) {
      const auto found = std::find_if(answered.begin(), answered.end(), [&](const Answered& each) {
        return each.runbook == expected.runbook && each.state == expected.state;
      });
      const std::string says = expected.runbook + ": " + expected.state;
      if (found == answered.end()) {
        std::vector<std::string> others;
        for (const Answered& each : answered)
          others.push_back(each.runbook + ": " + each.state +
                           (each.says.empty() ? "" : " (" + each.says + ")"));
        beat(Beat::Kind::Plan, says,
             others.empty() ? "nothing was planned" : "there is only " + base::join(others, ", "));
      } else {
        beat(Beat::Kind::Plan, says + (found->says.empty() ? "" : " (" + found->says + ")"));
        answered.erase(found);
      }
    }
    for (const Answered& each : answered)
      beat(Beat::Kind::Plan, each.runbook + ": " + each.state,
           each.says.empty() ? "nobody expected it" : each.says);
  }

  base::Status approve() {
    const std::string& by = scenario_.expect.approve;
    for (const Action& action : TRY(actions_in(*answering_))) {
      if (action.state != ActionState::Asked) continue;
      const base::Result<Action> approved =
          respond::Responder(answering_->means())
              .approve(action.digest(), action.digest(), by, answering_->groups_of(by));
      const std::string says = by + " says yes to " + action.plan.runbook->name;
      if (!approved.ok() && approved.error().code == base::Errc::Denied) {
        // The guard has the last word: what must be done all the same is told by `calls`.
        beat(Beat::Kind::Approved, says + ", and the guard no: " + approved.error().message);
      } else if (!approved.ok()) {
        beat(Beat::Kind::Approved, says, approved.error().message);
      } else if (approved->state != ActionState::Standing) {
        beat(Beat::Kind::Approved, says, why_not_standing(*approved));
      } else {
        beat(Beat::Kind::Approved, says);
      }
    }
    return base::Done{};
  }

  static std::string why_not_standing(const Action& action) {
    std::vector<std::string> says = action.says;
    for (const Action::Step& step : action.steps)
      says.insert(says.end(), step.says.begin(), step.says.end());
    return "it is " + std::string(name_of(action.state)) + ": " + base::join(says, "; ");
  }

  // What enforces blocks comes behind the actions, as in a round. A hold in our own ledger changes
  // nothing in the account.
  void check_calls(const std::vector<Action>& actions) {
    std::vector<std::string> called;
    for (const Action& action : actions) {
      for (std::size_t i = 0; i < action.steps.size(); ++i) {
        const respond::PlannedStep& step = action.plan.steps[i];
        const respond::Operation& operation = step.call.operation;
        if (step.changes && operation.service != respond::kOwnService &&
            was_called(action.steps[i].state))
          called.push_back(to_text(operation));
      }
    }
    called.insert(called.end(), enforced_.begin(), enforced_.end());
    std::vector<std::string> expected;
    for (const respond::Operation& operation : scenario_.expect.calls)
      expected.push_back(to_text(operation));
    const bool is_right = called == expected;
    const std::string says = called.empty() ? "nothing" : base::join(called, ", ");
    beat(
        Beat::Kind::Called, says,
        is_right ? "" : "expected: " + (expected.empty() ? "nothing" : base::join(expected, ", ")));
  }

  base::Status check_told() {
    std::multimap<std::string, std::string> owed;  // body by kind
    TRY(answering_->store().each_owed(kReader, [&owed](const respond::ActionStore::Owed& each) {
      owed.emplace(each.kind, each.body);
      return true;
    }));
    for (const std::string& kind : scenario_.expect.told) {
      const auto found = owed.find(kind);
      if (found == owed.end()) {
        beat(Beat::Kind::Told, kind, "nobody is told");
        continue;
      }
      const json::OwnedDocument body = TRY(json::OwnedDocument::parse(found->second));
      const std::string_view title = body.root().string_at("title");
      beat(Beat::Kind::Told, kind + (title.empty() ? "" : ": " + std::string(title)));
    }
    return base::Done{};
  }

  base::Status prove_safe() {
    for (const Proof& proof : scenario_.expect.safe)
      TRY(prove(proof));
    const Snapshot now = TRY(look());
    for (const std::string& name : scenario_.expect.repaired)
      compare(name, before_attack_, now, Beat::Kind::Safe, name + " is as before the attack");
    return base::Done{};
  }

  base::Status prove(const Proof& proof) {
    const MadeCall made = TRY(stage_->call(proof.call, stage_->names()));
    const std::string what = to_text(proof.call.operation);
    if (!proof.refused.empty() || made.error) {
      const std::string code = made.error ? made.error->code : "";
      const std::string says =
          what + (proof.refused.empty() ? "" : " is refused with " + proof.refused);
      beat(Beat::Kind::Safe, says,
           code == proof.refused ? ""
           : code.empty()        ? "it is not refused"
                                 : "refused: " + code);
      return base::Done{};
    }
    const json::OwnedDocument answer = TRY(json::OwnedDocument::parse(aws::to_json(made.output)));
    const std::string expect =
        proof.expect.is_null() ? "" : TRY(stage_->names().resolve(proof.expect));
    const std::vector<std::string> differences =
        expect.empty() ? std::vector<std::string>() : respond::differences_from(expect, answer);
    beat(Beat::Kind::Safe, what + (expect.empty() ? "" : " " + expect),
         base::join(differences, "; "));
    return base::Done{};
  }

  void compare(const std::string& name, const Snapshot& then, const Snapshot& now, Beat::Kind kind,
               const std::string& says) {
    const std::string& before = then.find(name)->second;
    const std::string& after = now.find(name)->second;
    beat(kind, says,
         before == after ? "" : base::join(respond::differences_between(before, after), "; "));
  }

  base::Status take_back() {
    const Expectation& expect = scenario_.expect;
    if (!expect.undo && !expect.expiry) return base::Done{};
    if (expect.expiry) TRY(expire());
    std::vector<Action> actions = TRY(actions_in(*answering_));
    std::reverse(actions.begin(), actions.end());
    for (const Action& action : actions) {
      if (action.state != ActionState::Standing) continue;
      const base::Result<Action> undone =
          respond::Executor(answering_->means())
              .undo(action.digest(), respond::UndoCause::Person, kPerson);
      const std::string says = action.plan.runbook->name + ", by a person";
      beat(Beat::Kind::Undone, says,
           !undone.ok()                           ? undone.error().message
           : undone->state == ActionState::Undone ? ""
                                                  : why_not_standing(*undone));
    }
    TRY(enforce(*answering_, kPerson, Beat::Kind::Undone));
    const Snapshot now = TRY(look());
    for (const Watch& watch : scenario_.watch)
      compare(watch.name, before_answer_, now, Beat::Kind::Before,
              watch.name + " is as riposte found it");
    return base::Done{};
  }

  base::Status expire() {
    const std::vector<Action> actions = TRY(actions_in(*answering_));
    clock_.advance(*scenario_.expect.expiry);
    for (const base::Error& error : TRY(respond::Sweeper(answering_->means()).sweep()))
      complain_(error.message);
    bool has_any = false;
    for (const Action& action : actions) {
      const bool is_due = action.expires && *action.expires <= clock_.wall();
      if (action.state != ActionState::Standing || !is_due) continue;
      has_any = true;
      const Action now = TRY(answering_->store().find(action.digest()));
      beat(Beat::Kind::Undone, action.plan.runbook->name + ", when its time was over",
           now.state == ActionState::Undone ? "" : why_not_standing(now));
    }
    const std::size_t called = enforced_.size();
    TRY(enforce(*answering_, respond::kEngine, Beat::Kind::Undone));
    if (enforced_.size() > called) {
      has_any = true;
      beat(Beat::Kind::Undone,
           "blocks whose time was over: " +
               base::join({enforced_.begin() + static_cast<long>(called), enforced_.end()}, ", "));
    }
    if (!has_any) beat(Beat::Kind::Undone, "by expiry", "nothing that stands expires");
    return base::Done{};
  }

  // Who may do the same is not answered: what is planned is refused by the guard, or nothing is.
  base::Status let_through() {
    if (scenario_.legitimate.empty()) return base::Done{};
    const Delivery delivery =
        TRY(attacker_->carry_out(scenario_.legitimate, "legitimate", teller()));
    TRY(scan(delivery, "legitimate", kLedgerOfLegitimate));
    const std::unique_ptr<Answering> answering = TRY(open_answering(kLedgerOfLegitimate));
    TRY(respond(*answering));
    std::vector<std::string> answered;
    for (const Action& action : TRY(actions_in(*answering))) {
      if (action.state != ActionState::Refused)
        answered.push_back(action.plan.runbook->name + ": " + std::string(name_of(action.state)));
    }
    beat(Beat::Kind::Calm, "it finds no answer", base::join(answered, ", "));
    return base::Done{};
  }

  // What a run leaves goes, whatever came of it.
  void clean_up() {
    if (!stage_) return;
    answering_.reset();
    for (const std::string_view ledger : {kLedgerOfLegitimate, kLedger}) {
      if (!told_.ok() && std::filesystem::exists(path_of(ledger))) undo_everything(ledger);
    }
    const bool is_reset = stage_->reset(complain_);
    std::error_code ignored;
    if (is_reset && told_.ok()) std::filesystem::remove_all(folder_, ignored);
  }

  // By force: the account must be as it was, and it is ours.
  void undo_everything(std::string_view ledger = kLedger) {
    const auto answering = open_answering(ledger);
    if (!answering.ok()) return complain_(answering.error().message);
    Answering& it = **answering;
    const auto errors = respond::Sweeper(it.means()).sweep();
    if (!errors.ok()) complain_(errors.error().message);
    auto actions = actions_in(it);
    if (!actions.ok()) return complain_(actions.error().message);
    std::vector<Action>& all = actions.value();
    std::reverse(all.begin(), all.end());
    for (const Action& action : all) {
      if (!action.may_stand()) continue;
      const auto undone = respond::Executor(it.means())
                              .undo(action.digest(), respond::UndoCause::Person, kPerson, true);
      if (!undone.ok()) complain_(undone.error().message);
    }
    const base::Status released = release(it, ledger);
    if (!released.ok()) complain_(released.error().message);
  }

  // Where nothing of ours stands, what would be asked may be gone already.
  base::Status release(Answering& answering, std::string_view ledger) {
    auto blocks = TRY(block::BlockStore::open(path_of(ledger), store::Database::Access::Read));
    bool stands = false;
    for (const block::Enforcement& each : answering.config().blocks.enforcements)
      stands = stands || !TRY(blocks.items(each.name)).empty();
    return stands ? enforce(answering, kPerson, Beat::Kind::Failed) : base::Done{};
  }

  void beat(Beat::Kind kind, std::string says, std::string wrong = {}) {
    told_.beats.push_back({kind, std::move(says), std::move(wrong)});
    tell_(told_.beats.back());
  }
  void fail(std::string says, std::string wrong) {
    beat(Beat::Kind::Failed, std::move(says), std::move(wrong));
  }
  Tell teller() {
    return [this](const Beat& each) { beat(each.kind, each.says, each.wrong); };
  }

  const Runner::Spec& spec_;
  const Scenario& scenario_;
  const Tell& tell_;
  const std::string folder_;
  Told told_;
  const engine::Complain complain_ = [this](const std::string& what) { fail("complaint", what); };
  ShiftedClock clock_;
  std::unique_ptr<engine::AwsSession> session_;
  std::optional<Stage> stage_;
  std::optional<Attacker> attacker_;
  std::unique_ptr<Answering> answering_;
  rule::RuleSet rules_;
  engine::Round::Playbook playbook_;
  Snapshot before_attack_;
  Snapshot before_answer_;
  std::vector<finding::Finding> findings_;
  std::vector<std::string> enforced_;  // operations that enforced blocks, in order
};

}  // namespace

Told Runner::run(const Scenario& scenario, const Tell& tell) {
  return Run(spec_, scenario, tell).run();
}

}  // namespace riposte::simulate
