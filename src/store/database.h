#pragma once

// One SQLite file (https://sqlite.org): what must survive the process.
//
//     Database database = TRY(Database::open({.path = "ledger.db", .application = 7, ...}));
//     Transaction transaction = TRY(database.begin());
//     Statement insert = TRY(database.prepare("INSERT INTO finding VALUES (?, ?)"));
//     TRY(insert.run(id, count));
//     TRY(transaction.commit());          // beyond this line it is durable
//
// The file is in WAL mode: readers see the last commit and never wait; writers take turns, and who
// waits longer than kBusyWait gets Errc::Busy. A commit returns when the disk has it
// (synchronous=FULL): a crash at any point, of the process or of the machine, loses nothing that
// was committed and leaves nothing half done.
//
// The schema grows by numbered migrations, forward only, each in one transaction. A file of a newer
// program, or of another one, is refused and not touched.
//
// When it fails: Busy (somebody writes), NotFound, Denied, Io (disk full and the like), Invalid (no
// database, or a damaged one). Nothing throws.
//
// Threads: confined to its owner; each thread opens its own.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace riposte::store {

inline constexpr std::chrono::milliseconds kBusyWait{5000};

// A value given to a statement. Texts may hold any bytes and are copied.
using Value = std::variant<std::nullptr_t, std::int64_t, std::string_view>;

// A prepared statement and the row it stands on. It borrows its Database.
class Statement {
 public:
  // Binds the values to the question marks, one each, and starts over.
  base::Status begin(std::initializer_list<Value> values);

  // The next row; false when there is none.
  base::Result<bool> next();

  // Runs it to the end, for statements that give no rows.
  template <typename... Values>
  base::Status run(const Values&... values) {
    base::Status begun = begin({Value(values)...});
    if (!begun.ok()) return begun;
    return finish();
  }

  // Of the row, by column counted from 0. What is null is 0 and empty.
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  base::Status finish();

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// Everything done between begin() and commit() happens, or nothing of it. Not committed: undone
// when it is destroyed. It borrows its Database.
class Transaction {
 public:
  base::Status commit();

 private:
  friend class Database;
  struct RollBack {
    void operator()(sqlite3* connection) const;
  };
  explicit Transaction(sqlite3* connection) : connection_(connection) {}

  std::unique_ptr<sqlite3, RollBack> connection_;
};

// Step `number` of a schema; the first is 1, and none is left out or changed once released.
struct Migration {
  int number = 0;
  std::string_view sql;
};

class Database {
 public:
  enum class Access {
    Create,  // read and write; made, readable by its owner only, where there is none
    Write,   // read and write what is there
    Read,    // and change nothing; the schema must be the one of this program
  };

  struct Spec {
    std::string path;
    Access access = Access::Create;
    std::int32_t application = 0;  // told from the file, so that no other database is taken for it
    std::span<const Migration> migrations;
  };

  static base::Result<Database> open(const Spec& spec);

  base::Result<Statement> prepare(std::string_view sql);

  // Begins to write: others that want to wait until it is over.
  base::Result<Transaction> begin();

  // Until it is destroyed every query sees the same moment.
  base::Result<Transaction> begin_reading();

  // Invalid with what is wrong, if the file is damaged.
  base::Status check_integrity();

  // Writes a consistent copy while others read and write; `path` appears whole, or not at all.
  base::Status back_up(const std::string& path);

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  explicit Database(sqlite3* connection, std::string path)
      : connection_(connection), path_(std::move(path)) {}

  base::Status execute(std::string_view sql);
  base::Result<std::int64_t> ask(std::string_view sql);
  base::Status recognize(const Spec& spec);
  base::Status migrate(const Spec& spec);

  std::unique_ptr<sqlite3, Close> connection_;
  std::string path_;
};

}  // namespace riposte::store
