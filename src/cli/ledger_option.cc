#include "cli/ledger_option.h"

#include <chrono>
#include <cstdlib>

#include <CLI/CLI.hpp>
#include <unistd.h>

// Tested by tests/cli/finding_test.py

namespace riposte::cli {

void LedgerOption::add_to(CLI::App& command) {
  command.add_option("--ledger", path, "The ledger's file; else the configuration's")
      ->type_name("FILE");
  config.add_to(command);
}

std::optional<std::string> LedgerOption::find(const Console& console) const {
  if (!path.empty()) return path;
  const std::optional<engine::Config> said = config.load(console);
  if (!said) return std::nullopt;
  if (!said->ledger.empty()) return said->ledger;
  console.complain("which ledger? --ledger, RIPOSTE_LEDGER__PATH or ledger.path names it");
  return std::nullopt;
}

std::optional<finding::Ledger> LedgerOption::open(store::Database::Access access,
                                                  const Console& console) const {
  const std::optional<std::string> file = find(console);
  if (!file) return std::nullopt;
  base::Result<finding::Ledger> ledger = finding::Ledger::open(*file, access);
  if (ledger.ok()) return std::move(ledger).value();
  console.complain(ledger.error().message);
  return std::nullopt;
}

base::EventTime now() {
  return std::chrono::time_point_cast<base::Millis>(std::chrono::system_clock::now());
}

std::string current_user() {
  const char* name = std::getenv("USER");
  if (name != nullptr && *name != '\0') return name;
  return "user " + std::to_string(::geteuid());
}

}  // namespace riposte::cli
