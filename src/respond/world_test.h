#pragma once

// Runbooks for a small account in memory (tests/support/fake_account.h), and a process that can end
// and begin again around one ledger.

#include <deque>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "finding/ledger.h"
#include "finding/schema.h"
#include "respond/responder.h"
#include "respond/samples_test.h"
#include "respond/sweeper.h"
#include "support/fake_account.h"
#include "support/virtual_clock.h"

namespace riposte::respond {

inline constexpr std::string_view kCloseDoor = R"(
runbook: close-door
title: Close the door
mode: auto
expires: 1h
steps:
  - name: door
    aws: world.PutItem
    with: {Key: door, Value: closed}
    precheck: {aws: world.GetItem, with: {Key: door}, expect: {Value: [open, ajar]}}
    undo: {aws: world.PutItem, with: {Key: door, Value: "${precheck.Value}"}}
    verify: {aws: world.GetItem, with: {Key: door}, expect: {Value: [closed]}}
)";

// No expectation after the call.
inline constexpr std::string_view kUnverified = R"(
runbook: close-door-unseen
title: Close the door
mode: auto
steps:
  - name: door
    aws: world.PutItem
    with: {Key: door, Value: closed}
    precheck: {aws: world.GetItem, with: {Key: door}}
    undo: {aws: world.PutItem, with: {Key: door, Value: "${precheck.Value}"}}
)";

// No look at all.
inline constexpr std::string_view kBlind = R"(
runbook: close-door-blindly
title: Close the door
mode: auto
steps:
  - name: door
    aws: world.PutItem
    with: {Key: door, Value: closed}
    undo: {aws: world.PutItem, with: {Key: door, Value: open}}
)";

inline constexpr std::string_view kGroup = R"(
runbook: make-group
title: Make a group
mode: auto
steps:
  - name: group
    aws: world.CreateGroup
    with: {Name: quarantine}
    undo: {aws: world.DeleteGroup, with: {Id: "${answer.Group.Id}"}}
    verify: {aws: world.ListGroups, with: {Owner: "${answer.Group.Id}"}, expect: {Groups: {Name: [quarantine]}}}
)";

// "a-fails" and "b-fails" stand for what happens then: by name, so that a test can replace them.
inline constexpr std::string_view kThreeSteps = R"(
runbook: three-steps
title: One after the other
mode: auto
steps:
  - name: a
    on_failure: a-fails
    aws: world.PutItem
    with: {Key: a, Value: "1"}
    precheck: {aws: world.GetItem, with: {Key: a}, expect: {Value: ["0"]}}
    undo: {aws: world.PutItem, with: {Key: a, Value: "0"}}
    verify: {aws: world.GetItem, with: {Key: a}, expect: {Value: ["1"]}}
  - name: b
    on_failure: b-fails
    aws: world.PutItem
    with: {Key: b, Value: "1"}
    precheck: {aws: world.GetItem, with: {Key: b}, expect: {Value: ["0"]}}
    undo: {aws: world.PutItem, with: {Key: b, Value: "0"}}
    verify: {aws: world.GetItem, with: {Key: b}, expect: {Value: ["1"]}}
  - name: c
    aws: world.PutItem
    with: {Key: c, Value: "1"}
    precheck: {aws: world.GetItem, with: {Key: c}, expect: {Value: ["0"]}}
    undo: {aws: world.PutItem, with: {Key: c, Value: "0"}}
    verify: {aws: world.GetItem, with: {Key: c}, expect: {Value: ["1"]}}
)";

inline std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string all(text);
  for (std::size_t place = all.find(from); place != std::string::npos;
       place = all.find(from, place + to.size()))
    all.replace(place, from.size(), to);
  return all;
}

class WorldTest : public testing::Test {
 protected:
  using Fault = testing_support::FakeAccount::Fault;

  void SetUp() override {
    std::string name = testing::TempDir() + "world_XXXXXX";
    folder_ = ::mkdtemp(name.data());
    safety.mode = Mode::Auto;
    safety.cool_down = base::Millis(0);
    begin_anew();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Another account, and another ledger.
  void begin_anew() {
    store_.reset();
    world = {};
    path_ = folder_ + "/" + std::to_string(++ledgers_) + ".db";
    reopen();
  }

  // The process ends, and another one begins.
  void reopen() {
    store_.reset();
    if (std::filesystem::exists(path_)) alter("DROP TRIGGER IF EXISTS cut");
    store_.emplace(ActionStore::open(path_, store::Database::Access::Create).value());
    sweeper_.reset();
  }

  ActionStore& store() { return *store_; }
  Means means() {
    return {
        .account = world, .store = *store_, .guard = guards_.emplace_back(safety), .clock = clock};
  }
  Executor executor() { return Executor(means()); }
  Responder responder() { return Responder(means()); }
  std::vector<base::Error> sweep() {
    if (!sweeper_) sweeper_.emplace(means());
    return sweeper_->sweep().value();
  }

  static Plan planned(std::string_view runbook) {
    return plan_of(replaced(replaced(runbook, "a-fails", "undo"), "b-fails", "undo")).value();
  }
  Action propose(std::string_view runbook) {
    return responder().propose(planned(runbook), "riposte").value();
  }
  Action undo(std::string_view runbook) {
    return executor().undo(planned(runbook).digest, UndoCause::Person, "dana").value();
  }
  Action find(std::string_view runbook) { return store().find(planned(runbook).digest).value(); }

  // The first call that changes something meets the fault.
  static std::function<Fault(const AccountCall&)> once(Fault fault) {
    return [fault, is_over = false](const AccountCall& call) mutable {
      if (is_over || !changes_something(call.operation)) return Fault::None;
      is_over = true;
      return fault;
    };
  }

  // Kinds of what people are to be told.
  std::vector<std::string> owed() {
    std::vector<std::string> kinds;
    EXPECT_TRUE(store()
                    .each_owed("test",
                               [&](const ActionStore::Owed& each) {
                                 kinds.push_back(each.kind);
                                 return true;
                               })
                    .ok());
    return kinds;
  }

  std::vector<std::string> complaints() const {
    auto ledger = finding::Ledger::open(path_, store::Database::Access::Write).value();
    return ledger.audit(std::nullopt).value().complaints;
  }

  // From that entry on every write fails, as if the process had ended there.
  void cut_journal_after(int entries) const {
    alter("CREATE TRIGGER cut BEFORE INSERT ON journal WHEN NEW.sequence > " +
          std::to_string(entries) + " BEGIN SELECT RAISE(ABORT, 'the process ended'); END");
  }
  void alter(const std::string& sql) const {
    store::Database database =
        store::Database::open(finding::ledger_spec(path_, store::Database::Access::Write)).value();
    ASSERT_TRUE(database.prepare(sql).value().run().ok()) << sql;
  }

  std::string whole_file() {
    EXPECT_TRUE(finding::Ledger::open(path_, store::Database::Access::Write)
                    .value()
                    .back_up(folder_ + "/copy.db")
                    .ok());
    std::ostringstream text;
    text << std::ifstream(folder_ + "/copy.db", std::ios::binary).rdbuf();
    return text.str();
  }

  testing_support::FakeAccount world;
  testing_support::VirtualClock clock;
  Safety safety;
  std::string folder_;
  std::string path_;

 private:
  int ledgers_ = 0;
  std::optional<ActionStore> store_;
  std::deque<Guard> guards_;  // each as `safety` was when it was made
  std::optional<Sweeper> sweeper_;
};

}  // namespace riposte::respond
