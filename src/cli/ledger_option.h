#pragma once

// The ledger of a run, as --ledger or the configuration names it, and who runs it; shared by every
// command that has one.

#include <optional>
#include <string>

#include "cli/config_option.h"
#include "cli/console.h"
#include "finding/ledger.h"

namespace CLI {
class App;
}

namespace riposte::cli {

struct LedgerOption {
  std::string path;
  ConfigOption config{};

  void add_to(CLI::App& command);

  // Where it is, and the ledger; nothing after a complaint.
  std::optional<std::string> find(const Console& console) const;
  std::optional<finding::Ledger> open(store::Database::Access access, const Console& console) const;
};

// Wall time, for who writes into a ledger.
base::EventTime now();

// "dana", as the environment says it, or the number of the user who runs us: what is written as
// `by` when nobody said otherwise. It is a claim, not a proof.
std::string current_user();

}  // namespace riposte::cli
