#include "engine/enforcer.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "engine/block_facts.h"
#include "engine/list_file.h"
#include "json/scanner.h"
#include "json/writer.h"

// Tested by src/engine/enforcer_test.cc

namespace riposte::engine {
namespace {

using base::Errc;
using base::Error;
using block::Change;
using block::EnforcementEntry;
using block::EnforcementKind;
using block::ItemState;
using block::Reconciled;

constexpr base::Millis kHour = std::chrono::hours(1);
constexpr std::size_t kListedMax = 20;  // networks in one message; the rest is counted
constexpr std::string_view kCloudFrontRegion = "us-east-1";  // where its IP sets are kept

// What the refusal of a change means.
enum class Refusal {
  Gone,   // what was to be removed is not there
  Taken,  // the number is somebody else's
  Full,   // the quota is less than we thought
  Stale,  // somebody was faster
  Other,
};

Refusal refusal_of(std::string_view code) {
  if (code == "InvalidNetworkAclEntry.NotFound") return Refusal::Gone;
  if (code == "NetworkAclEntryAlreadyExists") return Refusal::Taken;
  if (code == "NetworkAclEntryLimitExceeded") return Refusal::Full;
  if (code == "WAFOptimisticLockException" || code == "PrefixListVersionMismatch" ||
      code == "IncorrectState")
    return Refusal::Stale;
  return Refusal::Other;
}

std::string some_of(const std::vector<std::string>& all) {
  const std::size_t count = std::min(all.size(), kListedMax);
  const std::string text = base::join({all.begin(), all.begin() + static_cast<long>(count)}, ", ");
  return all.size() > count ? text + " and " + std::to_string(all.size() - count) + " more" : text;
}

}  // namespace

// One enforcement, taken as far as it goes.
class Enforcer::Run {
 public:
  Run(const Parts& parts, const block::Enforcement& enforcement, std::vector<block::Block> blocks,
      std::string_view by, base::EventTime now)
      : parts_(parts),
        enforcement_(enforcement),
        blocks_(std::move(blocks)),
        by_(by),
        now_(now),
        place_{parts.means.account,
               enforcement.account.empty() ? parts.account : enforcement.account,
               enforcement.is_cloudfront    ? std::string(kCloudFrontRegion)
               : enforcement.region.empty() ? parts.region
                                            : enforcement.region} {
    enforced_.name = enforcement.name;
  }

  base::Result<Enforced> look() {
    leave_out_our_own();
    Reconciled reconciled = TRY(reconcile());
    enforced_.changes = std::move(reconciled.changes);
    if (!open_problem_.empty()) problem(open_problem_);
    return std::move(enforced_);
  }

  base::Result<Enforced> apply() {
    enforced_.is_applied = true;
    leave_out_our_own();
    for (int round = 0; round < kRoundsMax; ++round) {
      if (round > 0) TRY(wait(kIpSetEvery));
      open_problem_.clear();
      const Reconciled reconciled = TRY(reconcile());
      if (!enforced_.problems.empty()) break;
      TRY(note_found(reconciled));
      Next next = open_problem_.empty() ? Next::Go : Next::Again;
      for (const Change& change : reconciled.changes) {
        next = TRY(enforcement_.kind == EnforcementKind::File ? write_file(change) : make(change));
        if (next != Next::Go) break;
      }
      const bool has_rest =
          enforcement_.kind == EnforcementKind::PrefixList && !reconciled.changes.empty();
      if (next == Next::Stop || (next == Next::Go && !has_rest)) break;
    }
    if (!open_problem_.empty()) problem(open_problem_);
    TRY(tell());
    return std::move(enforced_);
  }

 private:
  enum class Next { Go, Again, Stop };

  // Who shows an address of ours in a log would have us block ourselves.
  void leave_out_our_own() {
    if (enforcement_.kind == EnforcementKind::File || blocks_.empty()) return;
    const base::Result<std::vector<base::Network>> own = read_own_addresses(place_);
    if (!own.ok())
      return remark("which addresses are the account's own is not known: " + own.error().message);
    block::Exemptions exemptions;
    for (const base::Network& each : *own)
      exemptions.add({each, "an address of the account itself"});
    std::erase_if(blocks_, [&](const block::Block& each) {
      const std::optional<std::string> against = exemptions.against(each.network, now_);
      if (against) remark("not blocked: " + *against);
      return against.has_value();
    });
  }

  base::Result<Reconciled> reconcile() {
    const block::BlockStore::Items items = TRY(parts_.blocks.items(enforcement_.name));
    base::Result<Reconciled> read = reconcile(items);
    Reconciled reconciled;
    if (read.ok()) {
      reconciled = std::move(read).value();
    } else if (read.error().code == Errc::Busy) {
      open_problem_ = read.error().message;
      return reconciled;
    } else {
      problem(read.error().message);
      return reconciled;
    }
    if (!reconciled.obstacle.empty() && !blocks_.empty()) remark(reconciled.obstacle);
    enforced_.held = reconciled.held;
    enforced_.unheld = reconciled.unheld;
    for (const std::string& item : reconciled.lost) {
      const bool is_drift = items.at(item) == ItemState::Made && !made_now_.contains(item);
      if (is_drift) enforced_.drifted.push_back(item);
    }
    return reconciled;
  }

  base::Result<Reconciled> reconcile(const block::BlockStore::Items& items) {
    switch (enforcement_.kind) {
      case EnforcementKind::NetworkAcl: {
        std::vector<std::string> says;
        block::AclFacts facts = TRY(read_network_acl(place_, enforcement_.id, says));
        for (const std::string& each : says)
          remark(each);
        facts.occupied = occupied_;
        if (is_full_v4_) facts.quota_v4 = std::min(facts.quota_v4, entries_of(facts, true));
        if (is_full_v6_) facts.quota_v6 = std::min(facts.quota_v6, entries_of(facts, false));
        return block::reconcile_network_acl(enforcement_, blocks_, facts, items, parts_.exemptions,
                                            now_);
      }
      case EnforcementKind::IpSet: {
        const block::ListFacts facts = TRY(read_ip_set(place_, enforcement_));
        return block::reconcile_ip_set(enforcement_, blocks_, facts, items, parts_.exemptions,
                                       now_);
      }
      case EnforcementKind::PrefixList: {
        const block::ListFacts facts = TRY(read_prefix_list(place_, enforcement_.id));
        return block::reconcile_prefix_list(enforcement_, blocks_, facts, items, parts_.exemptions,
                                            now_);
      }
      case EnforcementKind::File:
        return reconcile_file(enforcement_, blocks_);
    }
    CHECK(false, "every kind of enforcement has a reconciler");
  }

  // How many there are as AWS counts them: with the default deny, whether it is shown or not.
  static std::size_t entries_of(const block::AclFacts& facts, bool is_v4) {
    std::size_t count = 1;
    for (const block::AclEntry& entry : facts.entries) {
      const bool is_meant = !entry.is_egress && entry.number <= block::kRuleLast &&
                            (!entry.network || entry.network->first.is_v4) == is_v4;
      if (is_meant) ++count;
    }
    return count;
  }

  base::Status note_found(const Reconciled& reconciled) {
    if (reconciled.lost.empty() && reconciled.confirmed.empty()) return base::Done{};
    return note(
        {.kind = "enforcement.found", .made = reconciled.confirmed, .gone = reconciled.lost});
  }

  // Whether the budget lets another change out. What only releases is free.
  base::Result<bool> may_add(const Change& change) {
    if (change.releases) return true;
    const std::uint64_t calls = TRY(parts_.blocks.calls_since(enforcement_.name, now_ - kHour));
    if (calls < parts_.settings.calls_per_hour) return true;
    problem("it had all of its " + std::to_string(parts_.settings.calls_per_hour) +
            " calls of an hour: what is missing comes later");
    return false;
  }

  // False where all is frozen. A person may take back all the same.
  base::Result<bool> intend(const Change& change) {
    const bool is_persons = change.releases && by_ != respond::kEngine;
    const base::Status noted = note(
        {.kind = "enforcement.intended",
         .aws = change.operation,
         .with = change.journaled.empty() ? change.with : change.journaled,
         .counts = !change.adds.empty(),
         .intended = change.adds,
         .going = change.removes},
        is_persons ? block::BlockStore::WhenFrozen::Write : block::BlockStore::WhenFrozen::Refuse);
    if (noted.ok()) return true;
    if (noted.error().code != Errc::Denied) return noted.error();
    problem(noted.error().message);
    return false;
  }

  base::Result<Next> make(const Change& change) {
    if (parts_.means.stop.stop_requested())
      return Error{Errc::Cancelled, "told to stop while blocks were enforced"};
    const bool may = TRY(may_add(change)) && TRY(intend(change));
    if (!may) return Next::Stop;
    // Beyond this line the change may be made.
    const base::Result<respond::Reply> reply = place_.call(change.operation, change.with);
    if (!reply.ok()) return lost_answer(change, reply.error());
    EnforcementEntry entry{.kind = "enforcement.answered",
                           .aws = change.operation,
                           .request_id = reply->request_id,
                           .code = reply->code,
                           .message = reply->message};
    const Refusal refusal = reply->ok() ? Refusal::Gone : refusal_of(reply->code);
    if (refusal == Refusal::Gone) {
      entry.made = change.adds;
      entry.gone = change.removes;
      made_now_.insert(change.adds.begin(), change.adds.end());
      enforced_.changes.push_back(change);
      TRY(note(std::move(entry)));
      return Next::Go;
    }
    // A refusal may be that of a second sending, whose first had its effect: what was intended
    // stays so until the next reading tells.
    TRY(note(std::move(entry)));
    const std::string says = change.operation + ": " + reply->code +
                             (reply->message.empty() ? "" : ", " + reply->message);
    if (refusal == Refusal::Other) {
      problem(says);
      return Next::Stop;
    }
    open_problem_ = says;
    if (refusal == Refusal::Taken) occupy(change);
    if (refusal == Refusal::Full) (is_of_v4(change) ? is_full_v4_ : is_full_v6_) = true;
    return Next::Again;
  }

  base::Result<Next> lost_answer(const Change& change, const Error& error) {
    const bool was_sent = error.code != Errc::Invalid && error.code != Errc::Denied;
    EnforcementEntry entry{.kind = was_sent ? "enforcement.unknown" : "enforcement.answered",
                           .aws = change.operation,
                           .message = error.message};
    if (!was_sent) entry.gone = change.adds;
    TRY(note(std::move(entry)));
    if (was_sent) {
      open_problem_ = change.operation + ": " + error.message;
      return Next::Again;  // the next reading tells
    }
    problem(error.message);
    return Next::Stop;
  }

  base::Result<Next> write_file(const Change& change) {
    const bool may = TRY(may_add(change)) && TRY(intend(change));
    if (!may) return Next::Stop;
    const base::Status written = write_list(enforcement_.id, list_of(blocks_));
    TRY(note({.kind = "enforcement.answered",
              .aws = change.operation,
              .message = written.ok() ? "" : written.error().message}));
    if (written.ok()) {
      enforced_.changes.push_back(change);
    } else {
      problem(written.error().message);
    }
    return Next::Go;
  }

  void occupy(const Change& change) {
    const auto with = json::OwnedDocument::parse(change.with);
    const json::Node* number = with.ok() ? with->root().find("RuleNumber") : nullptr;
    if (number != nullptr) occupied_.insert(static_cast<int>(number->number().value_or(0)));
  }

  static bool is_of_v4(const Change& change) {
    return change.with.find("Ipv6CidrBlock") == std::string::npos;
  }

  base::Status note(EnforcementEntry entry, block::BlockStore::WhenFrozen when_frozen =
                                                block::BlockStore::WhenFrozen::Write) {
    entry.by = by_;
    entry.time = parts_.means.clock.wall();
    return parts_.blocks.note(enforcement_.name, entry, when_frozen);
  }

  base::Status wait(base::Millis span) {
    const base::SteadyTime until = parts_.means.clock.steady() + span;
    if (parts_.means.clock.wait_until(until, parts_.means.stop)) return base::Done{};
    return Error{Errc::Cancelled, "told to stop while blocks were enforced"};
  }

  void problem(std::string says) { enforced_.problems.push_back(std::move(says)); }
  void remark(const std::string& says) {
    std::vector<std::string>& all = enforced_.notes;
    if (std::find(all.begin(), all.end(), says) == all.end()) all.push_back(says);
  }

  // Each thing once, for as long as it lasts.
  base::Status tell() {
    const auto unheld = TRY(parts_.blocks.untold(enforcement_.name + " unheld", enforced_.unheld));
    if (!unheld.empty()) {
      TRY(owe("block.unheld",
              std::to_string(enforced_.unheld.size()) + " networks find no room at " +
                  enforcement_.name + ", which holds " + std::to_string(enforced_.held),
              unheld));
    }
    if (!enforced_.drifted.empty()) {
      TRY(owe("block.drifted",
              "somebody took out or changed what is blocked at " + enforcement_.name,
              enforced_.drifted));
    }
    const auto problems =
        TRY(parts_.blocks.untold(enforcement_.name + " problems", enforced_.problems));
    if (!problems.empty())
      TRY(owe("block.failed", "blocks cannot be enforced at " + enforcement_.name, problems));
    return base::Done{};
  }

  base::Status owe(std::string_view kind, const std::string& title,
                   const std::vector<std::string>& what) {
    json::Writer writer;
    writer.object([&] {
      writer.field("title", title);
      writer.field("enforcement", enforcement_.name);
      writer.field("what", some_of(what));
    });
    return parts_.means.store.owe(kind, enforcement_.name, writer.text(),
                                  parts_.means.clock.wall());
  }

  const Parts& parts_;
  const block::Enforcement& enforcement_;
  std::vector<block::Block> blocks_;
  const std::string by_;
  const base::EventTime now_;
  const Place place_;
  std::set<std::string, std::less<>> made_now_;  // items
  std::set<int> occupied_;                       // rule numbers that an answer said are taken
  bool is_full_v4_ = false;                      // an answer said so
  bool is_full_v6_ = false;
  std::string open_problem_;  // that another round may solve
  Enforced enforced_;
};

base::Result<std::vector<Enforced>> Enforcer::sync(std::string_view by) {
  const respond::ActionStore::Turn turn = TRY(parts_.means.store.take_turn());
  return each(by, true);
}

base::Result<std::vector<Enforced>> Enforcer::look() { return each(respond::kEngine, false); }

base::Result<std::vector<Enforced>> Enforcer::each(std::string_view by, bool is_applied) {
  const base::EventTime now = std::max(parts_.means.clock.wall(), TRY(parts_.blocks.latest()));
  std::vector<block::Block> live = TRY(parts_.blocks.live(now));
  std::erase_if(
      live, [&](const block::Block& each) { return parts_.exemptions.touches(each.network, now); });
  std::vector<Enforced> all;
  for (const block::Enforcement& enforcement : parts_.settings.enforcements) {
    std::vector<block::Block> blocks;
    std::copy_if(live.begin(), live.end(), std::back_inserter(blocks),
                 [&](const block::Block& each) {
                   return each.scope == block::kEverywhere || each.scope == enforcement.name;
                 });
    const std::string against = by == respond::kEngine ? hindrance(enforcement, now) : "";
    Run run(parts_, enforcement, std::move(blocks), by, now);
    all.push_back(TRY(is_applied && against.empty() ? run.apply() : run.look()));
    if (is_applied && !against.empty()) all.back().put_off = against;
  }
  return all;
}

std::string Enforcer::hindrance(const block::Enforcement& enforcement, base::EventTime now) const {
  if (parts_.safety.mode != respond::Mode::Auto)
    return "the engine's mode is " + std::string(name_of(parts_.safety.mode));
  const std::string& account = enforcement.account.empty() ? parts_.account : enforcement.account;
  for (const respond::MaintenanceWindow& window : parts_.safety.maintenance) {
    const bool is_meant =
        window.runbooks.empty() &&
        (window.accounts.empty() || std::find(window.accounts.begin(), window.accounts.end(),
                                              account) != window.accounts.end());
    if (is_meant && now >= window.from && now < window.until)
      return "maintenance until " + base::format_time(window.until);
  }
  return {};
}

}  // namespace riposte::engine
