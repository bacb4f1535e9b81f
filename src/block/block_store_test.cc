#include "block/block_store.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "finding/ledger.h"
#include "finding/schema.h"

namespace riposte::block {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const base::EventTime kNow = base::parse_time("2026-01-31T12:00:00Z").value();

class BlockStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "blocks_XXXXXX";
    folder_ = ::mkdtemp(name.data());
    store_.emplace(BlockStore::open(path(), store::Database::Access::Create).value());
  }
  void TearDown() override {
    EXPECT_THAT(complaints(), IsEmpty()) << "rows and journal say the same, whatever was done";
    std::filesystem::remove_all(folder_);
  }

  std::string path() const { return folder_ + "/ledger.db"; }

  BlockAnswer add(std::string_view text, base::EventTime now, std::string key = {},
                  std::optional<base::Millis> ttl = {}) {
    const BlockRequest request{.network = parse_blockable(text).value(),
                               .by = "dana",
                               .reason = "flood",
                               .ttl = ttl,
                               .key = std::move(key)};
    return store_->add({&request, 1}, terms_, exemptions_, now).value().front();
  }

  std::vector<std::string> complaints() {
    auto ledger = finding::Ledger::open(path(), store::Database::Access::Read).value();
    return ledger.audit({}).value().complaints;
  }

  void execute(std::string_view sql) {
    auto database =
        store::Database::open(finding::ledger_spec(path(), store::Database::Access::Write)).value();
    ASSERT_TRUE(database.prepare(sql).value().run().ok());
  }

  std::string folder_;
  Terms terms_;
  Exemptions exemptions_;
  std::optional<BlockStore> store_;
};

TEST_F(BlockStoreTest, ABlockLivesForItsTimeAndNotAMomentLonger) {
  add("203.0.113.9", kNow, "", minutes(30));
  EXPECT_THAT(store_->live(kNow + minutes(30) - base::Millis(1)).value(), SizeIs(1));
  EXPECT_THAT(store_->live(kNow + minutes(30)).value(), IsEmpty());
}

TEST_F(BlockStoreTest, IsThereAfterARestart) {
  add("203.0.113.9", kNow);
  store_.emplace(BlockStore::open(path(), store::Database::Access::Write).value());
  EXPECT_EQ(base::to_text(store_->live(kNow).value().front().network), "203.0.113.9/32");
}

TEST_F(BlockStoreTest, TheSameKeyMeansTheSameHold) {
  const BlockAnswer first = add("203.0.113.9", kNow, "alert 7");
  const BlockAnswer second = add("203.0.113.9", kNow + minutes(5), "alert 7");
  EXPECT_TRUE(first.is_new);
  EXPECT_FALSE(second.is_new);
  EXPECT_EQ(second.hold->until, first.hold->until);
  EXPECT_THAT(add("203.0.113.10", kNow, "alert 7").refused, HasSubstr("was used for 203.0.113.9"));
}

TEST_F(BlockStoreTest, ARenewalExtendsAndDoesNotEscalate) {
  add("203.0.113.9", kNow);
  add("203.0.113.9", kNow + minutes(40));
  const std::vector<Block> live = store_->live(kNow + minutes(41)).value();
  ASSERT_THAT(live, SizeIs(1));
  EXPECT_EQ(live.front().until(), kNow + minutes(100));
  EXPECT_EQ(live.front().offence(), 1U);
}

TEST_F(BlockStoreTest, WhoComesBackStaysOutLongerUpToTheLimit) {
  terms_.ttl_max = hours(3);
  base::EventTime now = kNow;
  for (const auto span : {hours(1), hours(2), hours(3), hours(3)}) {
    const BlockAnswer answer = add("203.0.113.9", now);
    EXPECT_EQ(answer.hold->until, now + span);
    now = answer.hold->until + minutes(1);
  }
  now += terms_.memory;
  EXPECT_EQ(add("203.0.113.9", now).hold->until, now + hours(1)) << "it is forgotten";
}

TEST_F(BlockStoreTest, WhatWasTakenBackWasNoOffence) {
  add("203.0.113.9", kNow);
  EXPECT_EQ(store_
                ->remove(parse_blockable("203.0.113.9").value(), kEverywhere, "robin",
                         "our customer", kNow)
                .value(),
            1U);
  EXPECT_THAT(store_->live(kNow).value(), IsEmpty());
  EXPECT_EQ(add("203.0.113.9", kNow).hold->offence, 1U);
}

TEST_F(BlockStoreTest, WhatOneHoldTakesBackLeavesTheOthers) {
  add("203.0.113.9", kNow, "a");
  add("203.0.113.9", kNow, "b", hours(2));
  EXPECT_TRUE(store_->take_back("b", "riposte", "undone", kNow).value());
  EXPECT_FALSE(store_->take_back("b", "riposte", "undone", kNow).value());
  EXPECT_EQ(store_->live(kNow).value().front().until(), kNow + hours(1));
}

TEST_F(BlockStoreTest, WhatIsExemptIsNeverBlockedNorAnythingAroundIt) {
  exemptions_.add({parse_blockable("198.51.100.7").value(), "the office"});
  exemptions_.add({parse_blockable("10.0.0.0/8").value(), "private"});
  EXPECT_THAT(add("198.51.100.7", kNow).refused, HasSubstr("the office"));
  EXPECT_THAT(add("198.51.100.0/24", kNow).refused, HasSubstr("covers 198.51.100.7/32"));
  EXPECT_THAT(add("10.1.2.3", kNow).refused, HasSubstr("lies in 10.0.0.0/8: private"));
  EXPECT_THAT(add("::ffff:10.1.2.3", kNow).refused, HasSubstr("lies in 10.0.0.0/8"))
      << "an address in other clothes is the same address";
  EXPECT_THAT(add("32.0.0.0/8", kNow).refused, HasSubstr("wider than /16"));
  EXPECT_THAT(store_->live(kNow).value(), IsEmpty());
}

TEST_F(BlockStoreTest, AnExemptionEndsWithItsTime) {
  exemptions_.add({parse_blockable("198.51.100.7").value(), "a test", kNow + hours(1)});
  EXPECT_FALSE(add("198.51.100.7", kNow).hold);
  EXPECT_TRUE(add("198.51.100.7", kNow + hours(1)).hold);
}

TEST_F(BlockStoreTest, ItemsAreOursFromTheIntentOnUntilTheyAreGone) {
  const EnforcementEntry intent{.kind = "enforcement.intended",
                                .by = "riposte",
                                .time = kNow,
                                .aws = "ec2.CreateNetworkAclEntry",
                                .with = R"({"RuleNumber":1})",
                                .counts = true,
                                .intended = {"1 deny 203.0.113.9/32"}};
  ASSERT_TRUE(store_->note("edge", intent).ok());
  EXPECT_EQ(store_->items("edge").value().at("1 deny 203.0.113.9/32"), ItemState::Intended);
  EXPECT_EQ(store_->calls_since("edge", kNow - minutes(1)).value(), 1U);
  EXPECT_THAT(store_->items("other").value(), IsEmpty());
  ASSERT_TRUE(store_
                  ->note("edge", {.kind = "enforcement.answered",
                                  .by = "riposte",
                                  .time = kNow,
                                  .request_id = "r-1",
                                  .made = {"1 deny 203.0.113.9/32"}})
                  .ok());
  EXPECT_EQ(store_->items("edge").value().at("1 deny 203.0.113.9/32"), ItemState::Made);
  EXPECT_THAT(complaints(), IsEmpty());
  ASSERT_TRUE(store_
                  ->note("edge", {.kind = "enforcement.answered",
                                  .by = "riposte",
                                  .time = kNow,
                                  .gone = {"1 deny 203.0.113.9/32"}})
                  .ok());
  EXPECT_THAT(store_->items("edge").value(), IsEmpty());
}

TEST_F(BlockStoreTest, NoIntentBecomesDurableOnceAllIsFrozen) {
  execute("INSERT INTO freeze VALUES (1, 'dana', 'let me look')");
  const EnforcementEntry intent{.kind = "enforcement.intended", .by = "riposte", .time = kNow};
  const base::Status noted = store_->note("edge", intent, BlockStore::WhenFrozen::Refuse);
  EXPECT_EQ(noted.error().code, base::Errc::Denied);
  EXPECT_TRUE(store_->note("edge", intent).ok());
  execute("DELETE FROM freeze");
}

TEST_F(BlockStoreTest, TheAuditSeesThatSomebodyLengthenedAHold) {
  add("203.0.113.9", kNow);
  execute("UPDATE block_hold SET until = until + 1");
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("the journal tells otherwise")));
  execute("UPDATE block_hold SET until = until - 1");
}

TEST_F(BlockStoreTest, IsToldOfOnce) {
  EXPECT_THAT(store_->untold("edge", {"a", "b"}).value(), ElementsAre("a", "b"));
  EXPECT_THAT(store_->untold("edge", {"b", "c"}).value(), ElementsAre("c"));
  EXPECT_THAT(store_->untold("edge", {"a"}).value(), ElementsAre("a")) << "it was over meanwhile";
}

}  // namespace
}  // namespace riposte::block
