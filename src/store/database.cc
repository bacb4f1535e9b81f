#include "store/database.h"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/files.h"

namespace riposte::store {
namespace {

using base::Errc;
using base::Error;

Errc errc_of(int code) {
  switch (code & 0xff) {  // the rest tells more than we ask
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Errc::Busy;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
      return Errc::Denied;
    case SQLITE_TOOBIG:
      return Errc::Limit;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
      return Errc::Io;
    default:
      return Errc::Invalid;
  }
}

Error error_of(sqlite3* connection) {
  return {errc_of(sqlite3_errcode(connection)), sqlite3_errmsg(connection)};
}

// A file that only its owner may read: it holds what stood in logs.
base::Status make_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return base::system_error(errno);
  ::close(descriptor);
  return base::Done{};
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

base::Status Statement::begin(std::initializer_list<Value> values) {
  sqlite3_stmt* statement = statement_.get();
  sqlite3_reset(statement);
  CHECK(sqlite3_bind_parameter_count(statement) == static_cast<int>(values.size()),
        "a statement gets one value for each question mark");
  int place = 0;
  for (const Value& value : values) {
    ++place;
    int code = SQLITE_OK;
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      code = sqlite3_bind_int64(statement, place, *number);
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      const char* bytes = text->data() == nullptr ? "" : text->data();
      code =
          sqlite3_bind_text64(statement, place, bytes, text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    } else {
      code = sqlite3_bind_null(statement, place);
    }
    if (code != SQLITE_OK) return error_of(sqlite3_db_handle(statement));
  }
  return base::Done{};
}

base::Result<bool> Statement::next() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  Error error = error_of(sqlite3_db_handle(statement_.get()));
  sqlite3_reset(statement_.get());
  if (code == SQLITE_DONE) return false;
  return error;
}

base::Status Statement::finish() {
  while (TRY(next())) {
  }
  return base::Done{};
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const unsigned char* bytes = sqlite3_column_text(statement_.get(), column);
  if (bytes == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return {reinterpret_cast<const char*>(bytes), size};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void Transaction::RollBack::operator()(sqlite3* connection) const {
  sqlite3_exec(connection, "ROLLBACK", nullptr, nullptr, nullptr);
}

base::Status Transaction::commit() {
  CHECK(connection_ != nullptr, "a transaction is committed once");
  if (sqlite3_exec(connection_.get(), "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK)
    return error_of(connection_.get());
  // Beyond this line it is durable.
  static_cast<void>(connection_.release());
  return base::Done{};
}

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

base::Result<Database> Database::open(const Spec& spec) {
  const auto in_place = [&spec](Error error) { return std::move(error).in(spec.path); };
  if (spec.access == Access::Create) {
    base::Status made = make_file(spec.path);
    if (!made.ok()) return in_place(std::move(made).error());
  } else if (::access(spec.path.c_str(), R_OK) != 0) {
    return in_place(base::system_error(errno));
  }
  const int flags = spec.access == Access::Read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(spec.path.c_str(), &connection,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database(connection, spec.path);
  if (code != SQLITE_OK) return in_place(error_of(connection));
  sqlite3_busy_timeout(connection, static_cast<int>(kBusyWait.count()));
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  base::Status ready = database.recognize(spec);
  if (ready.ok()) ready = database.migrate(spec);
  if (!ready.ok()) return in_place(std::move(ready).error());
  return database;
}

// Nothing is written before the file is known to be ours, or empty.
base::Status Database::recognize(const Spec& spec) {
  const std::int64_t application = TRY(ask("PRAGMA application_id"));
  const std::int64_t tables = TRY(ask("SELECT count(*) FROM sqlite_schema"));
  const std::int64_t version = TRY(ask("PRAGMA user_version"));
  if (application != spec.application && (application != 0 || tables > 0))
    return Error{Errc::Invalid, "this database belongs to another program"};
  const auto newest = static_cast<std::int64_t>(spec.migrations.size());
  if (version > newest) {
    return Error{Errc::Invalid, "this file is of a newer version of the program (schema " +
                                    std::to_string(version) + ", this one knows " +
                                    std::to_string(newest) + "); use that one"};
  }
  if (spec.access == Access::Read && version < newest) {
    return Error{Errc::Invalid, "this file is of an older version of the program (schema " +
                                    std::to_string(version) +
                                    "); whatever writes to it brings it up to date"};
  }
  if (spec.access == Access::Read) return base::Done{};
  TRY(execute("PRAGMA journal_mode=WAL"));
  TRY(execute("PRAGMA synchronous=FULL"));
  TRY(execute("PRAGMA foreign_keys=ON"));
  return base::Done{};
}

base::Status Database::migrate(const Spec& spec) {
  if (spec.access == Access::Read) return base::Done{};
  const auto newest = static_cast<std::int64_t>(spec.migrations.size());
  if (TRY(ask("PRAGMA user_version")) == newest) return base::Done{};
  Transaction transaction = TRY(begin());
  // Asked again: another process may have been first.
  const std::int64_t version = TRY(ask("PRAGMA user_version"));
  for (std::int64_t i = version; i < newest; ++i) {
    const Migration& migration = spec.migrations[static_cast<std::size_t>(i)];
    CHECK(migration.number == i + 1, "migrations are numbered from 1 without a gap");
    TRY(execute(migration.sql));
  }
  TRY(execute("PRAGMA application_id=" + std::to_string(spec.application)));
  TRY(execute("PRAGMA user_version=" + std::to_string(newest)));
  return transaction.commit();
}

base::Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      0, &statement, nullptr);
  if (code != SQLITE_OK) return error_of(connection_.get());
  return Statement(statement);
}

base::Result<Transaction> Database::begin() {
  TRY(execute("BEGIN IMMEDIATE"));
  return Transaction(connection_.get());
}

base::Result<Transaction> Database::begin_reading() {
  TRY(execute("BEGIN"));
  return Transaction(connection_.get());
}

base::Status Database::check_integrity() {
  Statement check = TRY(prepare("PRAGMA integrity_check(1)"));
  TRY(check.begin({}));
  const bool answered = TRY(check.next());
  const std::string answer = answered ? check.text(0) : "no answer";
  if (answer != "ok") return Error{Errc::Invalid, answer}.in(path_);
  return base::Done{};
}

base::Status Database::back_up(const std::string& path) {
  const std::string partial = path + ".partial";
  std::remove(partial.c_str());
  TRY(make_file(partial));
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(partial.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  std::unique_ptr<sqlite3, Close> copy(opened);
  if (code != SQLITE_OK) return error_of(opened).in(partial);
  sqlite3_backup* backup = sqlite3_backup_init(opened, "main", connection_.get(), "main");
  if (backup == nullptr) return error_of(opened).in(partial);
  // All pages in one step: a reader's view of one moment, which keeps no writer waiting.
  const int step = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (step != SQLITE_DONE || finished != SQLITE_OK) {
    Error error{errc_of(finished == SQLITE_OK ? step : finished), sqlite3_errstr(step)};
    std::remove(partial.c_str());
    return std::move(error).in(partial);
  }
  copy.reset();
  if (std::rename(partial.c_str(), path.c_str()) != 0) return base::system_error(errno).in(path);
  return base::Done{};
}

base::Status Database::execute(std::string_view sql) {
  const std::string text(sql);
  if (sqlite3_exec(connection_.get(), text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return error_of(connection_.get());
  return base::Done{};
}

base::Result<std::int64_t> Database::ask(std::string_view sql) {
  Statement statement = TRY(prepare(sql));
  TRY(statement.begin({}));
  TRY(statement.next());
  return statement.integer(0);
}

}  // namespace riposte::store
