#include "finding/ledger.h"

#include <csignal>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "finding/samples_test.h"
#include "finding/schema.h"

namespace riposte::finding {
namespace {

using base::Errc;
using store::Database;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

base::EventTime at(int seconds) { return base::EventTime(std::chrono::seconds(seconds)); }

Finding numbered(int number) {
  Finding finding = sample_finding();
  finding.id = std::string(31, '0') + std::to_string(number);
  finding.record = R"({"eventName":"StopLogging"})";
  return finding;
}

class LedgerTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "ledger_XXXXXX";
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ + "/ledger.db";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Ledger open() const { return Ledger::open(path_, Database::Access::Create).value(); }

  // Changes the file behind the ledger's back.
  void tamper(std::string_view sql) const {
    Database database = Database::open(ledger_spec(path_, Database::Access::Write)).value();
    ASSERT_TRUE(database.prepare(sql).value().run().ok()) << sql;
  }

  static std::vector<StoredFinding> all(Ledger& ledger, Ledger::Shown shown = Ledger::Shown::All,
                                        rule::Level least = rule::Level::Informational) {
    std::vector<StoredFinding> found;
    EXPECT_TRUE(
        ledger.list(shown, least, [&](const StoredFinding& each) { found.push_back(each); }).ok());
    return found;
  }

  // What an audit of the file complains about.
  std::vector<std::string> complaints(std::optional<JournalHead> noted = std::nullopt) const {
    Ledger ledger = open();
    return ledger.audit(noted).value().complaints;
  }

  std::string folder_;
  std::string path_;
};

TEST_F(LedgerTest, AFindingFoundAgainIsCountedAndNotMultiplied) {
  Ledger ledger = open();
  EXPECT_EQ(ledger.commit({numbered(1)}, {}, at(10)).value().added, 1u);
  EXPECT_EQ(ledger.commit({numbered(1)}, {}, at(20)).value().repeated, 1u);
  const std::vector<StoredFinding> findings = all(ledger);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].seen, 2u);
  EXPECT_EQ(findings[0].first_seen, at(10));
  EXPECT_EQ(findings[0].last_seen, at(20));
  EXPECT_EQ(findings[0].record, R"({"eventName":"StopLogging"})");
}

TEST_F(LedgerTest, AnEarlierClockDoesNotTurnTimeBack) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.commit({numbered(1)}, {}, at(20)).ok());
  ASSERT_TRUE(ledger.commit({numbered(1)}, {}, at(10)).ok());
  EXPECT_EQ(all(ledger)[0].last_seen, at(20));
}

TEST_F(LedgerTest, AFindingThatGrewIsKeptInItsNewFormAndOpenAgain) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.commit({numbered(1)}, {}, at(10)).ok());
  ASSERT_TRUE(ledger.close(numbered(1).id, "dana", "a test of ours", at(11)).ok());
  EXPECT_THAT(all(ledger, Ledger::Shown::Open), IsEmpty());
  ASSERT_TRUE(ledger.commit({numbered(1)}, {}, at(12)).ok());
  EXPECT_THAT(all(ledger, Ledger::Shown::Closed), SizeIs(1)) << "nothing new was found";

  Finding grown = numbered(1);
  grown.count = 7;
  const Ledger::Committed committed = ledger.commit({grown}, {}, at(13)).value();
  EXPECT_EQ(committed.grown, 1u);
  EXPECT_EQ(committed.reopened, 1u);
  ASSERT_THAT(all(ledger, Ledger::Shown::Open), SizeIs(1));
  EXPECT_THAT(all(ledger)[0].document, HasSubstr("\"count\":7"));
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(LedgerTest, AClosedFindingSaysWhoClosedItWhenAndWhy) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.commit({numbered(1), numbered(2)}, {}, at(10)).ok());
  ASSERT_TRUE(ledger.close(numbered(2).id, "dana", "planned work", at(11)).ok());
  const StoredFinding closed = ledger.find(numbered(2).id).value();
  ASSERT_TRUE(closed.closed);
  EXPECT_EQ(closed.closed->by, "dana");
  EXPECT_EQ(closed.closed->reason, "planned work");
  EXPECT_EQ(closed.closed->at, at(11));
  EXPECT_EQ(ledger.close(numbered(2).id, "eve", "again", at(12)).error().code, Errc::Invalid);
  EXPECT_EQ(ledger.close("ff", "eve", "which?", at(12)).error().code, Errc::NotFound);
}

TEST_F(LedgerTest, AFindingIsFoundByTheBeginningOfItsId) {
  Ledger ledger = open();
  Finding other = numbered(1);
  other.id = "a1";
  ASSERT_TRUE(ledger.commit({numbered(1), numbered(2), other}, {}, at(10)).ok());
  EXPECT_EQ(ledger.find("a").value().id, "a1");
  EXPECT_EQ(ledger.find("0").error().code, Errc::Invalid);
  EXPECT_EQ(ledger.find("").error().code, Errc::NotFound);
}

TEST_F(LedgerTest, AListBeginsWithTheEarliestAndLeavesOutWhatMattersLess) {
  Ledger ledger = open();
  Finding early = numbered(2);
  early.first_time = *numbered(1).first_time - std::chrono::hours(1);
  Finding low = numbered(3);
  rule::Rule rule = sample_rule();
  rule.level = rule::Level::Low;
  low.rule = shared(rule);
  ASSERT_TRUE(ledger.commit({numbered(1), early, low}, {}, at(10)).ok());
  const std::vector<StoredFinding> findings = all(ledger, Ledger::Shown::Open, rule::Level::Medium);
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_EQ(findings[0].id, early.id);
}

TEST_F(LedgerTest, PositionsAreKeptWithTheFindingsTheyBelongTo) {
  Ledger ledger = open();
  EXPECT_EQ(ledger.position_of("queue").value(), std::nullopt);
  ASSERT_TRUE(ledger.commit({numbered(1)}, {{"queue", "17"}}, at(10)).ok());
  ASSERT_TRUE(ledger.commit({}, {{"queue", "18"}}, at(11)).ok());
  EXPECT_EQ(ledger.position_of("queue").value(), "18");
}

TEST_F(LedgerTest, WhateverIsChangedBehindItsBackIsFound) {
  const std::pair<std::string_view, std::string_view> kChanges[] = {
      {"UPDATE journal SET entry = replace(entry, 'dana', 'eve')", "digest differs"},
      {"UPDATE journal SET sequence = 9 WHERE sequence = 1", "missing"},
      {"DELETE FROM journal WHERE sequence = 2", "missing"},
      {"DELETE FROM journal WHERE sequence = 3", "its head is entry 3"},
      {"UPDATE journal_head SET sequence = 2", "its head is entry 2"},
      {"INSERT INTO journal SELECT 4, entry, digest FROM journal WHERE sequence = 3", "moved"},
      {"UPDATE finding SET document = replace(document, 'alice', 'bob')", "not as it was recorded"},
      {"UPDATE finding SET record = '{}'", "its record is not as it was"},
      {"UPDATE finding SET record = NULL", "its record is not there"},
      {"UPDATE finding SET closed_by = 'eve'", "who closed it"},
      {"UPDATE finding SET closed_at = NULL", "who closed it"},
      {"DELETE FROM finding", "is not there"},
      {"INSERT INTO finding SELECT 'ff', document, record, 1, 1, 0, 0, NULL, NULL, NULL FROM "
       "finding LIMIT 1",
       "knows nothing of it"},
  };
  for (const auto& [sql, complaint] : kChanges) {
    std::filesystem::remove(path_);
    {
      Ledger ledger = open();
      ASSERT_TRUE(ledger.commit({numbered(1), numbered(2)}, {}, at(10)).ok());
      ASSERT_TRUE(ledger.close(numbered(1).id, "dana", "planned", at(11)).ok());
    }
    ASSERT_THAT(complaints(), IsEmpty());
    tamper(sql);
    EXPECT_THAT(complaints(), testing::Contains(HasSubstr(complaint))) << sql;
  }
}

TEST_F(LedgerTest, ATailCutWithItsHeadIsFoundByAHeadThatWasNoted) {
  JournalHead noted;
  {
    Ledger ledger = open();
    ASSERT_TRUE(ledger.commit({numbered(1)}, {}, at(10)).ok());
    ASSERT_TRUE(ledger.close(numbered(1).id, "dana", "planned", at(11)).ok());
    noted = ledger.audit(std::nullopt).value().head;
  }
  EXPECT_THAT(complaints(noted), IsEmpty());
  tamper("DELETE FROM journal WHERE sequence = 2");
  tamper("UPDATE journal_head SET sequence = 1, digest = (SELECT digest FROM journal)");
  tamper("UPDATE finding SET closed_at = NULL, closed_by = NULL, reason = NULL");
  EXPECT_THAT(complaints(), IsEmpty()) << "nothing in the file tells";
  EXPECT_THAT(complaints(noted), testing::ElementsAre(HasSubstr("is not in it")));
}

TEST_F(LedgerTest, ALedgerOfTheFirstVersionIsBroughtUpToDateAndStillHolds) {
  Database::Spec first = ledger_spec(path_, Database::Access::Create);
  first.migrations = first.migrations.first(1);
  {
    Database database = Database::open(first).value();
    const std::string entry =
        entry_text(JournalHead(), {at(10), "finding.closed", "x", "dana", "{}"});
    const JournalHead head = head_after(JournalHead(), entry);
    ASSERT_TRUE(database.prepare("INSERT INTO journal VALUES (1, ?, ?)")
                    .value()
                    .run(std::string_view(entry), std::string_view(head.digest))
                    .ok());
    ASSERT_TRUE(database.prepare("INSERT INTO journal_head VALUES (1, 1, ?)")
                    .value()
                    .run(std::string_view(head.digest))
                    .ok());
  }
  Ledger ledger = open();
  ASSERT_TRUE(ledger.commit({numbered(1)}, {}, at(20)).ok());
  EXPECT_EQ(ledger.audit(std::nullopt).value().head.sequence, 2);
  EXPECT_THAT(complaints(), testing::ElementsAre(HasSubstr("finding x")))
      << "the made-up entry, and nothing else";
}

TEST_F(LedgerTest, WhatWasFoundIsOwedToBeTold) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.commit({numbered(1), numbered(2)}, {}, at(10)).ok());
  ASSERT_TRUE(ledger.commit({numbered(1)}, {}, at(11)).ok());
  Database database = Database::open(ledger_spec(path_, Database::Access::Write)).value();
  store::Statement select =
      database.prepare("SELECT kind || ' ' || subject || ' ' || body FROM notification").value();
  ASSERT_TRUE(select.begin({}).ok());
  std::vector<std::string> owed;
  while (select.next().value())
    owed.push_back(select.text(0));
  EXPECT_THAT(owed, testing::ElementsAre(HasSubstr(numbered(1).id), HasSubstr(numbered(2).id)));
  EXPECT_THAT(owed[0], HasSubstr(R"("level":"high")"));
}

TEST_F(LedgerTest, ABundleIsCheckedWithoutTheLedger) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.commit({numbered(1), numbered(2)}, {}, at(10)).ok());
  ASSERT_TRUE(ledger.close(numbered(1).id, "dana", "planned", at(11)).ok());
  const std::string bundle = folder_ + "/bundle";
  const JournalHead head = ledger.export_to(bundle).value();
  const Ledger::Audit audit = audit_bundle(bundle, head).value();
  EXPECT_THAT(audit.complaints, IsEmpty());
  EXPECT_EQ(audit.findings, 2u);
  EXPECT_EQ(audit.head.sequence, 3);
  EXPECT_FALSE(ledger.export_to(bundle).ok()) << "never over another bundle";
}

TEST_F(LedgerTest, AChangedBundleIsFound) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.commit({numbered(1)}, {}, at(10)).ok());
  for (const char* name : {"journal.ndjson", "findings.ndjson", "records.ndjson"}) {
    const std::string bundle = folder_ + "/" + name;
    ASSERT_TRUE(ledger.export_to(bundle).ok());
    std::fstream(bundle + "/" + name, std::ios::in | std::ios::out) << "{";
    std::ofstream(bundle + "/" + name, std::ios::app) << "{}\n";
    EXPECT_THAT(audit_bundle(bundle, std::nullopt).value().complaints,
                testing::Contains(HasSubstr("manifest describes")))
        << name;
    std::filesystem::remove(bundle + "/" + name);
    EXPECT_FALSE(audit_bundle(bundle, std::nullopt).ok());
  }
}

// The process is killed at any point of a batch, again and again. What it said was committed is
// there, whole; what it was at is there whole or not at all; and the journal holds.
TEST_F(LedgerTest, ACrashLosesNothingThatWasCommitted) {
  constexpr int kCrashes = 15;
  constexpr std::size_t kBatch = 20;
  std::size_t committed = 0;
  for (int crash = 0; crash < kCrashes; ++crash) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      Ledger ledger = open();
      for (std::size_t batch = committed;; ++batch) {
        std::vector<Finding> findings;
        for (std::size_t i = 0; i < kBatch; ++i) {
          findings.push_back(numbered(1));
          findings.back().id = std::to_string(batch * kBatch + i);
        }
        const bool ok = ledger.commit(findings, {{"test", std::to_string(batch + 1)}}, at(10)).ok();
        if (!ok || ::write(pipe_ends[1], "x", 1) != 1) ::_exit(1);
      }
    }
    ::close(pipe_ends[1]);
    char byte = 0;
    for (int i = 0; i <= crash % 4; ++i) {
      ASSERT_EQ(::read(pipe_ends[0], &byte, 1), 1);
      ++committed;
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(pipe_ends[0], &byte, 1) == 1)
      ++committed;
    ::close(pipe_ends[0]);

    Ledger ledger = open();
    const std::size_t kept = all(ledger).size();
    EXPECT_EQ(kept % kBatch, 0u) << "no half batches";
    EXPECT_GE(kept / kBatch, committed);
    EXPECT_LE(kept / kBatch, committed + 1) << "the one that was under way";
    EXPECT_EQ(ledger.position_of("test").value(), std::to_string(kept / kBatch));
    EXPECT_THAT(complaints(), IsEmpty());
    committed = kept / kBatch;
  }
}

}  // namespace
}  // namespace riposte::finding
