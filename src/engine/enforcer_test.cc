#include "engine/enforcer.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "engine/block_account.h"
#include "engine/block_exemptions.h"
#include "engine/list_file.h"
#include "finding/ledger.h"
#include "support/virtual_clock.h"

namespace riposte::engine {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A WAF with one IP set: what is in it, and what it answers next.
class Waf final : public respond::Account {
 public:
  base::Result<respond::Reply> call(const respond::AccountCall& call) override {
    const std::string name = respond::to_text(call.operation);
    if (name == "wafv2.GetIPSet") {
      std::string addresses;
      for (const std::string& each : set)
        addresses += (addresses.empty() ? "\"" : ",\"") + each + "\"";
      return respond::Reply{.answer = R"({"IPSet":{"IPAddressVersion":"IPV4","Addresses":[)" +
                                      addresses + R"(]},"LockToken":"t"})",
                            .request_id = ""};
    }
    if (name == "ec2.DescribeAddresses") {
      return respond::Reply{.answer = R"({"Addresses":[{"PublicIp":"192.0.2.1"}]})",
                            .request_id = ""};
    }
    writes.emplace_back(call.with);
    if (before_write) before_write();
    if (!refusal.empty()) {
      return respond::Reply{
          .answer = "{}", .code = std::exchange(refusal, ""), .message = "", .request_id = ""};
    }
    const bool has_effect = !loses_before;
    if (has_effect) {
      const auto with = json::OwnedDocument::parse(call.with).value();
      set.clear();
      for (const json::Node& each : json::children(*with.root().find("Addresses")))
        set.emplace_back(each.text);
    }
    if (std::exchange(loses_before, false) || std::exchange(loses_after, false))
      return base::Error{base::Errc::Io, "no answer"};
    return respond::Reply{.answer = "{}", .request_id = "r-" + std::to_string(writes.size())};
  }

  std::vector<std::string> set;
  std::vector<std::string> writes;
  std::string refusal;
  bool loses_before = false;
  bool loses_after = false;
  std::function<void()> before_write;
};

class EnforcerTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "enforcer_XXXXXX";
    folder_ = ::mkdtemp(name.data());
    open();
    settings_.enforcements = {
        {.name = "waf", .kind = block::EnforcementKind::IpSet, .id = "1", .set_name = "blocked"}};
    safety_.mode = respond::Mode::Auto;
  }
  void TearDown() override {
    auto ledger = finding::Ledger::open(path(), store::Database::Access::Read).value();
    EXPECT_THAT(ledger.audit({}).value().complaints, IsEmpty());
    std::filesystem::remove_all(folder_);
  }

  std::string path() const { return folder_ + "/ledger.db"; }
  // As a process does that begins.
  void open() {
    actions_.emplace(respond::ActionStore::open(path(), store::Database::Access::Create).value());
    blocks_.emplace(block::BlockStore::open(path(), store::Database::Access::Create).value());
  }

  void add(std::string_view text, base::Millis ttl = minutes(60)) {
    const block::BlockRequest request{.network = block::parse_blockable(text).value(),
                                      .by = "dana",
                                      .reason = "flood",
                                      .ttl = ttl};
    ASSERT_TRUE(blocks_->add({&request, 1}, settings_.terms, exemptions_, clock_.wall())
                    .value()
                    .front()
                    .is_new);
  }

  Enforcer enforcer() {
    return Enforcer(
        {.means = {.account = waf_, .store = *actions_, .guard = guard_, .clock = clock_},
         .blocks = *blocks_,
         .settings = settings_,
         .safety = safety_,
         .exemptions = exemptions_,
         .account = "111122223333",
         .region = "eu-west-1"});
  }
  Enforced sync(std::string_view by = respond::kEngine) {
    return enforcer().sync(by).value().front();
  }

  std::vector<std::string> owed() {
    std::vector<std::string> all;
    EXPECT_TRUE(actions_
                    ->each_owed("test",
                                [&](const respond::ActionStore::Owed& each) {
                                  all.push_back(each.kind);
                                  return true;
                                })
                    .ok());
    return all;
  }

  std::string folder_;
  Waf waf_;
  testing_support::VirtualClock clock_;
  respond::Guard guard_{respond::Safety{}};
  respond::Safety safety_;
  block::Settings settings_;
  block::Exemptions exemptions_;
  std::optional<respond::ActionStore> actions_;
  std::optional<block::BlockStore> blocks_;
};

TEST_F(EnforcerTest, ManyChangesAreOneWrite) {
  waf_.set = {"198.51.100.1/32"};
  for (int i = 0; i < 100; ++i)
    add("203.0.113." + std::to_string(i));
  sync();
  EXPECT_THAT(waf_.writes, SizeIs(1));
  EXPECT_THAT(waf_.set, SizeIs(101));
  sync();
  EXPECT_THAT(waf_.writes, SizeIs(1)) << "there is nothing more to do";
}

TEST_F(EnforcerTest, IsReleasedInTheMinuteInWhichItsTimeIsOverAlsoAfterARestart) {
  add("203.0.113.9", minutes(30));
  sync();
  clock_.advance(minutes(29));
  sync();
  EXPECT_THAT(waf_.set, ElementsAre("203.0.113.9/32"));
  open();
  clock_.advance(minutes(1));
  sync();
  EXPECT_THAT(waf_.set, IsEmpty());
}

TEST_F(EnforcerTest, AClockThatIsSetBackKeepsNobodyLonger) {
  add("203.0.113.9", minutes(30));
  sync();
  clock_.advance(minutes(31));
  add("203.0.113.10");
  clock_.set_wall(clock_.wall() - std::chrono::hours(5));
  sync();
  EXPECT_THAT(waf_.set, ElementsAre("203.0.113.10/32"));
}

TEST_F(EnforcerTest, WhoWasFasterIsReadAgainAndWritesAreASecondApart) {
  add("203.0.113.9");
  waf_.refusal = "WAFOptimisticLockException";
  waf_.before_write = [&] {
    if (waf_.writes.size() == 1) waf_.set = {"198.51.100.1/32"};
  };
  EXPECT_THAT(sync().problems, IsEmpty());
  EXPECT_THAT(waf_.set, ElementsAre("198.51.100.1/32", "203.0.113.9/32"));
  EXPECT_THAT(clock_.waits, ElementsAre(kIpSetEvery));
}

TEST_F(EnforcerTest, AnAnswerThatIsLostIsReadBackAndNotMadeTwice) {
  add("203.0.113.9");
  waf_.loses_after = true;
  EXPECT_THAT(sync().problems, IsEmpty());
  EXPECT_THAT(waf_.writes, SizeIs(1));
  EXPECT_EQ(blocks_->items("waf").value().at("203.0.113.9/32"), block::ItemState::Made);
}

TEST_F(EnforcerTest, ACallThatIsLostIsMadeAgain) {
  add("203.0.113.9");
  waf_.loses_before = true;
  const Enforced enforced = sync();
  EXPECT_THAT(enforced.problems, IsEmpty());
  EXPECT_THAT(enforced.drifted, IsEmpty()) << "nobody took it out: it never came to be";
  EXPECT_THAT(waf_.set, ElementsAre("203.0.113.9/32"));
}

TEST_F(EnforcerTest, ARefusalIsToldOnceAndLeavesNothingOfOurs) {
  add("203.0.113.9");
  for (int i = 0; i < 2; ++i) {
    waf_.refusal = "AccessDeniedException";
    EXPECT_THAT(sync().problems, ElementsAre(HasSubstr("AccessDeniedException")));
  }
  EXPECT_THAT(owed(), ElementsAre("block.failed"));
  clock_.advance(minutes(61));
  EXPECT_THAT(sync().drifted, IsEmpty()) << "it never came to be";
  EXPECT_THAT(blocks_->items("waf").value(), IsEmpty());
}

TEST_F(EnforcerTest, WhatOthersTakeOutIsPutBackAndTold) {
  add("203.0.113.9");
  sync();
  waf_.set.clear();
  EXPECT_THAT(sync().drifted, ElementsAre("203.0.113.9/32"));
  EXPECT_THAT(waf_.set, ElementsAre("203.0.113.9/32"));
  EXPECT_THAT(owed(), ElementsAre("block.drifted"));
}

TEST_F(EnforcerTest, OfTwelveThousandTenThousandAreHeldAndTheRestIsToldOnce) {
  std::vector<block::BlockRequest> requests;
  for (int i = 0; i < 12'000; ++i) {
    requests.push_back({.network = block::parse_blockable("198.51." + std::to_string(i / 256) +
                                                          "." + std::to_string(i % 256))
                                       .value(),
                        .by = "dana",
                        .reason = "flood"});
  }
  ASSERT_TRUE(blocks_->add(requests, settings_.terms, exemptions_, clock_.wall()).ok());
  waf_.set = {"203.0.113.1/32"};
  EXPECT_EQ(sync().unheld.size(), 2001U);
  EXPECT_THAT(waf_.set, SizeIs(10'000));
  EXPECT_THAT(waf_.set, testing::Contains("203.0.113.1/32")) << "that is somebody else's";
  sync();
  EXPECT_THAT(waf_.writes, SizeIs(1));
  EXPECT_THAT(owed(), ElementsAre("block.unheld"));
}

TEST_F(EnforcerTest, BelowModeAutoOnlyAPersonDoesIt) {
  safety_.mode = respond::Mode::Approve;
  add("203.0.113.9");
  const Enforced waiting = sync();
  EXPECT_THAT(waiting.put_off, HasSubstr("mode is approve"));
  EXPECT_THAT(waiting.changes, SizeIs(1));
  EXPECT_THAT(waf_.writes, IsEmpty());
  sync("dana");
  EXPECT_THAT(waf_.set, ElementsAre("203.0.113.9/32"));
}

TEST_F(EnforcerTest, NothingIsDoneInAMaintenanceWindow) {
  safety_.maintenance = {
      {.from = clock_.wall(), .until = clock_.wall() + minutes(5), .accounts = {}, .runbooks = {}}};
  add("203.0.113.9");
  EXPECT_THAT(sync().put_off, HasSubstr("maintenance until"));
  clock_.advance(minutes(5));
  sync();
  EXPECT_THAT(waf_.set, ElementsAre("203.0.113.9/32"));
}

TEST_F(EnforcerTest, AFreezeIsLiftedByNobodyButAPersonWhoLetsSomebodyIn) {
  add("203.0.113.9");
  sync();
  ASSERT_TRUE(actions_->freeze("robin", "let me look", clock_.wall()).ok());
  ASSERT_TRUE(blocks_
                  ->remove(block::parse_blockable("203.0.113.9").value(), "all", "dana",
                           "our customer", clock_.wall())
                  .ok());
  EXPECT_THAT(sync().problems, ElementsAre(HasSubstr("frozen")));
  EXPECT_THAT(waf_.set, SizeIs(1));
  sync("dana");
  EXPECT_THAT(waf_.set, IsEmpty());
}

TEST_F(EnforcerTest, AnAddressOfTheAccountIsNotBlockedAndSaidSo) {
  add("192.0.2.0/24");
  add("203.0.113.9");
  EXPECT_THAT(sync().notes, ElementsAre(HasSubstr("covers 192.0.2.1/32")));
  EXPECT_THAT(waf_.set, ElementsAre("203.0.113.9/32"));
}

TEST_F(EnforcerTest, OurCallsAreKnownAsOurs) {
  add("203.0.113.9");
  sync();
  EXPECT_TRUE(actions_->is_own("r-1").value());
}

TEST_F(EnforcerTest, ARunbookAddsLooksAndTakesBackByItsKey) {
  exemptions_.add({block::parse_blockable("198.51.100.7").value(), "the office"});
  BlockAccount account({*blocks_, settings_, exemptions_, clock_});
  const auto call = [&](std::string_view name, std::string_view with) {
    const respond::Operation operation{"riposte", std::string(name)};
    return account.call({.operation = operation, .with = with, .account = "", .region = ""})
        .value();
  };
  const auto add_block = [&](std::string_view cidr, std::string_view scope) {
    return call("AddBlock", R"({"Cidr":")" + std::string(cidr) +
                                R"(","Key":"k","Level":"high","Reason":"r","Scope":")" +
                                std::string(scope) + "\"}");
  };
  EXPECT_EQ(call("GetBlock", R"({"Key":"k"})").answer, R"({"Held":false})");
  EXPECT_THAT(add_block("198.51.100.7", "all").message, HasSubstr("the office"));
  EXPECT_THAT(add_block("203.0.113.9", "wafs").message, HasSubstr("no enforcement"));
  EXPECT_TRUE(add_block("203.0.113.9", "waf").ok());
  EXPECT_THAT(call("GetBlock", R"({"Key":"k"})").answer, HasSubstr(R"("Held":true)"));
  clock_.advance(std::chrono::hours(9));
  EXPECT_THAT(call("GetBlock", R"({"Key":"k"})").answer, HasSubstr(R"("Held":true)"))
      << "it ran out, and nobody took it back";
  call("RemoveBlock", R"({"Key":"k"})");
  EXPECT_EQ(call("GetBlock", R"({"Key":"k"})").answer, R"({"Held":false})");
}

TEST_F(EnforcerTest, AFileIsWrittenWholeAndOnlyWhereItSaysSomethingElse) {
  settings_.enforcements = {
      {.name = "list", .kind = block::EnforcementKind::File, .id = folder_ + "/blocked.txt"}};
  add("203.0.113.9");
  add("203.0.113.0/30");
  EXPECT_THAT(sync().changes, SizeIs(1));
  std::stringstream text;
  text << std::ifstream(folder_ + "/blocked.txt").rdbuf();
  EXPECT_EQ(text.str(), "203.0.113.0/30\n203.0.113.9/32\n");
  EXPECT_THAT(sync().changes, IsEmpty());
  settings_.enforcements.front().id = folder_ + "/nowhere/blocked.txt";
  EXPECT_THAT(sync().problems, SizeIs(1));
}

TEST(BlockExemptionsTest, WhoIsLoggedInAndThisMachineAreExempt) {
  const block::Exemptions exemptions =
      exemptions_of(Config(), own_addresses("203.0.113.77 50000 198.51.100.1 22"));
  const base::EventTime now;
  const auto against = [&](std::string_view text) {
    return exemptions.against(block::parse_blockable(text).value(), now).value_or("");
  };
  EXPECT_THAT(against("203.0.113.0/24"), HasSubstr("logged in from"));
  EXPECT_THAT(against("127.0.0.1"), HasSubstr("no part of the internet"));
  EXPECT_THAT(against("224.0.0.1"), HasSubstr("nobody sends"));
  EXPECT_EQ(against("203.0.113.78"), "");
}

}  // namespace
}  // namespace riposte::engine
