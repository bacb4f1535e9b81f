#include "engine/answering.h"

#include "engine/block_exemptions.h"
#include "respond/tag_reader.h"

// Tested by tests/integration/respond_test.py

namespace riposte::engine {

Answering::Answering(Config config, std::unique_ptr<AwsSession> session, respond::ActionStore store,
                     block::BlockStore blocks)
    : config_(std::move(config)),
      session_(std::move(session)),
      channels_(config_, *session_),
      exemptions_(exemptions_here(config_)),
      blocks_(std::move(blocks)),
      block_account_({blocks_, config_.blocks, exemptions_, session_->clock()}),
      account_(session_->account(config_, &channels_, &block_account_)),
      fleet_(account_, session_->clock()),
      store_(std::move(store)) {}

base::Result<std::unique_ptr<Answering>> Answering::open(Config config, AwsSession::Spec spec) {
  if (config.ledger.empty()) {
    return base::Error{base::Errc::Invalid,
                       "which ledger? --ledger FILE, or ledger.path of the configuration"};
  }
  respond::ActionStore store =
      TRY(respond::ActionStore::open(config.ledger, store::Database::Access::Write));
  block::BlockStore blocks =
      TRY(block::BlockStore::open(config.ledger, store::Database::Access::Write));
  std::unique_ptr<AwsSession> session = TRY(AwsSession::open(config, std::move(spec)));
  std::unique_ptr<Answering> answering(
      new Answering(std::move(config), std::move(session), std::move(store), std::move(blocks)));
  base::Result<std::vector<std::string>> own = answering->account_.own_identities();
  if (!own.ok()) return std::move(own).error().in("who we are cannot be found out");
  const respond::Identity identity = TRY(answering->account_.identity());
  answering->number_ = identity.account;
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

Answerer::Facts Answering::facts() {
  return [this](std::string_view account, std::string_view region, std::string_view runbook) {
    return std::make_unique<respond::AccountFacts>(account_, &store_, account, region, runbook);
  };
}

Enforcer Answering::enforcer() {
  const std::string& region = session_->settings().region();
  return Enforcer({.means = means(),
                   .blocks = blocks_,
                   .settings = config_.blocks,
                   .safety = config_.safety,
                   .exemptions = exemptions_,
                   .account = number_,
                   .region = region});
}

std::vector<std::string> Answering::groups_of(const std::string& name) const {
  const auto found = config_.respond.approvers.find(name);
  return found == config_.respond.approvers.end() ? std::vector<std::string>() : found->second;
}

}  // namespace riposte::engine
