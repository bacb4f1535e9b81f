// riposte block add|list|remove|check|sync: whom to keep out, and where.
// Tested by tests/integration/block_test.py

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/files.h"
#include "base/span.h"
#include "base/text.h"
#include "cli/answering_option.h"
#include "cli/commands.h"
#include "cli/enforced_text.h"
#include "engine/block_exemptions.h"
#include "finding/terminal_text.h"
#include "json/writer.h"

namespace riposte::cli {
namespace {

using block::Block;
using block::BlockStore;
using block::Hold;
using store::Database;

constexpr std::size_t kListBytesMax = 64 << 20;  // of --from
constexpr std::size_t kComplaintsMax = 10;       // of its lines; the rest is counted

struct BlockOptions {
  AnsweringOption answering;
  std::string output = "human";
  std::vector<std::string> networks;
  std::string from;
  std::string reason;
  std::string ttl;
  std::string scope{block::kEverywhere};
  std::string level = "medium";
  std::string key;
  bool apply = false;
};

// Configuration, store and exemptions of a run; nothing after a complaint.
struct Opened {
  engine::Config config;
  BlockStore store;
  block::Exemptions exemptions;
};
std::optional<Opened> open(const BlockOptions& options, Database::Access access,
                           const Console& console) {
  std::optional<engine::Config> config = options.answering.load(console);
  if (!config) return std::nullopt;
  if (config->ledger.empty()) {
    console.complain("which ledger? --ledger FILE, or ledger.path of the configuration");
    return std::nullopt;
  }
  base::Result<BlockStore> store = BlockStore::open(config->ledger, access);
  if (!store.ok()) {
    console.complain(store.error().message);
    return std::nullopt;
  }
  block::Exemptions exemptions = engine::exemptions_here(*config);
  return Opened{std::move(*config), std::move(store).value(), std::move(exemptions)};
}

ExitCode failed(const base::Error& error, const Console& console) {
  console.complain(error.message);
  return ExitCode::Incomplete;
}

std::string to_ndjson(const Block& block, const std::optional<std::string>& exempt) {
  json::Writer writer;
  writer.object([&] {
    writer.field("schema", "riposte.block/1");
    writer.field("network", base::to_text(block.network));
    writer.field("scope", block.scope);
    writer.field("until", base::format_time(block.until()));
    writer.field("level", rule::name_of(block.level()));
    writer.field("offence", block.offence());
    writer.text_or_null("exempt", exempt.value_or(""));
    writer.key("holds").array([&] {
      for (const Hold& hold : block.holds) {
        writer.object([&] {
          writer.field("key", hold.key);
          writer.field("by", hold.by);
          writer.field("reason", hold.reason);
          writer.field("level", rule::name_of(hold.level));
          writer.field("added", base::format_time(hold.added));
          writer.field("until", base::format_time(hold.until));
        });
      }
    });
  });
  return std::move(writer).take() + "\n";
}

std::string line_of(const Block& block, const std::optional<std::string>& exempt) {
  const Hold& last = block.holds.back();
  std::string line =
      fmt::format("{:<20} until {}  {}  {}: {}", base::to_text(block.network),
                  base::format_time(block.until()), block.scope, last.by, last.reason);
  if (block.offence() > 1) line += fmt::format(" (offence {})", block.offence());
  if (block.holds.size() > 1) line += fmt::format(" ({} holds)", block.holds.size());
  if (exempt) line += "; not enforced: " + *exempt;
  return finding::visible(line) + "\n";
}

void print(const Block& block, const std::optional<std::string>& exempt, const std::string& output,
           const Console& console) {
  console.out << (output == "ndjson" ? to_ndjson(block, exempt) : line_of(block, exempt));
}

// What was typed and what stands in --from, each with its place; nothing after a complaint.
std::optional<std::vector<std::pair<std::string, std::string>>> texts_of(
    const BlockOptions& options, const Console& console) {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const std::string& text : options.networks)
    texts.emplace_back(text, "");
  if (options.from.empty()) return texts;
  const base::Result<std::string> list = base::read_file(options.from, kListBytesMax);
  if (!list.ok()) {
    console.complain(list.error().message);
    return std::nullopt;
  }
  std::size_t number = 0;
  for (std::string_view line : base::split(*list, '\n')) {
    ++number;
    const std::string_view text = base::trim(line.substr(0, line.find('#')));
    if (!text.empty()) texts.emplace_back(text, options.from + ":" + std::to_string(number) + ": ");
  }
  return texts;
}

ExitCode add(const BlockOptions& options, const Console& console) {
  const auto texts = texts_of(options, console);
  if (!texts) return ExitCode::WrongUse;
  if (texts->empty()) {
    console.complain("whom? an address, a network, or --from FILE");
    return ExitCode::WrongUse;
  }
  std::optional<base::Millis> ttl;
  if (!options.ttl.empty()) {
    ttl = base::parse_span(options.ttl);
    if (!ttl) {
      console.complain("\"" + options.ttl + "\" is no span of time; write 30m or 12h");
      return ExitCode::WrongUse;
    }
  }
  std::vector<std::string> complaints;
  std::vector<block::BlockRequest> requests;
  for (const auto& [text, place] : *texts) {
    const std::optional<base::Network> network = block::parse_blockable(text);
    if (!network) {
      complaints.push_back(place + "\"" + text + "\" is no address and no network");
      continue;
    }
    std::string key = options.key;
    if (!key.empty() && texts->size() > 1) key += " " + base::to_text(*network);
    requests.push_back({.network = *network,
                        .scope = options.scope,
                        .by = options.answering.by,
                        .reason = options.reason,
                        .level = rule::parse_level(options.level).value_or(rule::Level::Medium),
                        .ttl = ttl,
                        .key = std::move(key)});
  }
  if (options.from.empty() && !complaints.empty()) {
    console.complain(complaints.front());
    return ExitCode::WrongUse;
  }
  std::optional<Opened> opened = open(options, Database::Access::Create, console);
  if (!opened) return ExitCode::WrongUse;
  if (!engine::is_scope(opened->config.blocks, options.scope)) {
    console.complain("there is no enforcement \"" + options.scope +
                     "\"; blocks.enforce names them");
    return ExitCode::WrongUse;
  }
  const auto answers =
      opened->store.add(requests, opened->config.blocks.terms, opened->exemptions, now());
  if (!answers.ok()) return failed(answers.error(), console);
  bool has_refusals = false;
  for (const block::BlockAnswer& answer : *answers) {
    has_refusals = has_refusals || !answer.hold;
    if (answer.hold) {
      const Block block{answer.hold->network, answer.hold->scope, {*answer.hold}};
      print(block, {}, options.output, console);
    } else {
      complaints.push_back("not blocked: " + answer.refused);
    }
  }
  for (std::size_t i = 0; i < std::min(complaints.size(), kComplaintsMax); ++i)
    console.complain(complaints[i]);
  if (complaints.size() > kComplaintsMax)
    console.complain(fmt::format("and {} more", complaints.size() - kComplaintsMax));
  if (!has_refusals) return complaints.empty() ? ExitCode::Done : ExitCode::Incomplete;
  return options.from.empty() ? ExitCode::CheckFailed : ExitCode::Incomplete;
}

ExitCode list(const BlockOptions& options, const Console& console) {
  std::optional<Opened> opened = open(options, Database::Access::Read, console);
  if (!opened) return ExitCode::WrongUse;
  const auto blocks = opened->store.live(now());
  if (!blocks.ok()) return failed(blocks.error(), console);
  for (const Block& block : *blocks)
    print(block, opened->exemptions.against(block.network, now()), options.output, console);
  if (options.output == "human") console.err << fmt::format("{} blocks\n", blocks->size());
  return ExitCode::Done;
}

std::optional<base::Network> one_network(const BlockOptions& options, const Console& console) {
  const std::optional<base::Network> network = block::parse_blockable(options.networks.front());
  if (!network)
    console.complain("\"" + options.networks.front() + "\" is no address and no network");
  return network;
}

ExitCode remove(const BlockOptions& options, const Console& console) {
  const std::optional<base::Network> network = one_network(options, console);
  if (!network) return ExitCode::WrongUse;
  std::optional<Opened> opened = open(options, Database::Access::Write, console);
  if (!opened) return ExitCode::WrongUse;
  const auto removed =
      opened->store.remove(*network, options.scope, options.answering.by, options.reason, now());
  if (!removed.ok()) return failed(removed.error(), console);
  if (*removed != 0) return ExitCode::Done;
  console.complain(base::to_text(*network) + " is not blocked in " + options.scope);
  return ExitCode::CheckFailed;
}

// Every block that keeps it out, and what stands against blocking it.
ExitCode check(const BlockOptions& options, const Console& console) {
  const std::optional<base::Network> network = one_network(options, console);
  if (!network) return ExitCode::WrongUse;
  std::optional<Opened> opened = open(options, Database::Access::Read, console);
  if (!opened) return ExitCode::WrongUse;
  const auto blocks = opened->store.live(now());
  if (!blocks.ok()) return failed(blocks.error(), console);
  bool is_blocked = false;
  for (const Block& block : *blocks) {
    if (!block.network.contains(*network)) continue;
    const std::optional<std::string> exempt = opened->exemptions.against(block.network, now());
    is_blocked = is_blocked || !exempt;
    print(block, exempt, options.output, console);
  }
  if (is_blocked) return ExitCode::Done;
  const std::optional<std::string> exempt = opened->exemptions.against(*network, now());
  console.complain(base::to_text(*network) + " is not blocked" +
                   (exempt ? ", and never is: " + *exempt : ""));
  return ExitCode::CheckFailed;
}

ExitCode sync(const BlockOptions& options, const Console& console) {
  std::optional<engine::Config> config = options.answering.load(console);
  if (!config) return ExitCode::WrongUse;
  if (config->blocks.enforcements.empty()) {
    console.complain("blocks.enforce of the configuration names nothing");
    return ExitCode::WrongUse;
  }
  const auto answering = open_answering(std::move(*config), console);
  if (!answering) return ExitCode::WrongUse;
  engine::Enforcer enforcer = answering->enforcer();
  const bool is_auto = answering->config().safety.mode == respond::Mode::Auto;
  const auto all = options.apply ? enforcer.sync(options.answering.by)
                   : is_auto     ? enforcer.sync(respond::kEngine)
                                 : enforcer.look();
  if (!all.ok()) return failed(all.error(), console);
  return tell(*all, options.output, console);
}

using Run = ExitCode (*)(const BlockOptions&, const Console&);

std::pair<CLI::App*, std::shared_ptr<BlockOptions>> add_verb(CLI::App& parent, const char* name,
                                                             const char* says, Run run,
                                                             Picked& picked) {
  CLI::App* command = parent.add_subcommand(name, says);
  const auto options = std::make_shared<BlockOptions>();
  options->answering.add_to(*command);
  command->callback([options, run, &picked] {
    picked.action = [options, run](const Console& console) { return run(*options, console); };
  });
  return {command, options};
}

void add_output(CLI::App* command, BlockOptions& options, const char* schema) {
  command->add_option("-o,--output", options.output, std::string("ndjson: ") + schema)
      ->check(CLI::IsMember({"human", "ndjson"}))
      ->capture_default_str();
}

void add_network(CLI::App* command, BlockOptions& options) {
  command->add_option("network", options.networks, "An address, or a network in CIDR notation")
      ->required()
      ->expected(1);
}

void add_scope(CLI::App* command, BlockOptions& options) {
  command->add_option("--scope", options.scope, "The name of one enforcement, or all")
      ->capture_default_str();
}

}  // namespace

void add_block(CLI::App& app, Picked& picked) {
  CLI::App* block = app.add_subcommand("block", "Keep addresses out, for a time");
  block->footer("Example: riposte block add 203.0.113.9 --reason \"ssh brute force\" --ttl 2h");
  block->require_subcommand(1);

  const auto [adding, added] =
      add_verb(*block, "add", "Block addresses; the next sync enforces it", add, picked);
  adding->footer("Example: riposte block add 203.0.113.9 --reason \"alert 7\" --idempotency-key 7");
  adding->add_option("network", added->networks, "Addresses, or networks in CIDR notation");
  adding->add_option("--from", added->from, "A file with one a line; - is standard input");
  adding->add_option("--reason", added->reason, "Why")->required();
  adding->add_option("--ttl", added->ttl, "For how long, as 30m; else blocks.ttl");
  adding
      ->add_option("--level", added->level, "How bad it is: the worst are held where room is short")
      ->check(CLI::IsMember(
          std::vector<std::string>(rule::kLevelNames.begin(), rule::kLevelNames.end())))
      ->capture_default_str();
  adding->add_option("--idempotency-key", added->key, "The same again changes nothing");
  add_scope(adding, *added);
  add_output(adding, *added, "riposte.block/1");

  const auto [listing, listed] = add_verb(*block, "list", "List who is blocked", list, picked);
  listing->footer("Example: riposte block list -o ndjson");
  add_output(listing, *listed, "riposte.block/1");

  const auto [removing, removed] =
      add_verb(*block, "remove", "Take a block back; the next sync releases", remove, picked);
  removing->footer("Example: riposte block remove 203.0.113.9 --reason \"our customer\"");
  add_network(removing, *removed);
  removing->add_option("--reason", removed->reason, "Why")->required();
  add_scope(removing, *removed);

  const auto [checking, checked] =
      add_verb(*block, "check", "Say whether an address is blocked, by whom, or why it never is",
               check, picked);
  checking->footer("Example: riposte block check 203.0.113.9");
  add_network(checking, *checked);
  add_output(checking, *checked, "riposte.block/1");

  const auto [syncing, synced] =
      add_verb(*block, "sync", "Make what is enforced equal to what is blocked", sync, picked);
  syncing->footer("Example: riposte block sync --config riposte.yml --apply");
  syncing->add_flag("--apply", synced->apply,
                    "Do it; else that is only shown, where the engine's mode is not auto");
  add_output(syncing, *synced, "riposte.enforced/1");
}

}  // namespace riposte::cli
