#include "notify/courier.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notify/samples_test.h"

namespace riposte::notify {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// The ledger's side, in memory. It outlives couriers, as a ledger outlives processes.
class MemoryOutbox final : public Outbox {
 public:
  base::Status each_owed(std::string_view channel,
                         const std::function<bool(const Notice&)>& take) override {
    const std::lock_guard lock(mutex_);
    if (is_broken) return base::Error{base::Errc::Busy, "locked"};
    for (const Notice& notice : notices_) {
      if (notice.sequence <= position(channel)) continue;
      if (notice.sequence == breaks_at) return base::Error{base::Errc::Io, "disk"};
      if (!take(notice)) break;
    }
    return base::Done{};
  }
  base::Status acknowledge(std::string_view channel, std::int64_t sequence) override {
    const std::lock_guard lock(mutex_);
    if (is_broken) return base::Error{base::Errc::Busy, "locked"};
    EXPECT_GT(sequence, position(channel)) << "a position only rises";
    positions_[std::string(channel)] = sequence;
    return base::Done{};
  }
  base::Status bury(const DeadLetters& letters) override {
    const std::lock_guard lock(mutex_);
    if (is_broken) return base::Error{base::Errc::Busy, "locked"};
    buried.push_back(letters);
    return base::Done{};
  }
  base::Status owe(std::string_view kind, std::string_view subject, std::string_view body,
                   base::EventTime now) override {
    const std::lock_guard lock(mutex_);
    notices_.push_back({static_cast<std::int64_t>(notices_.size()) + 1, std::string(kind),
                        std::string(subject), std::string(body), now});
    return base::Done{};
  }

  void add(std::string_view kind, std::string_view subject, std::string_view level = "high",
           std::string_view title = "t") {
    const std::string body =
        R"({"level":")" + std::string(level) + R"(","title":")" + std::string(title) + R"("})";
    ASSERT_TRUE(owe(kind, subject, body, {}).ok());
  }
  std::int64_t position(std::string_view channel) const {
    const auto found = positions_.find(channel);
    return found == positions_.end() ? 0 : found->second;
  }

  bool is_broken = false;
  std::int64_t breaks_at = 0;  // the notice that cannot be read
  std::vector<DeadLetters> buried;

 private:
  std::mutex mutex_;
  std::vector<Notice> notices_;
  std::map<std::string, std::int64_t, std::less<>> positions_;
};

// Fails as often as it is told to, then takes everything.
class ScriptedChannel final : public Channel {
 public:
  Outcome send(const Message& message, const std::stop_token& stop) override {
    if (stop.stop_requested()) return {base::Error{base::Errc::Cancelled, "stopped"}};
    tries.push_back(message);
    if (!failures.empty()) {
      Outcome failure = failures.front();
      failures.pop_front();
      return failure;
    }
    sent.push_back(message);
    return outcome;
  }
  bool keeps_open() const override { return keeps; }

  std::deque<Outcome> failures;
  Outcome outcome;
  bool keeps = false;
  std::vector<Message> tries;
  std::vector<Message> sent;
};

Outcome failure(base::Errc code, std::optional<base::Millis> wait = {}) {
  return {base::Error{code, "no"}, wait};
}

class CourierTest : public testing::Test {
 protected:
  CourierTest() {
    config.name = "security";
    config.level = rule::Level::Low;
    config.per_minute = 60;
  }

  Courier courier() {
    return Courier({config, routing, writer, channel, outbox, clock, [] { return 1.0; },
                    [this](const std::string& what) { notes.push_back(what); }});
  }
  // Until nothing is owed any more.
  void settle(Courier& courier) {
    for (int i = 0; i < 10'000; ++i) {
      const auto when = courier.deliver({});
      ASSERT_TRUE(when.ok());
      if (!*when) return;
      clock.wait_until(**when, {});
    }
    FAIL() << "it never settles";
  }

  ChannelConfig config;
  const Routing routing{{"security", "pager"}};
  const MessageWriter writer;
  ScriptedChannel channel;
  MemoryOutbox outbox;
  testing_support::VirtualClock clock;
  std::vector<std::string> notes;
};

TEST_F(CourierTest, WhatIsOwedIsSentOnceInItsOrder) {
  outbox.add("finding.recorded", "f1");
  outbox.add("finding.recorded", "f2");
  Courier first = courier();
  settle(first);
  settle(first);
  ASSERT_THAT(channel.sent, SizeIs(2));
  EXPECT_EQ(channel.sent[0].subject, "f1");
  EXPECT_NE(channel.sent[0].key, channel.sent[1].key);
  EXPECT_EQ(outbox.position("security"), 2);
}

TEST_F(CourierTest, ARestartGoesOnWhereItWas) {
  outbox.add("finding.recorded", "f1");
  Courier before = courier();
  settle(before);
  outbox.add("finding.recorded", "f2");
  Courier after = courier();
  settle(after);
  EXPECT_THAT(channel.sent, SizeIs(2));
}

TEST_F(CourierTest, WhatWasSentAndNotAcknowledgedIsSentAgainWithTheSameKey) {
  outbox.add("finding.recorded", "f1");
  Courier before = courier();
  settle(before);
  MemoryOutbox restored;
  restored.add("finding.recorded", "f1");
  Courier after({config, routing, writer, channel, restored, clock, [] { return 1.0; },
                 [](const std::string&) {}});
  settle(after);
  ASSERT_THAT(channel.sent, SizeIs(2));
  EXPECT_EQ(channel.sent[0].key, channel.sent[1].key);
}

TEST_F(CourierTest, WhatIsNotForThisChannelIsAcknowledgedUnsent) {
  config.level = rule::Level::High;
  outbox.add("finding.recorded", "f1", "low");
  Courier courier = this->courier();
  settle(courier);
  EXPECT_THAT(channel.tries, IsEmpty());
  EXPECT_EQ(outbox.position("security"), 1);
}

TEST_F(CourierTest, AFailureIsTriedAgainWithTheSameKeyAfterLongerAndLongerWaits) {
  outbox.add("finding.recorded", "f1");
  channel.failures = {failure(base::Errc::Io), failure(base::Errc::Busy),
                      failure(base::Errc::Denied)};
  Courier courier = this->courier();
  settle(courier);
  EXPECT_THAT(clock.waits, ElementsAre(seconds(1), seconds(2), seconds(4)));
  ASSERT_THAT(channel.tries, SizeIs(4));
  EXPECT_EQ(channel.tries[0].key, channel.tries[3].key);
  EXPECT_THAT(notes, ElementsAre("channel \"security\": not sent (try 1 of 16): no",
                                 "channel \"security\": not sent (try 2 of 16): no",
                                 "channel \"security\": not sent (try 3 of 16): no"));
}

TEST_F(CourierTest, TheOtherEndIsGivenTheTimeItAsksForWithinReason) {
  outbox.add("finding.recorded", "f1");
  channel.failures = {failure(base::Errc::Busy, seconds(30)),
                      failure(base::Errc::Busy, std::chrono::hours(24))};
  Courier courier = this->courier();
  settle(courier);
  EXPECT_THAT(clock.waits, ElementsAre(seconds(30), kAskedWaitMax));
}

TEST_F(CourierTest, NothingOvertakesWhatIsTriedAgain) {
  outbox.add("finding.recorded", "f1");
  outbox.add("finding.recorded", "f2");
  channel.failures = {failure(base::Errc::Io)};
  Courier courier = this->courier();
  ASSERT_TRUE(courier.deliver({}).ok());
  EXPECT_THAT(channel.tries, SizeIs(1));
  EXPECT_EQ(outbox.position("security"), 0);
  settle(courier);
  EXPECT_EQ(channel.sent[0].subject, "f1");
}

TEST_F(CourierTest, WhatIsNeverTakenIsBuriedAtOnceAndToldToTheOthers) {
  outbox.add("finding.recorded", "f1");
  outbox.add("finding.recorded", "f2");
  channel.failures = {failure(base::Errc::Invalid)};
  Courier courier = this->courier();
  settle(courier);
  ASSERT_THAT(outbox.buried, SizeIs(1));
  EXPECT_THAT(outbox.buried[0].sequences, ElementsAre(1));
  EXPECT_EQ(outbox.buried[0].reason, "no");
  ASSERT_THAT(channel.sent, SizeIs(1));
  EXPECT_EQ(channel.sent[0].subject, "f2");
  EXPECT_EQ(courier.counts().buried, 1U);

  ScriptedChannel pager;
  ChannelConfig other = config;
  other.name = "pager";
  Courier others({other, routing, writer, pager, outbox, clock, [] { return 1.0; },
                  [](const std::string&) {}});
  settle(others);
  ASSERT_THAT(pager.sent, SizeIs(3));
  EXPECT_EQ(pager.sent[2].title, "A channel does not deliver");
  EXPECT_EQ(pager.sent[2].subject, "security");
}

TEST_F(CourierTest, AChannelThatIsDownBuriesOneLetterAfterItsTries) {
  outbox.add("finding.recorded", "f1");
  for (int i = 0; i < kTriesMax; ++i)
    channel.failures.push_back(failure(base::Errc::NotFound));
  Courier courier = this->courier();
  settle(courier);
  EXPECT_THAT(channel.tries, SizeIs(kTriesMax));
  EXPECT_THAT(outbox.buried, SizeIs(1));
}

TEST_F(CourierTest, TwoChannelsThatAreDownDoNotTellEachOtherForEver) {
  outbox.add("channel.failed", "pager");
  channel.failures = {failure(base::Errc::Invalid)};
  Courier courier = this->courier();
  settle(courier);
  EXPECT_THAT(outbox.buried, SizeIs(1));
  ScriptedChannel pager;
  ChannelConfig other = config;
  other.name = "pager";
  Courier others({other, routing, writer, pager, outbox, clock, [] { return 1.0; },
                  [](const std::string&) {}});
  settle(others);
  EXPECT_THAT(pager.tries, IsEmpty());
}

TEST_F(CourierTest, AFloodIsOneMessageThatCountsAll) {
  for (int i = 0; i < 500; ++i)
    outbox.add("finding.recorded", "f" + std::to_string(i), i % 2 == 0 ? "high" : "low",
               "Trail stopped");
  outbox.add("action.asked", "act-1", "high", "Start the trail");
  Courier courier = this->courier();
  settle(courier);
  ASSERT_THAT(channel.sent, SizeIs(1));
  EXPECT_EQ(channel.sent[0].title, "501 messages at once");
  EXPECT_THAT(channel.sent[0].lines, Contains("250 x low Trail stopped"));
  EXPECT_THAT(channel.sent[0].lines, Contains(HasSubstr("Approval wanted: Start the trail")));
  EXPECT_EQ(courier.counts().digested, 501U);
  EXPECT_EQ(outbox.position("security"), 501);
}

TEST_F(CourierTest, WhatPilesUpBehindThePaceBecomesADigest) {
  config.per_minute = 1;
  Courier courier = this->courier();
  for (int i = 0; i < 120; ++i) {  // one each second
    outbox.add("finding.recorded", "f" + std::to_string(i));
    ASSERT_TRUE(courier.deliver({}).ok());
    clock.advance(seconds(1));
  }
  settle(courier);
  EXPECT_LT(channel.sent.size(), 20U);
  std::size_t told = 0;
  for (const Message& message : channel.sent)
    told += message.kind == "digest" ? std::stoul(message.title) : 1;
  EXPECT_EQ(told, 120U) << "and none is missing";
}

TEST_F(CourierTest, AFailedDigestStaysTheSameDigest) {
  for (int i = 0; i < 20; ++i)
    outbox.add("finding.recorded", "f" + std::to_string(i));
  channel.failures = {failure(base::Errc::Busy)};
  Courier courier = this->courier();
  ASSERT_TRUE(courier.deliver({}).ok());
  outbox.add("finding.recorded", "late");
  settle(courier);
  ASSERT_THAT(channel.tries, SizeIs(3));
  EXPECT_EQ(channel.tries[0].key, channel.tries[1].key);
  EXPECT_EQ(channel.tries[0].title, channel.tries[1].title);
  EXPECT_EQ(channel.tries[2].subject, "late");
}

TEST_F(CourierTest, AChannelThatKeepsWhatIsOpenIsToldWhatIsOverEvenInAFlood) {
  channel.keeps = true;
  for (int i = 0; i < 20; ++i)
    outbox.add(i == 7 ? "finding.closed" : "finding.recorded", "f" + std::to_string(i));
  Courier courier = this->courier();
  settle(courier);
  ASSERT_THAT(channel.sent, SizeIs(2));
  EXPECT_EQ(channel.sent[0].subject, "f7");
  EXPECT_TRUE(channel.sent[0].closes);
  EXPECT_EQ(channel.sent[1].title, "19 messages at once");
  EXPECT_EQ(outbox.position("security"), 20);
}

TEST_F(CourierTest, ALedgerThatFailsCostsNoSecondMessage) {
  outbox.add("finding.recorded", "f1");
  class BreaksLedger final : public Channel {
   public:
    BreaksLedger(MemoryOutbox& outbox, int& sent) : outbox_(outbox), sent_(sent) {}
    Outcome send(const Message&, const std::stop_token&) override {
      ++sent_;
      outbox_.is_broken = true;
      return {};
    }

   private:
    MemoryOutbox& outbox_;
    int& sent_;
  };
  int sent = 0;
  BreaksLedger breaks(outbox, sent);
  Courier courier({config, routing, writer, breaks, outbox, clock, [] { return 1.0; },
                   [](const std::string&) {}});
  EXPECT_FALSE(courier.deliver({}).ok());
  EXPECT_FALSE(courier.deliver({}).ok());
  outbox.is_broken = false;
  EXPECT_TRUE(courier.deliver({}).ok());
  EXPECT_EQ(sent, 1);
  EXPECT_EQ(outbox.position("security"), 1);
}

TEST_F(CourierTest, ALedgerThatFailsInTheMiddleLosesNothing) {
  for (const char* subject : {"f1", "f2", "f3"})
    outbox.add("finding.recorded", subject);
  outbox.breaks_at = 3;
  Courier courier = this->courier();
  EXPECT_FALSE(courier.deliver({}).ok());
  EXPECT_FALSE(courier.deliver({}).ok());
  EXPECT_EQ(outbox.position("security"), 0);
  outbox.breaks_at = 0;
  settle(courier);
  EXPECT_THAT(channel.sent, SizeIs(3));
}

TEST_F(CourierTest, ARemarkIsToldThoughItWasSent) {
  outbox.add("finding.recorded", "f1");
  channel.outcome.remark = "refused recipients: gone@example.com";
  Courier courier = this->courier();
  settle(courier);
  EXPECT_THAT(notes, ElementsAre("channel \"security\": refused recipients: gone@example.com"));
}

TEST_F(CourierTest, StoppingCountsAsNoFailure) {
  outbox.add("finding.recorded", "f1");
  std::stop_source stop;
  stop.request_stop();
  Courier courier = this->courier();
  courier.run(stop.get_token());
  EXPECT_EQ(courier.counts().failed, 0U);
  EXPECT_EQ(outbox.position("security"), 0);
}

// One thread waits in its channel for ever, as far as the other can see.
TEST_F(CourierTest, ASlowChannelHoldsBackNoOther) {
  class Waits final : public Channel {
   public:
    Outcome send(const Message&, const std::stop_token& stop) override {
      std::unique_lock lock(mutex_);
      waiting_.wait(lock, stop, [] { return false; });
      return {base::Error{base::Errc::Cancelled, "stopped"}};
    }

   private:
    std::mutex mutex_;
    std::condition_variable_any waiting_;
  };
  outbox.add("finding.recorded", "f1");
  Waits waits;
  ChannelConfig slow = config;
  slow.name = "pager";
  base::SystemClock wall;
  std::jthread other([&](const std::stop_token& stop) {
    Courier(
        {slow, routing, writer, waits, outbox, wall, [] { return 1.0; }, [](const std::string&) {}})
        .run(stop);
  });
  Courier courier = this->courier();
  settle(courier);
  EXPECT_THAT(channel.sent, SizeIs(1));
}

// Property: over random failures, floods and restarts each notice is told or buried, and none twice
// but where a restart came between sending and acknowledging.
TEST_F(CourierTest, NothingIsLostWhateverFails) {
  std::mt19937 random(8);
  for (int round = 0; round < 200; ++round) {
    MemoryOutbox ledger;
    ScriptedChannel scripted;
    testing_support::VirtualClock time;
    std::int64_t added = 0;
    std::uint64_t told = 0;
    std::uint64_t buried = 0;
    for (int life = 0; life < 4; ++life) {
      Courier courier({config, routing, writer, scripted, ledger, time, [] { return 0.5; },
                       [](const std::string&) {}});
      for (std::size_t n = random() % 40; n-- > 0; ++added)
        ledger.add("finding.recorded", "f" + std::to_string(added));
      for (std::size_t n = random() % 6; n-- > 0;) {
        scripted.failures.push_back(
            failure(random() % 4 == 0 ? base::Errc::Invalid : base::Errc::Io));
      }
      for (std::size_t n = random() % 20; n-- > 0;) {
        const auto when = courier.deliver({});
        ASSERT_TRUE(when.ok());
        if (!*when) break;
        time.wait_until(**when, {});
      }
      if (life == 3) {
        for (int i = 0; i < 1'000; ++i) {
          const auto when = courier.deliver({});
          if (!*when) break;
          time.wait_until(**when, {});
        }
      }
    }
    for (const Message& message : scripted.sent)
      told += message.kind == "digest" ? std::stoul(message.title) : 1;
    for (const DeadLetters& letters : ledger.buried)
      buried += letters.sequences.size();
    ASSERT_EQ(told + buried, static_cast<std::uint64_t>(added)) << round;
  }
}

}  // namespace
}  // namespace riposte::notify
