#include "respond/action_store.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "finding/journal.h"
#include "finding/schema.h"
#include "json/scanner.h"
#include "respond/action_entry.h"
#include "respond/plan_reader.h"
#include "respond/reach.h"

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;
using finding::Journal;
using store::Statement;
using store::Transaction;

std::int64_t millis(base::EventTime time) { return time.time_since_epoch().count(); }
base::EventTime time_of(std::int64_t millis_since_1970) {
  return base::EventTime(base::Millis(millis_since_1970));
}

Act act_of(std::string_view facts) {
  const json::OwnedDocument document = json::OwnedDocument::parse(facts).value();
  const json::Node& root = document.root();
  Act act;
  act.time = time_of(static_cast<std::int64_t>(root.find("at")->number().value_or(0)));
  act.runbook = root.string_at("runbook");
  act.account = root.string_at("account");
  act.region = root.string_at("region");
  act.idempotency = root.string_at("answers");
  for (const json::Node& target : json::children(*root.find("targets")))
    act.targets.emplace_back(target.text);
  return act;
}

// What may wait for the next entry that may not: a way between an intent and an end. Power that
// fails there leaves an intent whose outcome is read from the account, or a plan that is made anew.
bool may_wait(const ActionEntry& entry) {
  // What only the answer tells, as the id of what was made, cannot be had again.
  if (entry.by != kEngine || !entry.answer.empty()) return false;
  return entry.kind == "action.allowed" || entry.kind == "action.running" ||
         entry.kind == "call.answered" || entry.kind == "call.unknown" ||
         entry.kind == "call.settled" || entry.kind.starts_with("step.");
}

// Of commits from here on. In WAL mode NORMAL leaves them in order and whole, and does not wait for
// the disk (https://www.sqlite.org/pragma.html#pragma_synchronous).
base::Status set_waiting(store::Database& database, bool waits) {
  Statement set =
      TRY(database.prepare(waits ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"));
  return set.run();
}

}  // namespace

base::Result<ActionStore> ActionStore::open(const std::string& path,
                                            store::Database::Access access) {
  store::Database database = TRY(store::Database::open(finding::ledger_spec(path, access)));
  return ActionStore(std::move(database), path);
}

base::Result<Action> ActionStore::propose(const Plan& plan, ActionEntry entry) {
  std::optional<Action> known = TRY(read(plan.digest));
  if (known && !known->may_be_asked_anew()) {
    return Error{Errc::Conflict,
                 "this plan is there already: " + std::string(name_of(known->state))};
  }
  Action action = known ? std::move(*known) : Action();
  action.plan = plan;
  entry.plan = to_json(plan);
  entry.policy = policy_json(*plan.runbook);
  TRY(write(action, entry, WhenFrozen::Write));
  return action;
}

base::Result<Action> ActionStore::append(const Action& seen, const ActionEntry& entry,
                                         WhenFrozen when_frozen) {
  Action action = seen;
  TRY(write(action, entry, when_frozen));
  return action;
}

base::Status ActionStore::write(Action& action, const ActionEntry& entry, WhenFrozen when_frozen) {
  if (!may_wait(entry)) return write_entry(action, entry, when_frozen);
  TRY(set_waiting(database_, false));
  base::Status written = write_entry(action, entry, when_frozen);
  TRY(set_waiting(database_, true));
  return written;
}

base::Status ActionStore::write_entry(Action& action, const ActionEntry& entry,
                                      WhenFrozen when_frozen) {
  const std::string_view digest = action.digest();
  Transaction transaction = TRY(database_.begin());
  Statement last =
      TRY(database_.prepare("SELECT max(sequence) FROM action_entry WHERE action = ?"));
  TRY(last.begin({digest}));
  TRY(last.next());
  if (last.integer(0) != action.version)
    return Error{Errc::Conflict, "somebody else changed the action meanwhile"};
  const std::optional<std::string> is_frozen = TRY(frozen());
  if (is_frozen && when_frozen == WhenFrozen::Refuse)
    return Error{Errc::Denied, "everything is frozen: " + *is_frozen};

  const bool was_running = action.state == ActionState::Running && action.version != 0;
  action.add(entry);
  const bool begins = entry.state == ActionState::Running && !was_running;
  const std::string facts = begins ? facts_json(action.plan, entry.time) : std::string();

  Statement keep =
      TRY(database_.prepare("INSERT OR IGNORE INTO document (digest, text) VALUES (?, ?)"));
  for (const auto& [name, text, its_digest] : documents_of(entry))
    TRY(keep.run(std::string_view(its_digest), std::string_view(text)));
  Journal journal = TRY(Journal::open(database_));
  const std::string body = body_of(entry, action.plan, facts);
  TRY(journal.append({entry.time, entry.kind, digest, entry.by, body}));
  const std::int64_t sequence = journal.head().sequence;

  Statement row = TRY(
      database_.prepare("INSERT INTO action (digest, state, runbook, answers) VALUES (?, ?, ?, ?) "
                        "ON CONFLICT (digest) DO UPDATE SET state = excluded.state"));
  TRY(row.run(digest, name_of(action.state), std::string_view(action.plan.runbook->name),
              std::string_view(action.plan.idempotency)));
  Statement index =
      TRY(database_.prepare("INSERT INTO action_entry (action, sequence) VALUES (?, ?)"));
  TRY(index.run(digest, sequence));
  if (begins) {
    Statement act =
        TRY(database_.prepare("INSERT INTO act (sequence, action, at, facts) VALUES (?, ?, ?, ?)"));
    TRY(act.run(sequence, digest, millis(entry.time), std::string_view(facts)));
  }
  if (!entry.request_id.empty()) {
    Statement request =
        TRY(database_.prepare("INSERT OR REPLACE INTO request (id, action) VALUES (?, ?)"));
    TRY(request.run(std::string_view(entry.request_id), digest));
  }
  if (is_told(entry.kind, action.plan)) {
    const std::string told = notification_json(action, entry);
    Statement owe = TRY(database_.prepare(
        "INSERT INTO notification (kind, subject, body, created) VALUES (?, ?, ?, ?)"));
    TRY(owe.run(std::string_view(entry.kind), digest, std::string_view(told), millis(entry.time)));
  }
  TRY(transaction.commit());
  // Beyond this line the entry is there, and on the disk unless it may wait.
  action.version = sequence;
  return base::Done{};
}

base::Result<std::string> ActionStore::document(std::string_view digest) {
  Statement select = TRY(database_.prepare("SELECT text FROM document WHERE digest = ?"));
  TRY(select.begin({digest}));
  const bool is_there = TRY(select.next());
  if (!is_there) {
    return Error{Errc::Invalid, "document " + std::string(digest) +
                                    " is not in the ledger: check it with audit verify"};
  }
  return select.text(0);
}

base::Result<ActionEntry> ActionStore::read_entry(std::string_view text) {
  return entry_of(text, [this](std::string_view digest) { return document(digest); });
}

base::Result<std::optional<Action>> ActionStore::read(std::string_view digest, std::int64_t last) {
  Statement select = TRY(database_.prepare(
      "SELECT journal.sequence, journal.entry FROM action_entry JOIN journal USING (sequence) "
      "WHERE action = ? AND sequence <= ? ORDER BY sequence"));
  TRY(select.begin({digest, last}));
  std::optional<Action> action;
  while (TRY(select.next())) {
    const ActionEntry entry = TRY(read_entry(select.text(1)));
    if (!action) {
      if (entry.plan.empty())
        return Error{Errc::Invalid, "the first entry of an action brings no plan"};
      action.emplace();
      action->plan = TRY(read_plan(entry.plan, entry.policy));
    }
    if (entry.step && *entry.step >= action->plan.steps.size())
      return Error{Errc::Invalid, "an entry speaks of a step that the plan does not have"};
    action->add(entry);
    action->version = select.integer(0);
  }
  return action;
}

base::Result<Action> ActionStore::find(std::string_view digest) {
  Statement select = TRY(database_.prepare(
      "SELECT digest FROM action WHERE digest >= ? AND digest < ? || char(1114111) "
      "ORDER BY digest LIMIT 2"));
  TRY(select.begin({digest, digest}));
  const bool is_there = !digest.empty() && TRY(select.next());
  if (!is_there) return Error{Errc::NotFound, "there is no action " + std::string(digest)};
  const std::string whole = select.text(0);
  const bool has_more = TRY(select.next());
  if (has_more) {
    return Error{Errc::Invalid, "several actions begin with " + std::string(digest) +
                                    "; write more of the digest"};
  }
  std::optional<Action> action = TRY(read(whole));
  if (!action) return Error{Errc::Invalid, "action " + whole + " has no entries in the journal"};
  return std::move(*action);
}

base::Result<std::vector<std::string>> ActionStore::list(const std::vector<ActionState>& states) {
  std::string sql = "SELECT digest FROM action JOIN action_entry ON action = digest WHERE 1 ";
  if (!states.empty()) {
    sql += "AND state IN (";
    for (ActionState state : states)
      sql.append("'").append(name_of(state)).append("',");
    sql.back() = ')';
  }
  sql += " GROUP BY digest ORDER BY min(sequence)";
  Statement select = TRY(database_.prepare(sql));
  TRY(select.begin({}));
  std::vector<std::string> digests;
  while (TRY(select.next()))
    digests.push_back(select.text(0));
  return digests;
}

base::Result<State> ActionStore::state_for(const Plan& plan, base::EventTime now) {
  const Transaction view = TRY(database_.begin_reading());
  State state;
  state.now = now;
  state.latest = TRY(latest());
  state.frozen = TRY(frozen());
  const std::optional<Action> own = TRY(read(plan.digest));
  std::int64_t own_act = 0;
  if (own && own->state == ActionState::Running) {
    Statement last = TRY(database_.prepare("SELECT max(sequence) FROM act WHERE action = ?"));
    TRY(last.begin({plan.digest}));
    TRY(last.next());
    own_act = last.integer(0);
  }
  if (own) {
    state.question = State::Question{own->requester, own->asked};
    state.approvals = own->approvals;
  }
  Statement acts = TRY(database_.prepare("SELECT facts FROM act WHERE at > ? AND sequence <> ?"));
  TRY(acts.begin({millis(now - kTugTime), own_act}));
  while (TRY(acts.next()))
    state.acts.push_back(act_of(acts.text(0)));

  Statement same = TRY(database_.prepare(
      "SELECT digest FROM action WHERE runbook = ? AND answers = ? AND digest <> ?"));
  TRY(same.begin({plan.runbook->name, plan.idempotency, plan.digest}));
  while (TRY(same.next())) {
    const std::optional<Action> other = TRY(read(same.text(0)));
    if (other && other->is_answer()) {
      state.answered.emplace(std::pair(plan.runbook->name, plan.idempotency),
                             other->begun.value_or(other->asked));
    }
  }

  Statement record = TRY(database_.prepare("SELECT record FROM finding WHERE id = ?"));
  TRY(record.begin({plan.finding}));
  const bool has_record = TRY(record.next());
  if (!has_record) return state;
  const auto event = json::OwnedDocument::parse(record.text(0));
  if (!event.ok()) return state;
  for (std::string_view path : {"requestID", "detail.requestID"}) {
    const std::string_view id = event.value().root().string_at(path);
    if (!id.empty()) state.is_own_call = state.is_own_call || TRY(is_own(id));
  }
  return state;
}

base::Status ActionStore::set_freeze(std::string_view kind, std::string_view by,
                                     std::string_view why, base::EventTime now) {
  Journal journal = TRY(Journal::open(database_));
  const std::string body = freeze_json(why);
  TRY(journal.append({now, kind, "everything", by, body}));
  Statement owe = TRY(database_.prepare(
      "INSERT INTO notification (kind, subject, body, created) VALUES (?, ?, ?, ?)"));
  return owe.run(kind, "everything", std::string_view(freeze_notification_json(by, why)),
                 millis(now));
}

base::Status ActionStore::freeze(std::string_view by, std::string_view why, base::EventTime now) {
  Transaction transaction = TRY(database_.begin());
  Statement set =
      TRY(database_.prepare("INSERT OR REPLACE INTO freeze (one, by, why) VALUES (1, ?, ?)"));
  TRY(set.run(by, why));
  TRY(set_freeze("freeze.set", by, why, now));
  return transaction.commit();
}

base::Status ActionStore::lift(std::string_view by, base::EventTime now) {
  Transaction transaction = TRY(database_.begin());
  const std::optional<std::string> is_frozen = TRY(frozen());
  if (!is_frozen) return Error{Errc::Invalid, "nothing is frozen"};
  Statement clear = TRY(database_.prepare("DELETE FROM freeze"));
  TRY(clear.run());
  TRY(set_freeze("freeze.lifted", by, "", now));
  return transaction.commit();
}

base::Result<std::optional<std::string>> ActionStore::frozen() {
  Statement select = TRY(database_.prepare("SELECT by, why FROM freeze"));
  TRY(select.begin({}));
  const bool is_frozen = TRY(select.next());
  if (!is_frozen) return std::optional<std::string>();
  const std::string why = select.text(1);
  return std::optional(select.text(0) + (why.empty() ? "" : ", " + why));
}

base::Result<bool> ActionStore::is_own(std::string_view request_id) {
  Statement select = TRY(database_.prepare("SELECT 1 FROM request WHERE id = ?"));
  TRY(select.begin({request_id}));
  return select.next();
}

base::Result<bool> ActionStore::has_made(const PlannedCall& call, base::EventTime about) {
  Statement acts =
      TRY(database_.prepare("SELECT DISTINCT action FROM act WHERE at > ? AND at < ?"));
  TRY(acts.begin({millis(about - kTugTime), millis(about + kClocksDiffer)}));
  const auto is_it = [&call](const PlannedCall& made) {
    return made.operation == call.operation && made.with == call.with;
  };
  while (TRY(acts.next())) {
    const std::optional<Action> action = TRY(read(acts.text(0)));
    if (!action) continue;
    for (const PlannedStep& step : action->plan.steps) {
      if (is_it(step.call) || (step.undo && is_it(*step.undo))) return true;
    }
  }
  return false;
}

base::Result<base::EventTime> ActionStore::latest() {
  return TRY(Journal::open(database_)).latest();
}

base::Result<std::vector<ActionStore::Unanswered>> ActionStore::unanswered(base::EventTime now) {
  Statement select =
      TRY(database_.prepare("SELECT finding, runbook, tries FROM unanswered WHERE due <= ? ORDER "
                            "BY due, finding, runbook"));
  TRY(select.begin({millis(now)}));
  std::vector<Unanswered> all;
  while (TRY(select.next()))
    all.push_back({select.text(0), select.text(1), static_cast<std::uint64_t>(select.integer(2))});
  return all;
}

base::Status ActionStore::put_off(const Unanswered& answer, base::EventTime due) {
  Statement insert = TRY(database_.prepare(
      "INSERT OR REPLACE INTO unanswered (finding, runbook, tries, due) VALUES (?, ?, ?, ?)"));
  return insert.run(std::string_view(answer.finding), std::string_view(answer.runbook),
                    static_cast<std::int64_t>(answer.tries), millis(due));
}

base::Status ActionStore::forget(const Unanswered& answer) {
  Statement remove =
      TRY(database_.prepare("DELETE FROM unanswered WHERE finding = ? AND runbook = ?"));
  return remove.run(std::string_view(answer.finding), std::string_view(answer.runbook));
}

ActionStore::Turn::~Turn() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

base::Result<ActionStore::Turn> ActionStore::take_turn() {
  const std::string path = path_ + ".turn";
  constexpr int kOwnerOnly = 0600;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) return base::system_error(errno).in(path);
  Turn turn(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return turn;
  if (errno != EWOULDBLOCK) return base::system_error(errno).in(path);
  return Error{Errc::Busy, "somebody else is carrying out actions of this ledger"};
}

base::Status ActionStore::start_channel(std::string_view channel) {
  Statement start =
      TRY(database_.prepare("INSERT OR IGNORE INTO channel (name, position) "
                            "VALUES (?, (SELECT coalesce(max(sequence), 0) FROM notification))"));
  return start.run(channel);
}

base::Status ActionStore::each_owed(std::string_view channel,
                                    const std::function<bool(const Owed&)>& take) {
  Statement select = TRY(database_.prepare(
      "SELECT sequence, kind, subject, body, created FROM notification WHERE sequence > "
      "coalesce((SELECT position FROM channel WHERE name = ?), 0) ORDER BY sequence"));
  TRY(select.begin({channel}));
  while (TRY(select.next())) {
    const bool goes_on = take({select.integer(0), select.text(1), select.text(2), select.text(3),
                               time_of(select.integer(4))});
    if (!goes_on) break;
  }
  return base::Done{};
}

base::Status ActionStore::acknowledge(std::string_view channel, std::int64_t sequence) {
  Statement move = TRY(database_.prepare(
      "INSERT INTO channel (name, position) VALUES (?, ?) "
      "ON CONFLICT (name) DO UPDATE SET position = max(position, excluded.position)"));
  return move.run(channel, sequence);
}

base::Status ActionStore::bury(std::string_view channel, std::int64_t sequence,
                               std::string_view reason, base::EventTime now) {
  Statement insert = TRY(database_.prepare(
      "INSERT OR IGNORE INTO dead_letter (channel, sequence, reason, at) VALUES (?, ?, ?, ?)"));
  return insert.run(channel, sequence, reason, millis(now));
}

base::Status ActionStore::owe(std::string_view kind, std::string_view subject,
                              std::string_view body, base::EventTime now) {
  Statement insert = TRY(database_.prepare(
      "INSERT INTO notification (kind, subject, body, created) VALUES (?, ?, ?, ?)"));
  return insert.run(kind, subject, body, millis(now));
}

}  // namespace riposte::respond
