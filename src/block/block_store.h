#pragma once

// Blocks in the ledger's file: what is wanted, and what of it we ourselves put where.
//
//     add(), remove() --> one transaction --> the hold's row, an entry of the journal
//     note()          --> one transaction --> rows of what is ours there, an entry of the journal
//
// What an enforcement holds is ours only if a row here says so: an *item* is the exact text of what
// stands there, "7 deny 203.0.113.9/32". It is *intended* from before the call that makes it, and
// *made* from the answer on; whoever finds something else there has found somebody else's.
//
// Invariants
//   1. Beyond a call that returned, it is durable; before it, nothing of it.
//   2. No network that is exempt is ever added.
//   3. All rows but those of `told` can be told from the journal.
//
// The clock is the caller's. When it fails: as store::Database says; nothing of the call happened
// then.
//
// Threads: confined to its owner; several stores may have one file open.

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "block/exemptions.h"
#include "block/hold.h"
#include "block/settings.h"
#include "finding/journal.h"
#include "store/database.h"

namespace riposte::block {

inline constexpr std::size_t kReasonBytesMax = 1000;  // of a hold, and of its key

struct BlockRequest {
  base::Network network;
  std::string scope{kEverywhere};
  std::string by;
  std::string reason;
  rule::Level level = rule::Level::Medium;
  std::optional<base::Millis> ttl{};
  std::string key{};  // empty: nobody means the same again
};

// What was asked for, or why it is not blocked.
struct BlockAnswer {
  std::optional<Hold> hold{};
  bool is_new = false;  // false: the key was there already, and nothing changed
  std::string refused{};
};

enum class ItemState { Intended, Made };

// One entry of the journal about what is enforced. What is not said is empty.
struct EnforcementEntry {
  std::string kind;  // "enforcement.intended"; docs/formats/ledger.md lists them
  std::string by{};
  base::EventTime time{};
  std::string aws{};
  std::string with{};  // JSON, an object
  std::string request_id{};
  std::string code{};                   // of a refusal
  std::string message{};                // of a refusal, or why there was no answer
  bool counts = false;                  // against the calls of an hour
  std::vector<std::string> intended{};  // items, and what they are from here on
  std::vector<std::string> made{};
  std::vector<std::string> gone{};
  std::vector<std::string> going{};  // by the call that is intended: nothing changes yet
};

class BlockStore {
 public:
  static base::Result<BlockStore> open(const std::string& path, store::Database::Access access);

  // One answer for each, in their order. A refusal is an entry of the journal, too.
  base::Result<std::vector<BlockAnswer>> add(std::span<const BlockRequest> requests,
                                             const Terms& terms, const Exemptions& exemptions,
                                             base::EventTime now);

  // Takes back every live hold of exactly this network and scope; gives how many. The former
  // offences that they were are none.
  base::Result<std::size_t> remove(const base::Network& network, std::string_view scope,
                                   std::string_view by, std::string_view why, base::EventTime now);
  // The hold with this key, live or not; false where there is none.
  base::Result<bool> take_back(std::string_view key, std::string_view by, std::string_view why,
                               base::EventTime now);

  base::Result<std::vector<Block>> live(base::EventTime now);
  base::Result<std::optional<Hold>> find(std::string_view key);

  // What is ours of an enforcement.
  using Items = std::map<std::string, ItemState, std::less<>>;
  base::Result<Items> items(std::string_view enforcement);

  // Denied where all is frozen, unless the entry is to be written all the same.
  enum class WhenFrozen { Write, Refuse };
  base::Status note(std::string_view enforcement, const EnforcementEntry& entry,
                    WhenFrozen when_frozen = WhenFrozen::Write);

  // How many entries of an enforcement count since then.
  base::Result<std::uint64_t> calls_since(std::string_view enforcement, base::EventTime since);

  // What of `all` was not told yet under this name. From here on it counts as told, and what is not
  // in `all` as not.
  base::Result<std::vector<std::string>> untold(std::string_view enforcement,
                                                const std::vector<std::string>& all);

  // The latest time of any entry: the clock was there before.
  base::Result<base::EventTime> latest();

 private:
  explicit BlockStore(store::Database database) : database_(std::move(database)) {}

  base::Result<std::vector<Hold>> holds_of(std::string_view sql,
                                           std::initializer_list<store::Value> values);
  base::Result<BlockAnswer> add(const BlockRequest& request, const Terms& terms,
                                const Exemptions& exemptions, finding::Journal& journal,
                                base::EventTime now);
  base::Status take_back(const Hold& hold, std::string_view by, std::string_view why,
                         finding::Journal& journal, base::EventTime now);

  store::Database database_;
};

}  // namespace riposte::block
