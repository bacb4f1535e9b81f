#include "block/hold.h"

// Tested by src/block/block_store_test.cc

#include <algorithm>
#include <tuple>

#include "json/canonical.h"
#include "json/writer.h"

namespace riposte::block {
namespace {

using base::Errc;
using base::Error;

constexpr int kMappedBits = 96;

bool is_before(const Hold& a, const Hold& b) {
  return std::tie(a.network.first, a.network.prefix, a.scope, a.added, a.key) <
         std::tie(b.network.first, b.network.prefix, b.scope, b.added, b.key);
}

bool is_same_block(const Block& block, const Hold& hold) {
  return block.network.first == hold.network.first && block.network.prefix == hold.network.prefix &&
         block.scope == hold.scope;
}

}  // namespace

std::string to_json(const Hold& hold) {
  json::Writer writer;
  writer.object([&] {
    writer.field("schema", "riposte.hold/1");
    writer.field("key", hold.key);
    writer.field("network", base::to_text(hold.network));
    writer.field("scope", hold.scope);
    writer.field("by", hold.by);
    writer.field("reason", hold.reason);
    writer.field("level", rule::name_of(hold.level));
    writer.field("offence", hold.offence);
    writer.field("added", base::format_time(hold.added));
    writer.field("until", base::format_time(hold.until));
  });
  base::Result<std::string> canonical = json::canonical(writer.text());
  CHECK(canonical.ok(), "a hold is written as JSON");
  return std::move(canonical).value();
}

base::Result<Hold> read_hold(const json::Node& node) {
  const std::optional<base::Network> network = base::parse_network(node.string_at("network"));
  const std::optional<rule::Level> level = rule::parse_level(node.string_at("level"));
  const std::optional<base::EventTime> added = base::parse_time(node.string_at("added"));
  const std::optional<base::EventTime> until = base::parse_time(node.string_at("until"));
  const json::Node* offence = node.find("offence");
  if (!network || !level || !added || !until || offence == nullptr || !offence->number())
    return Error{Errc::Invalid, "a hold of the ledger cannot be read: check it with audit verify"};
  return Hold{.key = std::string(node.string_at("key")),
              .network = *network,
              .scope = std::string(node.string_at("scope")),
              .by = std::string(node.string_at("by")),
              .reason = std::string(node.string_at("reason")),
              .level = *level,
              .offence = static_cast<std::uint64_t>(*offence->number()),
              .added = *added,
              .until = *until};
}

base::EventTime Block::until() const {
  base::EventTime latest = holds.front().until;
  for (const Hold& hold : holds)
    latest = std::max(latest, hold.until);
  return latest;
}

rule::Level Block::level() const {
  rule::Level highest = holds.front().level;
  for (const Hold& hold : holds)
    highest = std::max(highest, hold.level);
  return highest;
}

std::uint64_t Block::offence() const {
  std::uint64_t highest = 0;
  for (const Hold& hold : holds)
    highest = std::max(highest, hold.offence);
  return highest;
}

std::vector<Block> blocks_of(std::vector<Hold> holds) {
  std::sort(holds.begin(), holds.end(), is_before);
  std::vector<Block> blocks;
  for (Hold& hold : holds) {
    if (blocks.empty() || !is_same_block(blocks.back(), hold))
      blocks.push_back({hold.network, hold.scope, {}});
    blocks.back().holds.push_back(std::move(hold));
  }
  return blocks;
}

std::optional<base::Network> parse_blockable(std::string_view text) {
  std::optional<base::Network> network = base::parse_network(text);
  if (!network || network->first.is_v4 || network->prefix < kMappedBits) return network;
  static const base::Network kMapped = {*base::parse_address("::ffff:0:0"), kMappedBits};
  if (!kMapped.contains(*network)) return network;
  network->first.is_v4 = true;
  network->prefix -= kMappedBits;
  return network;
}

}  // namespace riposte::block
