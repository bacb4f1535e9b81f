// Random plans, in an account that fails in every way, changed by others meanwhile, by a process
// that ends at any entry of the journal, again and again. When all is quiet at last:
//
//   no call has had its effect twice
//   every effect has its intent in the journal
//   what was done stands with its record, or was taken back, or a person was told
//   the journal holds, and says what is so
//
// RIPOSTE_CASES says how many stories to try, RIPOSTE_SEED where to begin. A failure prints the
// seed that shows it alone.

#include <cstdlib>
#include <map>
#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "respond/world_test.h"

namespace riposte::respond {
namespace {

using testing::IsEmpty;
using Fault = testing_support::FakeAccount::Fault;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  std::size_t pick(std::size_t count) { return random_() % count; }
  bool chance(int percent) { return pick(100) < static_cast<std::size_t>(percent); }

  std::string runbook() {
    std::string text = "runbook: made\ntitle: Made\nmode: auto\nexpires: 1h\nsteps:\n";
    const std::size_t steps = 1 + pick(4);
    for (std::size_t i = 0; i < steps; ++i)
      text += step(i);
    return text;
  }

  Fault fault() {
    constexpr Fault kFaults[] = {Fault::Refuse,     Fault::Throttle,  Fault::Unsent,
                                 Fault::LostBefore, Fault::LostAfter, Fault::FaultBefore,
                                 Fault::FaultAfter};
    return kFaults[pick(std::size(kFaults))];
  }

 private:
  std::string step(std::size_t i) {
    constexpr const char* kOnFailures[] = {"undo", "stop", "continue"};
    const std::string get = fmt::format("{{aws: world.GetItem, with: {{Key: k{}}}", i);
    std::string text = fmt::format("  - name: s{}\n    on_failure: {}\n", i, kOnFailures[pick(3)]);
    if (chance(20)) {
      return text +
             fmt::format(
                 "    aws: world.CreateGroup\n    with: {{Name: n{0}}}\n"
                 "    undo: {{aws: world.DeleteGroup, with: {{Id: \"${{answer.Group.Id}}\"}}}}\n"
                 "    verify: {{aws: world.ListGroups, with: {{}}, expect: {{Groups: {{Name: "
                 "[n{0}]}}}}}}\n",
                 i);
    }
    text += fmt::format("    aws: world.PutItem\n    with: {{Key: k{}, Value: new}}\n", i);
    const bool has_precheck = chance(85);
    if (has_precheck)
      text += "    precheck: " + get + (chance(80) ? ", expect: {Value: [old]}}\n" : "}\n");
    text += fmt::format("    undo: {{aws: world.PutItem, with: {{Key: k{}, Value: {}}}}}\n", i,
                        has_precheck ? "\"${precheck.Value}\"" : "old");
    if (chance(75)) text += "    verify: " + get + ", expect: {Value: [new]}}\n";
    return text;
  }

  std::mt19937_64 random_;
};

class ExecutorFaultTest : public WorldTest {
 protected:
  // An intent, as the journal has it.
  struct Intent {
    std::size_t step;
    bool is_undo;
  };

  std::map<std::string, Intent> intents() const {
    std::map<std::string, Intent> all;
    store::Database database =
        store::Database::open(finding::ledger_spec(path_, store::Database::Access::Write)).value();
    store::Statement select =
        database
            .prepare(
                "SELECT json_extract(entry, '$.body.idempotency'), json_extract(entry, "
                "'$.body.step'), json_extract(entry, '$.body.phase') FROM journal WHERE "
                "json_extract(entry, '$.kind') = 'call.intended'")
            .value();
    EXPECT_TRUE(select.begin({}).ok());
    while (select.next().value())
      all[select.text(0)] = {static_cast<std::size_t>(select.integer(1)), select.text(2) == "undo"};
    return all;
  }

  void tell_a_story(std::uint64_t seed) {
    Maker maker(seed);
    begin_anew();
    for (int i = 0; i < 5; ++i)
      world.items["k" + std::to_string(i)] = maker.chance(95) ? "old" : "new";
    const Plan plan = plan_of(maker.runbook()).value();
    if (maker.chance(30)) world.lag = 1 + static_cast<int>(maker.pick(3));

    const int fault_chance = static_cast<int>(maker.pick(4)) * 10;
    const int change_chance = maker.chance(30) ? 5 : 0;
    world.before_call = [&](const AccountCall&) {
      if (maker.chance(change_chance))
        world.items["k" + std::to_string(maker.pick(5))] = fmt::format("other-{}", ++others_);
      return maker.chance(fault_chance) ? maker.fault() : Fault::None;
    };
    if (maker.chance(80)) cut_journal_after(1 + static_cast<int>(maker.pick(40)));
    const auto proposed = responder().propose(plan, "riposte");
    restart(maker);
    if (maker.chance(50) && store().read(plan.digest).value())
      static_cast<void>(executor().undo(plan.digest, UndoCause::Person, "dana"));
    if (maker.chance(30)) clock.advance(std::chrono::hours(2));
    restart(maker);
    if (maker.chance(20)) {
      EXPECT_TRUE(store().freeze("dana", "", clock.wall()).ok());
      sweep();
      EXPECT_TRUE(store().lift("dana", clock.wall()).ok());
    }

    world.before_call = nullptr;
    reopen();
    sweep();
    sweep();
    check(plan);
  }

  void restart(Maker& maker) {
    const std::size_t restarts = maker.pick(4);
    for (std::size_t i = 0; i < restarts; ++i) {
      reopen();
      if (maker.chance(60))
        cut_journal_after(static_cast<int>(entries() + static_cast<std::int64_t>(maker.pick(12))));
      Sweeper sweeper(means());
      static_cast<void>(sweeper.sweep());
    }
    reopen();
  }

  std::int64_t entries() const {
    store::Database database =
        store::Database::open(finding::ledger_spec(path_, store::Database::Access::Write)).value();
    store::Statement select = database.prepare("SELECT count(*) FROM journal").value();
    EXPECT_TRUE(select.begin({}).ok() && select.next().value());
    return select.integer(0);
  }

  void check(const Plan& plan) {
    const std::map<std::string, Intent> known = intents();
    std::vector<int> done(plan.steps.size());
    std::vector<int> undone(plan.steps.size());
    for (const auto& [token, count] : world.effects) {
      EXPECT_EQ(count, 1) << "a call had its effect twice: " << token;
      ASSERT_TRUE(known.contains(token)) << "an effect without an intent";
      const Intent& intent = known.at(token);
      ++(intent.is_undo ? undone : done)[intent.step];
    }
    EXPECT_THAT(complaints(), IsEmpty());
    const std::optional<Action> action = store().read(plan.digest).value();
    if (!action) {
      EXPECT_THAT(world.effects, IsEmpty());
      return;
    }
    const ActionState state = action->state;
    const bool stands = state == ActionState::Standing || state == ActionState::Stuck;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
      const StepState step = action->steps[i].state;
      const bool has_effect = done[i] > undone[i];
      if (has_effect && (step == StepState::Waiting || step == StepState::Skipped ||
                         step == StepState::Failed || step == StepState::Undone))
        ADD_FAILURE() << "step " << i << " stands, and is " << name_of(step);
      if (has_effect) {
        EXPECT_TRUE(stands) << "step " << i << " stands, and the action is " << name_of(state);
      }
      if (step == StepState::Done || step == StepState::Made || step == StepState::Unverified) {
        EXPECT_EQ(done[i], 1) << i;
        EXPECT_EQ(undone[i], 0) << i;
      }
      EXPECT_LE(undone[i], done[i]) << "nothing is taken back that was not done";
    }
    EXPECT_THAT(state,
                testing::AnyOf(ActionState::Standing, ActionState::Undone, ActionState::Failed,
                               ActionState::Refused, ActionState::Stuck));
    const std::vector<std::string> told = owed();
    EXPECT_THAT(told, testing::Contains("action." + std::string(name_of(state))));
    ++ends_[std::string(name_of(state))];
  }

  int others_ = 0;
  std::map<std::string, int> ends_;
};

TEST_F(ExecutorFaultTest, WhateverHappensNothingIsDoneTwiceAndNothingIsLost) {
  const std::uint64_t cases = from_environment("RIPOSTE_CASES", 150);
  const std::uint64_t seed = from_environment("RIPOSTE_SEED", 1);
  for (std::uint64_t done = 0; done < cases; ++done) {
    tell_a_story(seed + done);
    ASSERT_FALSE(HasFailure()) << "RIPOSTE_SEED=" << seed + done << " RIPOSTE_CASES=1";
  }
  for (const auto& [end, count] : ends_)
    RecordProperty(end, count);
  if (cases < 100) return;
  for (const char* end : {"standing", "undone", "failed", "stuck"})
    EXPECT_GT(ends_[end], 0) << "no story ends so: " << end;
}

}  // namespace
}  // namespace riposte::respond
