// riposte notify test|deliver: whether channels work, and what they are owed.
// Tested by tests/integration/respond_test.py

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/answering_option.h"
#include "cli/commands.h"
#include "cli/ledger_option.h"

namespace riposte::cli {
namespace {

struct NotifyOptions {
  LedgerOption ledger;  // and the configuration
  std::vector<std::string> channels;
  bool all = false;
};

// Those that were named; nothing after a complaint.
std::optional<std::vector<const notify::ChannelTexts*>> chosen(const NotifyOptions& options,
                                                               const engine::Config& config,
                                                               const Console& console) {
  std::vector<const notify::ChannelTexts*> chosen;
  std::vector<std::string_view> names;
  for (const notify::ChannelTexts& channel : config.channels) {
    names.push_back(channel.name);
    if (options.all) chosen.push_back(&channel);
  }
  for (const std::string& name : options.channels) {
    const auto found = std::find_if(config.channels.begin(), config.channels.end(),
                                    [&name](const auto& channel) { return channel.name == name; });
    if (found == config.channels.end()) {
      const std::string near = base::nearest(name, names);
      console.complain("there is no channel \"" + name + "\"" +
                       (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
      return std::nullopt;
    }
    chosen.push_back(&*found);
  }
  if (!chosen.empty()) return chosen;
  console.complain("which channel? --all takes those of the configuration, notify.channels");
  return std::nullopt;
}

ExitCode test(const NotifyOptions& options, const Console& console) {
  const std::optional<engine::Config> config = options.ledger.config.load(console);
  if (!config) return ExitCode::WrongUse;
  const auto channels = chosen(options, *config, console);
  if (!channels) return ExitCode::WrongUse;
  const auto session = open_session(*config, console);
  if (!session) return ExitCode::WrongUse;
  engine::Channels sender(*config, *session);
  ExitCode code = ExitCode::Done;
  for (const notify::ChannelTexts* channel : *channels) {
    const base::Status sent = sender.test(*channel);
    if (sent.ok()) {
      console.out << channel->name << ": sent\n";
    } else {
      console.complain(channel->name + ": " + sent.error().message);
      code = ExitCode::Incomplete;
    }
  }
  return code;
}

ExitCode deliver(const NotifyOptions& options, const Console& console) {
  const std::optional<engine::Config> config = options.ledger.config.load(console);
  const std::optional<std::string> path = options.ledger.find(console);
  if (!config || !path) return ExitCode::WrongUse;
  const auto session = open_session(*config, console);
  if (!session) return ExitCode::WrongUse;
  auto store = respond::ActionStore::open(*path, store::Database::Access::Write);
  auto ledger = finding::Ledger::open(*path, store::Database::Access::Read);
  for (const base::Error& error :
       {store.ok() ? base::Error{} : store.error(), ledger.ok() ? base::Error{} : ledger.error()}) {
    if (error.message.empty()) continue;
    console.complain(error.message);
    return ExitCode::WrongUse;
  }
  return engine::Channels(*config, *session).deliver(store.value(), ledger.value(), complain_on(console))
             ? ExitCode::Done
             : ExitCode::Incomplete;
}

}  // namespace

void add_notify(CLI::App& app, Picked& picked) {
  CLI::App* notify =
      app.add_subcommand("notify", "Tell people, over the channels of the configuration");
  notify->footer("Example: riposte notify test --all --config riposte.yml");
  notify->require_subcommand(1);

  CLI::App* testing = notify->add_subcommand("test", "Send a message that says it is a test");
  testing->footer("Example: riposte notify test security --config riposte.yml");
  const auto tested = std::make_shared<NotifyOptions>();
  testing->add_option("channel", tested->channels, "Their names");
  testing->add_flag("--all", tested->all, "Every channel");
  tested->ledger.config.add_to(*testing);
  testing->callback([tested, &picked] {
    picked.action = [tested](const Console& console) { return test(*tested, console); };
  });

  CLI::App* delivering = notify->add_subcommand(
      "deliver", "Bring every channel what the ledger owes it; `respond` does it, too");
  delivering->footer("Example: riposte notify deliver --config riposte.yml");
  const auto delivered = std::make_shared<NotifyOptions>();
  delivered->ledger.add_to(*delivering);
  delivering->callback([delivered, &picked] {
    picked.action = [delivered](const Console& console) { return deliver(*delivered, console); };
  });
}

}  // namespace riposte::cli
