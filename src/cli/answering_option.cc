#include "cli/answering_option.h"

#include <CLI/CLI.hpp>

#include "cli/version.h"

// Tested by tests/integration/respond_test.py

namespace riposte::cli {
namespace {

template <typename T>
std::unique_ptr<T> opened(base::Result<std::unique_ptr<T>> result, const Console& console) {
  if (result.ok()) return std::move(result).value();
  console.complain(result.error().message);
  return nullptr;
}

}  // namespace

void AnsweringOption::add_to(CLI::App& command) {
  ledger.add_to(command);
  command.add_option("--by", by, "Who wants it; who runs this, where nothing is said");
}

std::optional<engine::Config> AnsweringOption::load(const Console& console) const {
  return ledger.config.load(console, said({{"ledger", "path", {ledger.path}, "--ledger"}}));
}

std::string user_agent() { return "riposte/" + std::string(kVersion); }

engine::Complain complain_on(const Console& console) {
  return [&console](const std::string& what) { console.complain(what); };
}

std::unique_ptr<engine::AwsSession> open_session(const engine::Config& config,
                                                 const Console& console,
                                                 const std::string& models) {
  return opened(engine::AwsSession::open(config, {.user_agent = user_agent(), .models = models}),
                console);
}

std::unique_ptr<engine::Answering> open_answering(engine::Config config, const Console& console) {
  return opened(engine::Answering::open(std::move(config), {.user_agent = user_agent()}), console);
}

}  // namespace riposte::cli
