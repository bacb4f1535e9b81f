#include "store/database.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace riposte::store {
namespace {

using base::Errc;

constexpr Migration kFirst[] = {{1, "CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT)"}};
constexpr Migration kBoth[] = {{1, "CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT)"},
                               {2, "ALTER TABLE note ADD COLUMN author TEXT DEFAULT 'nobody'"}};

class DatabaseTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "store_XXXXXX";
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ + "/notes.db";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  base::Result<Database> open(std::span<const Migration> migrations = kFirst,
                              Database::Access access = Database::Access::Create) {
    return Database::open(
        {.path = path_, .access = access, .application = 7, .migrations = migrations});
  }

  static base::Status write(Database& database, std::string_view words) {
    Statement insert = TRY(database.prepare("INSERT INTO note (words) VALUES (?)"));
    return insert.run(words);
  }

  static std::int64_t count(Database& database) {
    Statement statement = database.prepare("SELECT count(*) FROM note").value();
    EXPECT_TRUE(statement.begin({}).ok());
    EXPECT_TRUE(statement.next().value());
    return statement.integer(0);
  }

  std::string folder_;
  std::string path_;
};

TEST_F(DatabaseTest, GivesBackWhatWasWrittenToTheByte) {
  Database database = open().value();
  const std::string words("a\0b'\"\n", 6);
  ASSERT_TRUE(write(database, words).ok());

  Statement select = database.prepare("SELECT id, words, NULL FROM note WHERE id > ?").value();
  ASSERT_TRUE(select.begin({std::int64_t{0}}).ok());
  ASSERT_TRUE(select.next().value());
  EXPECT_EQ(select.integer(0), 1);
  EXPECT_EQ(select.text(1), words);
  EXPECT_TRUE(select.is_null(2));
  EXPECT_FALSE(select.next().value());
}

TEST_F(DatabaseTest, AStatementCanBeRunAgain) {
  Database database = open().value();
  Statement insert = database.prepare("INSERT INTO note (words) VALUES (?)").value();
  ASSERT_TRUE(insert.run(std::string_view("one")).ok());
  ASSERT_TRUE(insert.run(nullptr).ok());
  EXPECT_EQ(count(database), 2);
}

TEST_F(DatabaseTest, WhatIsNotCommittedDidNotHappen) {
  Database database = open().value();
  {
    const Transaction transaction = database.begin().value();
    ASSERT_TRUE(write(database, "forgotten").ok());
  }
  Transaction transaction = database.begin().value();
  ASSERT_TRUE(write(database, "kept").ok());
  ASSERT_TRUE(transaction.commit().ok());
  Database again = open().value();
  EXPECT_EQ(count(again), 1);
}

TEST_F(DatabaseTest, ReadersDoNotWaitForAWriter) {
  Database writer = open().value();
  Database reader = open(kFirst, Database::Access::Read).value();
  Transaction transaction = writer.begin().value();
  ASSERT_TRUE(write(writer, "under way").ok());
  EXPECT_EQ(count(reader), 0) << "the last commit is what a reader sees";
  ASSERT_TRUE(transaction.commit().ok());
  EXPECT_EQ(count(reader), 1);
}

TEST_F(DatabaseTest, WhoReadsInATransactionSeesOneMoment) {
  Database writer = open().value();
  Database reader = open(kFirst, Database::Access::Read).value();
  {
    const Transaction view = reader.begin_reading().value();
    EXPECT_EQ(count(reader), 0);
    ASSERT_TRUE(write(writer, "meanwhile").ok());
    EXPECT_EQ(count(reader), 0);
  }
  EXPECT_EQ(count(reader), 1);
}

TEST_F(DatabaseTest, WhoMayReadMayNotWrite) {
  (void)open().value();
  Database reader = open(kFirst, Database::Access::Read).value();
  EXPECT_EQ(write(reader, "no").error().code, Errc::Denied);
}

TEST_F(DatabaseTest, OnlyItsOwnerMayReadTheFile) {
  (void)open().value();
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(DatabaseTest, AnOldFileGrowsAndKeepsWhatItHolds) {
  {
    Database database = open(kFirst).value();
    ASSERT_TRUE(write(database, "old").ok());
  }
  EXPECT_EQ(open(kBoth, Database::Access::Read).error().code, Errc::Invalid)
      << "who only reads cannot bring it up to date";
  Database database = open(kBoth).value();
  Statement select = database.prepare("SELECT words, author FROM note").value();
  ASSERT_TRUE(select.begin({}).ok());
  ASSERT_TRUE(select.next().value());
  EXPECT_EQ(select.text(0) + select.text(1), "oldnobody");
}

TEST_F(DatabaseTest, AFileOfANewerProgramIsRefused) {
  (void)open(kBoth).value();
  const base::Result<Database> refused = open(kFirst);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("newer version"), std::string::npos);
}

TEST_F(DatabaseTest, AFailedMigrationLeavesTheFileAsItWas) {
  (void)open(kFirst).value();
  constexpr Migration kBroken[] = {kFirst[0], {2, "CREATE TABLE more (a); CREATE TABLE note (b)"}};
  EXPECT_FALSE(open(kBroken).ok());
  Database database = open(kFirst).value();
  EXPECT_FALSE(database.prepare("SELECT * FROM more").ok());
}

TEST_F(DatabaseTest, ADatabaseOfAnotherProgramIsNotTouched) {
  (void)open().value();
  const base::Result<Database> refused =
      Database::open({.path = path_, .application = 8, .migrations = kFirst});
  EXPECT_EQ(refused.error().code, Errc::Invalid);
}

TEST_F(DatabaseTest, AFileThatIsNoDatabaseIsNotTouched) {
  std::ofstream(path_) << std::string(5000, 'x');
  EXPECT_EQ(open().error().code, Errc::Invalid);
  EXPECT_EQ(std::filesystem::file_size(path_), 5000u);
}

TEST_F(DatabaseTest, WhatIsNotThereIsNotMadeToBeRead) {
  EXPECT_EQ(open(kFirst, Database::Access::Read).error().code, Errc::NotFound);
  EXPECT_EQ(open(kFirst, Database::Access::Write).error().code, Errc::NotFound);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(DatabaseTest, DamageIsFound) {
  {
    Database database = open().value();
    ASSERT_TRUE(write(database, std::string(50'000, 'a')).ok());
    EXPECT_TRUE(database.check_integrity().ok());
  }
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(3 * 4096);
  file << std::string(4096, '\x55');
  file.close();
  base::Result<Database> database = open();
  EXPECT_TRUE(!database.ok() || !database.value().check_integrity().ok());
}

TEST_F(DatabaseTest, ABackupIsMadeWhileSomebodyWrites) {
  Database database = open().value();
  ASSERT_TRUE(write(database, "committed").ok());
  Database writer = open().value();
  const Transaction transaction = writer.begin().value();
  ASSERT_TRUE(write(writer, "under way").ok());

  ASSERT_TRUE(database.back_up(folder_ + "/copy.db").ok());
  path_ = folder_ + "/copy.db";
  Database copy = open().value();
  EXPECT_EQ(count(copy), 1);
  EXPECT_TRUE(copy.check_integrity().ok());
}

}  // namespace
}  // namespace riposte::store
