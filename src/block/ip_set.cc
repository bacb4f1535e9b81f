#include "block/ip_set.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "json/canonical.h"
#include "json/writer.h"

namespace riposte::block {
namespace {

std::string canonical(const json::Writer& writer) {
  base::Result<std::string> text = json::canonical(writer.text());
  CHECK(text.ok(), "parameters are written as JSON");
  return std::move(text).value();
}

// A list as it is and as it is wanted.
struct Difference {
  std::vector<std::string> strangers;  // as they are written there
  std::set<std::string> held;          // networks of ours from here on
  std::vector<std::string> adds;
  std::vector<std::string> removes;     // of ours
  std::vector<std::string> drives_out;  // of strangers, as they are written there
  Reconciled result;                    // all but the changes
};

Difference difference_of(const Enforcement& enforcement, const std::vector<Block>& blocks,
                         const ListFacts& facts, const BlockStore::Items& items,
                         const Exemptions& exemptions, base::EventTime now) {
  Difference difference;
  std::set<std::string> standing;
  std::set<std::string> others;
  for (const std::string& text : facts.networks) {
    const std::optional<base::Network> network = base::parse_network(text);
    const std::string plain = network ? base::to_text(*network) : text;
    if (items.contains(plain)) {
      standing.insert(plain);
    } else if (enforcement.is_ours) {
      difference.drives_out.push_back(text);
    } else {
      difference.strangers.push_back(text);
      others.insert(plain);
    }
  }
  std::vector<Wanted> wanted = wanted_of(blocks, enforcement.when_full);
  std::erase_if(wanted, [&](const Wanted& each) {
    return each.network.first.is_v4 != facts.is_v4 || each.network.prefix == 0 ||
           others.contains(base::to_text(each.network));
  });
  const std::size_t room =
      facts.room > difference.strangers.size() ? facts.room - difference.strangers.size() : 0;
  if (enforcement.when_full == WhenFull::Aggregate)
    wanted = merged(std::move(wanted), room, exemptions, now);
  for (const Wanted& each : wanted) {
    const std::string network = base::to_text(each.network);
    if (difference.held.size() >= room) {
      difference.result.unheld.push_back(network);
      continue;
    }
    difference.held.insert(network);
    if (!standing.contains(network)) difference.adds.push_back(network);
  }
  for (const std::string& network : standing) {
    if (!difference.held.contains(network)) {
      difference.removes.push_back(network);
    } else if (items.find(network)->second == ItemState::Intended) {
      difference.result.confirmed.push_back(network);
    }
  }
  for (const auto& [item, state] : items) {
    if (!standing.contains(item)) difference.result.lost.push_back(item);
  }
  difference.result.held = difference.held.size();
  return difference;
}

bool is_nothing(const Difference& difference) {
  return difference.adds.empty() && difference.removes.empty() && difference.drives_out.empty();
}

void write_networks(json::Writer& writer, std::string_view key,
                    const std::vector<std::string>& networks, bool is_described) {
  if (networks.empty()) return;
  writer.key(key).array([&] {
    for (const std::string& network : networks) {
      writer.object([&] {
        writer.field("Cidr", network);
        if (is_described) writer.field("Description", "blocked by riposte");
      });
    }
  });
}

}  // namespace

Reconciled reconcile_ip_set(const Enforcement& enforcement, const std::vector<Block>& blocks,
                            const ListFacts& facts, const BlockStore::Items& items,
                            const Exemptions& exemptions, base::EventTime now) {
  Difference difference = difference_of(enforcement, blocks, facts, items, exemptions, now);
  if (is_nothing(difference)) return std::move(difference.result);
  std::vector<std::string> all = difference.strangers;
  all.insert(all.end(), difference.held.begin(), difference.held.end());
  std::sort(all.begin(), all.end());
  const auto parameters = [&](const auto& addresses) {
    json::Writer writer;
    writer.object([&] {
      writer.field("Name", enforcement.set_name);
      writer.field("Id", enforcement.id);
      writer.field("Scope", enforcement.is_cloudfront ? "CLOUDFRONT" : "REGIONAL");
      writer.field("LockToken", facts.lock);
      if (!facts.description.empty()) writer.field("Description", facts.description);
      writer.field("Addresses", addresses);
    });
    return canonical(writer);
  };
  const bool releases = difference.adds.empty();
  difference.result.changes.push_back(
      {.operation = "wafv2.UpdateIPSet",
       .with = parameters(all),
       .adds = std::move(difference.adds),
       .removes = std::move(difference.removes),
       .journaled = parameters(std::to_string(all.size()) + " addresses"),
       .releases = releases});
  return std::move(difference.result);
}

Reconciled reconcile_prefix_list(const Enforcement& enforcement, const std::vector<Block>& blocks,
                                 const ListFacts& facts, const BlockStore::Items& items,
                                 const Exemptions& exemptions, base::EventTime now) {
  Difference difference = difference_of(enforcement, blocks, facts, items, exemptions, now);
  if (is_nothing(difference)) return std::move(difference.result);
  // What goes is counted first: a list that is full takes nothing before.
  std::vector<std::string>& removes = difference.removes;
  std::vector<std::string>& adds = difference.adds;
  std::vector<std::string>& drives_out = difference.drives_out;
  drives_out.resize(std::min(drives_out.size(), kPrefixChangesMax));
  removes.resize(std::min(removes.size(), kPrefixChangesMax - drives_out.size()));
  adds.resize(std::min(adds.size(), kPrefixChangesMax - drives_out.size() - removes.size()));
  std::vector<std::string> gone = drives_out;
  gone.insert(gone.end(), removes.begin(), removes.end());
  std::int64_t version = 0;
  std::from_chars(facts.lock.data(), facts.lock.data() + facts.lock.size(), version);
  json::Writer writer;
  writer.object([&] {
    writer.field("PrefixListId", enforcement.id);
    writer.field("CurrentVersion", version);
    write_networks(writer, "AddEntries", adds, true);
    write_networks(writer, "RemoveEntries", gone, false);
  });
  const bool releases = adds.empty();
  difference.result.changes.push_back({.operation = "ec2.ModifyManagedPrefixList",
                                       .with = canonical(writer),
                                       .adds = std::move(adds),
                                       .removes = std::move(removes),
                                       .releases = releases});
  return std::move(difference.result);
}

}  // namespace riposte::block
