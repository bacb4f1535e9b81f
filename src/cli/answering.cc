#include "cli/answering.h"

#include <CLI/CLI.hpp>

#include "respond/tag_reader.h"

// Tested by tests/integration/respond_test.py

namespace riposte::cli {

void AnsweringOption::add_to(CLI::App& command) {
  ledger.add_to(command);
  command.add_option("--by", by, "Who wants it; who runs this, where nothing is said");
}

std::optional<engine::Config> AnsweringOption::load(const Console& console) const {
  return ledger.config.load(console, said({{"ledger", "path", {ledger.path}, "--ledger"}}));
}

Answering::Answering(engine::Config config, std::unique_ptr<AwsSession> session,
                     respond::ActionStore store)
    : config_(std::move(config)),
      session_(std::move(session)),
      channels_(config_, *session_),
      account_(session_->account(config_, &channels_)),
      fleet_(account_, session_->clock()),
      store_(std::move(store)) {}

std::unique_ptr<Answering> Answering::open(engine::Config config, const Console& console) {
  const auto complain = [&console](const base::Error& error) {
    console.complain(error.message);
    return nullptr;
  };
  if (config.ledger.empty()) {
    console.complain("which ledger? --ledger FILE, or ledger.path of the configuration");
    return nullptr;
  }
  base::Result<respond::ActionStore> store =
      respond::ActionStore::open(config.ledger, store::Database::Access::Write);
  if (!store.ok()) return complain(store.error());
  std::unique_ptr<AwsSession> session = AwsSession::open(config, console);
  if (!session) return nullptr;
  std::unique_ptr<Answering> answering(
      new Answering(std::move(config), std::move(session), std::move(store).value()));
  base::Result<std::vector<std::string>> own = answering->account_.own_identities();
  if (!own.ok()) return complain(std::move(own).error().in("who we are cannot be found out"));
  respond::Safety safety = answering->config_.safety;
  safety.own_identities.insert(safety.own_identities.end(), own->begin(), own->end());
  answering->guard_.emplace(std::move(safety));
  return answering;
}

respond::Means Answering::means() {
  return {.account = account_,
          .store = store_,
          .guard = *guard_,
          .clock = session_->clock(),
          .look_around = [this](const respond::Plan& plan, respond::State& state) -> base::Status {
            const bool are_tags_asked =
                !config_.safety.protect.tags.empty() || !plan.runbook->protect.tags.empty();
            if (are_tags_asked) respond::read_tags(plan, account_, state);
            if (plan.runbook->limit.share_per_hour) state.fleet = fleet_.size_for(plan);
            return base::Done{};
          }};
}

engine::Answerer::Facts Answering::facts() {
  return [this](std::string_view account, std::string_view region, std::string_view runbook) {
    return std::make_unique<respond::AccountFacts>(account_, &store_, account, region, runbook);
  };
}

std::vector<std::string> Answering::groups_of(const std::string& name) const {
  const auto found = config_.respond.approvers.find(name);
  return found == config_.respond.approvers.end() ? std::vector<std::string>() : found->second;
}

}  // namespace riposte::cli
