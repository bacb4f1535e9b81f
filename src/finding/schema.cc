#include "finding/schema.h"

// Tested by src/finding/ledger_test.cc

namespace riposte::finding {
namespace {

constexpr std::int32_t kApplication = 0x72697031;  // "rip1"

constexpr store::Migration kMigrations[] = {
    // What a query asks of a finding is taken from its document, of which the journal has the
    // digest; no column says it a second time.
    {1, R"sql(
CREATE TABLE finding (
  id TEXT PRIMARY KEY,
  document TEXT NOT NULL,
  record TEXT,                                  -- null: none was kept
  count INTEGER NOT NULL,                       -- events
  seen INTEGER NOT NULL,                        -- commits
  first_seen INTEGER NOT NULL,                  -- milliseconds since 1970
  last_seen INTEGER NOT NULL,
  closed_at INTEGER,                            -- null: open
  closed_by TEXT,
  reason TEXT
);
CREATE TABLE position (
  source TEXT PRIMARY KEY,
  position TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE TABLE journal (
  sequence INTEGER PRIMARY KEY,
  entry TEXT NOT NULL,
  digest TEXT NOT NULL
);
CREATE TABLE journal_head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  sequence INTEGER NOT NULL,
  digest TEXT NOT NULL
);
)sql"},
    // Of an action only what it is found by: the rest is told by its entries. The audit holds every
    // row but notifications and channels against the journal.
    {2, R"sql(
ALTER TABLE journal_head ADD COLUMN latest INTEGER NOT NULL DEFAULT 0;  -- time of any entry
CREATE TABLE document (
  digest TEXT PRIMARY KEY,
  text TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE action (
  digest TEXT PRIMARY KEY,                      -- of its plan
  state TEXT NOT NULL,
  runbook TEXT NOT NULL,
  answers TEXT NOT NULL                         -- what is answered once
);
CREATE INDEX action_state ON action (state);
CREATE INDEX action_answers ON action (runbook, answers);
CREATE TABLE action_entry (
  action TEXT NOT NULL,
  sequence INTEGER NOT NULL,                    -- in the journal
  PRIMARY KEY (action, sequence)
) WITHOUT ROWID;
CREATE TABLE act (
  sequence INTEGER PRIMARY KEY,                 -- of the entry that began it
  action TEXT NOT NULL,
  at INTEGER NOT NULL,
  facts TEXT NOT NULL                           -- where, and what it touches
);
CREATE INDEX act_at ON act (at);
CREATE TABLE request (
  id TEXT PRIMARY KEY,                          -- as the service gave it
  action TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE freeze (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  by TEXT NOT NULL,
  why TEXT NOT NULL
);
CREATE TABLE notification (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  created INTEGER NOT NULL
);
CREATE TABLE channel (
  name TEXT PRIMARY KEY,
  position INTEGER NOT NULL                     -- the last notification it was told
);
CREATE TABLE dead_letter (
  channel TEXT NOT NULL,
  sequence INTEGER NOT NULL,                    -- of the notification that it never took
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (channel, sequence)
) WITHOUT ROWID;
)sql"},
    // Of blocks: who keeps whom out, and what of it is ours where it is enforced. The audit holds
    // every row but those of block_told against the journal.
    {3, R"sql(
CREATE TABLE block_hold (
  key TEXT PRIMARY KEY,
  network TEXT NOT NULL,
  scope TEXT NOT NULL,
  until INTEGER NOT NULL,
  hold TEXT NOT NULL                            -- riposte.hold/1
);
CREATE INDEX block_hold_network ON block_hold (network, scope);
CREATE INDEX block_hold_until ON block_hold (until);
CREATE TABLE block_item (
  enforcement TEXT NOT NULL,
  item TEXT NOT NULL,                           -- exactly what stands there
  state TEXT NOT NULL,                          -- intended, made
  PRIMARY KEY (enforcement, item)
) WITHOUT ROWID;
CREATE TABLE block_call (
  sequence INTEGER PRIMARY KEY,                 -- of the entry that intends it
  enforcement TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX block_call_at ON block_call (enforcement, at);
CREATE TABLE block_told (
  enforcement TEXT NOT NULL,
  what TEXT NOT NULL,                           -- that people were told of
  PRIMARY KEY (enforcement, what)
) WITHOUT ROWID;
)sql"},
    // Cases: told by their entries alone.
    {4, R"sql(
CREATE TABLE case_entry (
  case_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,                    -- in the journal
  PRIMARY KEY (case_id, sequence)
) WITHOUT ROWID;
)sql"},
    // Not in the journal: what comes of an answer is.
    {5, R"sql(
CREATE TABLE unanswered (
  finding TEXT NOT NULL,
  runbook TEXT NOT NULL,                        -- that could not ask the account
  tries INTEGER NOT NULL,
  due INTEGER NOT NULL,                         -- milliseconds since 1970
  PRIMARY KEY (finding, runbook)
) WITHOUT ROWID;
)sql"},
};

}  // namespace

store::Database::Spec ledger_spec(const std::string& path, store::Database::Access access) {
  return {.path = path, .access = access, .application = kApplication, .migrations = kMigrations};
}

}  // namespace riposte::finding
