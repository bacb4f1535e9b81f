#include "respond/scripted_facts.h"

#include "aws/error.h"

// Tested by src/respond/named_action_test.cc

namespace riposte::respond {

using base::Errc;
using base::Error;

base::Result<json::OwnedDocument> ScriptedFacts::read(const Operation& operation,
                                                      std::string_view with) {
  const std::string call = to_text(operation) + " " + std::string(with);
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    const AccountFact& fact = facts_[i];
    if (fact.is_ours || fact.operation != operation || fact.with != with) continue;
    is_read_[i] = true;
    if (fact.error.empty()) return json::OwnedDocument::parse(fact.answer);
    return Error{aws::classify(fact.error), call + ": " + fact.error};
  }
  return Error{Errc::Io, "it is not said what the account answers to " + call};
}

bool ScriptedFacts::made_by_us(const PlannedCall& call, base::EventTime) const {
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    const AccountFact& fact = facts_[i];
    if (!fact.is_ours || fact.operation != call.operation || fact.with != call.with) continue;
    is_read_[i] = true;
    return true;
  }
  return false;
}

std::vector<std::string> ScriptedFacts::unread() const {
  std::vector<std::string> unread;
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    if (!is_read_[i]) unread.push_back(to_text(facts_[i].operation) + " " + facts_[i].with);
  }
  return unread;
}

}  // namespace riposte::respond
