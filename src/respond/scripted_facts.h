#pragma once

// An account that was written down: the answers of a runbook's test, or of a file that somebody
// brought. A read that is not in it is no answer, and is remembered: a test that does not say what
// its plan reads is not finished.
//
// Threads: confined to its owner.

#include <string>
#include <vector>

#include "respond/named_action.h"

namespace riposte::respond {

class ScriptedFacts final : public FactReader {
 public:
  explicit ScriptedFacts(std::vector<AccountFact> facts) : facts_(std::move(facts)) {}

  base::Result<json::OwnedDocument> read(const Operation& operation,
                                         std::string_view with) override;

  bool made_by_us(const PlannedCall& call, base::EventTime about) const override;

  // Facts that nothing asked for: what a test says and its plan does not read.
  std::vector<std::string> unread() const;

 private:
  std::vector<AccountFact> facts_;
  mutable std::vector<bool> is_read_ = std::vector<bool>(facts_.size(), false);
};

}  // namespace riposte::respond
