#include "stores/sqlite/database.h"

#include <sqlite3.h>

#include "base/check.h"

namespace coldpath::stores {
namespace {

std::string CodeOf(int result) {
  switch (result & 0xff) {
    case SQLITE_FULL:
      return "store.full";
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "store.read_only";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "store.corrupt";
    case SQLITE_CONSTRAINT:
      return "store.conflict";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "store.busy";
    default:
      return "store.io";
  }
}

std::string AdviceFor(std::string_view code) {
  if (code == "store.full") return "; free some disk space";
  if (code == "store.read_only") return "; make the file and its folder writable";
  if (code == "store.corrupt") return "; restore it from a backup";
  return "";
}

base::Error ErrorOf(sqlite3* database, int result) {
  const char* file = database == nullptr ? nullptr : sqlite3_db_filename(database, "main");
  const std::string code = CodeOf(result);
  std::string reason = database == nullptr ? sqlite3_errstr(result) : sqlite3_errmsg(database);
  return {code, "database " + std::string(file == nullptr || *file == '\0' ? "in memory" : file) +
                    ": " + reason + " (SQLite " + std::to_string(result) + ")" + AdviceFor(code)};
}

}  // namespace

// ---- Statement -------------------------------------------------------------------------------

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::Bind(int parameter, std::int64_t value) {
  bind_error_ |= sqlite3_bind_int64(statement_.get(), parameter, value);
  return *this;
}

Statement& Statement::Bind(int parameter, double value) {
  bind_error_ |= sqlite3_bind_double(statement_.get(), parameter, value);
  return *this;
}

Statement& Statement::Bind(int parameter, std::string_view text) {
  // SQLite takes a null pointer for NULL, and an empty view may hold one.
  const char* data = text.data() == nullptr ? "" : text.data();
  bind_error_ |= sqlite3_bind_text64(statement_.get(), parameter, data, text.size(),
                                     copy_ ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::Bind(int parameter, Blob blob) {
  const char* data = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  bind_error_ |= sqlite3_bind_blob64(statement_.get(), parameter, data, blob.bytes.size(),
                                     copy_ ? SQLITE_TRANSIENT : SQLITE_STATIC);
  return *this;
}

Statement& Statement::Bind(int parameter, std::nullopt_t) {
  bind_error_ |= sqlite3_bind_null(statement_.get(), parameter);
  return *this;
}

base::Result<bool> Statement::Step() {
  sqlite3* database = sqlite3_db_handle(statement_.get());
  if (bind_error_ != SQLITE_OK) {
    base::Error error = ErrorOf(database, SQLITE_MISUSE);
    Reset();
    return base::Fail(std::move(error));
  }
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) {
    Reset();
    return false;
  }
  base::Error error = ErrorOf(database, sqlite3_extended_errcode(database));
  Reset();
  return base::Fail(std::move(error));
}

base::Status Statement::Finish() {
  while (true) {
    COLDPATH_ASSIGN_OR_RETURN(const bool row, Step());
    if (!row) return {};
  }
}

void Statement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  bind_error_ = SQLITE_OK;
  copy_ = true;
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::Int64(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::Double(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::TextView(int column) const {
  // The order matters: sqlite3_column_bytes counts what the last conversion left.
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

std::string Statement::Text(int column) const { return std::string(TextView(column)); }

std::optional<std::string> Statement::OptionalText(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Text(column);
}

std::optional<std::int64_t> Statement::OptionalInt64(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Int64(column);
}

// ---- Database --------------------------------------------------------------------------------

void Database::Close::operator()(sqlite3* database) const {
  // _v2: a Statement that outlives its Database keeps the connection until it goes too.
  sqlite3_close_v2(database);
}

base::Result<Database> Database::Open(const std::string& path, const DatabaseOptions& options) {
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
      (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &handle, flags,
                                     options.vfs.empty() ? nullptr : options.vfs.c_str());
  Database database(handle);  // SQLite gives a handle also when it could not open
  if (result != SQLITE_OK) {
    base::Error error = ErrorOf(handle, result);
    error.message = path + ": " + error.message;
    return base::Fail(std::move(error));
  }
  sqlite3_busy_timeout(handle, options.busy_timeout_ms);
  std::string pragmas = "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-" +
                        std::to_string(options.cache_kib) + ";";
  if (!options.read_only) {
    pragmas += "PRAGMA journal_mode=WAL; PRAGMA synchronous=";
    pragmas += options.full_sync ? "FULL;" : "NORMAL;";
    pragmas += "PRAGMA wal_autocheckpoint=" + std::to_string(options.checkpoint_pages) + ";";
  }
  COLDPATH_RETURN_IF_ERROR(database.Execute(pragmas));
  return database;
}

base::Status Database::Migrate(std::span<const Migration> migrations) {
  COLDPATH_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*this));
  std::int64_t version = 0;
  {
    COLDPATH_ASSIGN_OR_RETURN(Statement read, Prepare("PRAGMA user_version"));
    COLDPATH_RETURN_IF_ERROR(read.Step());
    version = read.Int64(0);
  }
  const int known = migrations.empty() ? 0 : migrations.back().version;
  if (version > known) {
    const char* file = sqlite3_db_filename(database_.get(), "main");
    return base::Fail("store.newer_schema",
                      std::string(file == nullptr ? "" : file) + " has schema version " +
                          std::to_string(version) + ", but this release knows versions up to " +
                          std::to_string(known) +
                          " only: start it with the newer release that wrote it, or point this one "
                          "at another data folder");
  }
  for (const Migration& migration : migrations) {
    if (migration.version <= version) continue;
    COLDPATH_CHECK(migration.version == version + 1);
    COLDPATH_RETURN_IF_ERROR(Execute(migration.sql));
    version = migration.version;
  }
  COLDPATH_RETURN_IF_ERROR(Execute("PRAGMA user_version=" + std::to_string(version)));
  return transaction.Commit();
}

base::Result<Statement> Database::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) return base::Fail(ErrorOf(database_.get(), result));
  return Statement(statement);
}

base::Result<Statement*> Database::Cached(std::string_view sql) {
  if (const auto found = cached_.find(sql); found != cached_.end()) {
    found->second.Reset();
    return &found->second;
  }
  COLDPATH_ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
  return &cached_.emplace(std::string(sql), std::move(statement)).first->second;
}

base::Status Database::Execute(const std::string& sql) {
  const int result = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return base::Fail(ErrorOf(database_.get(), result));
  return {};
}

std::int64_t Database::Changes() const { return sqlite3_changes64(database_.get()); }

std::int64_t Database::LastInsertRowid() const {
  return sqlite3_last_insert_rowid(database_.get());
}

bool Database::InTransaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

// ---- Transaction -----------------------------------------------------------------------------

base::Result<Transaction> Transaction::Begin(Database& database) {
  COLDPATH_RETURN_IF_ERROR(database.Run("BEGIN IMMEDIATE"));
  return Transaction(database);
}

base::Status Transaction::Commit() {
  Database* database = std::exchange(database_, nullptr);
  COLDPATH_CHECK(database != nullptr);
  base::Status committed = database->Run("COMMIT");
  // Some errors (a full disk) roll back by themselves, others leave the transaction open.
  if (!committed && database->InTransaction()) (void)database->Run("ROLLBACK");
  return committed;
}

Transaction::~Transaction() {
  if (database_ != nullptr && database_->InTransaction()) (void)database_->Run("ROLLBACK");
}

}  // namespace coldpath::stores
