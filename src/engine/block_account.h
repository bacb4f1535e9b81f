#pragma once

// The calls that runbooks make to ourselves, so that a block is planned, judged, journaled and
// taken back as every other call is:
//
//     riposte.AddBlock {Cidr, Reason, Key, Level, Scope, Ttl}    {"Until"}; Refused, with the
//     reason riposte.GetBlock {Key}                                     {"Held", "Until"}
//     riposte.RemoveBlock {Key}                                  {}
//
// Held is what was added by this key and not taken back, whether it lives or ran out.
//
// Threads: confined to its owner.

#include "base/clock.h"
#include "block/block_store.h"
#include "respond/account.h"
#include "respond/action.h"

namespace riposte::engine {

class BlockAccount final : public respond::Account {
 public:
  // Borrowed; all must outlive it.
  struct Parts {
    block::BlockStore& blocks;
    const block::Settings& settings;
    const block::Exemptions& exemptions;
    base::Clock& clock;
  };

  explicit BlockAccount(Parts parts) : parts_(parts) {}

  base::Result<respond::Reply> call(const respond::AccountCall& call) override;

 private:
  base::Result<respond::Reply> add(const json::Node& with, std::string_view runbook);
  base::Result<respond::Reply> get(std::string_view key);

  Parts parts_;
};

// What a scope may be: "all", or the name of an enforcement.
bool is_scope(const block::Settings& settings, std::string_view scope);

}  // namespace riposte::engine
