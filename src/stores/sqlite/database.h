// A thin layer over SQLite's C API: connections, prepared statements, transactions and migrations,
// with errors as Results. Nothing outside stores/ sees it, and sqlite3.h is included by database.cc
// alone.
//
// A Database and its Statements are used by one thread at a time (SQLITE_OPEN_NOMUTEX): whoever
// shares one guards it.
#ifndef COLDPATH_STORES_SQLITE_DATABASE_H_
#define COLDPATH_STORES_SQLITE_DATABASE_H_

#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace coldpath::stores {

// Error codes of everything here (the message names the file and SQLite's reason):
//   store.full          the disk, or the limit set for the file, is full
//   store.read_only     the file or its folder cannot be written
//   store.corrupt       the file is not a database, or damaged
//   store.conflict      a constraint (unique, foreign key, not null, check) refused the row
//   store.busy          another connection held the write lock for longer than busy_timeout
//   store.newer_schema  a later release wrote the file
//   store.io            anything else

// A binary value: kept as a BLOB, where a plain string_view is kept as TEXT.
struct Blob {
  std::string_view bytes;
};

// A prepared statement. Indexes of parameters count from 1, those of columns from 0, as in SQL and
// SQLite.
class Statement {
 public:
  Statement(Statement&&) noexcept = default;
  Statement& operator=(Statement&&) noexcept = default;

  // A failed bind (out of memory, no such parameter) is reported by the next Step.
  Statement& Bind(int parameter, std::int64_t value);
  template <std::integral T>
  Statement& Bind(int parameter, T value) {
    return Bind(parameter, static_cast<std::int64_t>(value));
  }
  Statement& Bind(int parameter, double value);
  Statement& Bind(int parameter, std::string_view text);
  Statement& Bind(int parameter, const std::string& text) {
    return Bind(parameter, std::string_view(text));
  }
  Statement& Bind(int parameter, const char* text) {
    return Bind(parameter, std::string_view(text));
  }
  Statement& Bind(int parameter, Blob blob);
  Statement& Bind(int parameter, std::nullopt_t);
  template <typename T>
  Statement& Bind(int parameter, const std::optional<T>& value) {
    return value ? Bind(parameter, *value) : Bind(parameter, std::nullopt);
  }

  // Starts anew with these as parameters 1, 2, ...; they are copied, so that the rows may be read
  // later:
  //   statement.Query(user, limit); while (*statement.Step()) ...
  template <typename... Args>
  Statement& Query(const Args&... args) {
    Reset();
    int parameter = 0;
    (Bind(++parameter, args), ...);
    return *this;
  }
  // Carries out a statement whose rows (if any) do not matter. Texts and blobs are not copied.
  template <typename... Args>
  base::Status Run(const Args&... args) {
    Reset();
    copy_ = false;
    int parameter = 0;
    (Bind(++parameter, args), ...);
    return Finish();
  }

  // True: there is a row, read its columns before the next Step. False: no more rows; the statement
  // has been reset.
  base::Result<bool> Step();
  // Ends reading and forgets the parameters. A statement that stays half read keeps the database
  // from checkpointing.
  void Reset();

  bool IsNull(int column) const;
  std::int64_t Int64(int column) const;
  int Int(int column) const { return static_cast<int>(Int64(column)); }
  double Double(int column) const;
  // Bytes of a TEXT or BLOB column; empty for NULL.
  std::string Text(int column) const;
  // The same without a copy: valid until the next Step or Reset.
  std::string_view TextView(int column) const;
  std::optional<std::string> OptionalText(int column) const;
  std::optional<std::int64_t> OptionalInt64(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  base::Status Finish();

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_error_ = 0;
  bool copy_ = true;
};

// Brings the schema to `version`. Versions count from 1 without gaps; a released migration is never
// edited.
struct Migration {
  int version;
  const char* sql;
};

struct DatabaseOptions {
  bool read_only = false;
  int busy_timeout_ms = 10'000;
  int cache_kib = 8 * 1024;
  // Pages of write-ahead log after which the committing thread moves them into the file.
  int checkpoint_pages = 4'000;
  // True: a commit survives the loss of power (synchronous=FULL). False: only the loss of the
  // process.
  bool full_sync = true;
  // Name of a registered SQLite VFS, for fault injection; empty for the operating system's.
  std::string vfs = {};
};

class Database {
 public:
  // Opens the file, creating it unless read_only, in WAL mode with foreign keys on. ":memory:"
  // gives a private database in memory.
  static base::Result<Database> Open(const std::string& path, const DatabaseOptions& options = {});
  Database(Database&&) noexcept = default;
  Database& operator=(Database&&) noexcept = default;

  // Applies the migrations that the file lacks, all in one transaction.
  base::Status Migrate(std::span<const Migration> migrations);

  // One statement, kept compiled for as long as the Statement lives.
  base::Result<Statement> Prepare(std::string_view sql);
  // The same, kept by the Database and shared by all who give the same text; comes back reset. Not
  // for two readings of the same text at once.
  base::Result<Statement*> Cached(std::string_view sql);
  // Any number of statements without parameters.
  base::Status Execute(const std::string& sql);
  // Prepares (cached), binds and carries out.
  template <typename... Args>
  base::Status Run(std::string_view sql, const Args&... args) {
    COLDPATH_ASSIGN_OR_RETURN(Statement * statement, Cached(sql));
    return statement->Run(args...);
  }
  // Prepares (cached) and binds; Step the statement for its rows, and Reset it if not all are read.
  template <typename... Args>
  base::Result<Statement*> Query(std::string_view sql, const Args&... args) {
    COLDPATH_ASSIGN_OR_RETURN(Statement * statement, Cached(sql));
    statement->Query(args...);
    return statement;
  }

  // Rows that the last INSERT, UPDATE or DELETE changed.
  std::int64_t Changes() const;
  std::int64_t LastInsertRowid() const;
  bool InTransaction() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}

  // Declared before the statements: they are finalized first.
  std::unique_ptr<sqlite3, Close> database_;
  std::map<std::string, Statement, std::less<>> cached_;
};

// Holds the write lock from Begin (BEGIN IMMEDIATE) to Commit; without a Commit, all is rolled
// back.
class Transaction {
 public:
  static base::Result<Transaction> Begin(Database& database);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;

  // After an error nothing of the transaction remains.
  base::Status Commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_DATABASE_H_
