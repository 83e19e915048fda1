#include "stores/sqlite/sqlite_connection_store.h"

#include <utility>

#include "documents/connection_document.h"
#include "documents/document.h"

namespace coldpath::stores {
namespace {

using documents::DecodeConnection;
using documents::EncodeConnection;
using documents::FromMicros;
using documents::ToMicros;

using base::Result;
using base::Status;

constexpr base::Duration kKeptAfterEnd = std::chrono::hours(24);

// Columns: connection_id, user_id, version, document, first_week_due.
Result<domain::Connection> ConnectionFromRow(const Statement& row) {
  COLDPATH_ASSIGN_OR_RETURN(domain::Connection connection,
                            DecodeConnection("connection " + row.Text(0), row.TextView(3)));
  connection.id = row.Text(0);
  connection.user_id = row.Text(1);
  connection.version = row.Int64(2);
  connection.first_week_due = row.Int64(4) != 0 && !connection.erasing;
  return connection;
}

// `rows` is what Database::Query returns.
template <typename Rows>
Result<std::vector<domain::Connection>> AllConnections(Rows&& rows) {
  std::vector<domain::Connection> connections;
  COLDPATH_RETURN_IF_ERROR(ForEachRow(std::forward<Rows>(rows), [&](Statement& row) -> Status {
    COLDPATH_ASSIGN_OR_RETURN(domain::Connection connection, ConnectionFromRow(row));
    connections.push_back(std::move(connection));
    return {};
  }));
  return connections;
}

base::Error NoSuchConnection(const std::string& id) {
  return {"store.not_found", "there is no connection " + id};
}

Result<bool> Exists(Database& database, const domain::Connection& connection) {
  COLDPATH_ASSIGN_OR_RETURN(
      const auto there,
      FirstRow(database.Query("SELECT 1 FROM connections WHERE user_id=? AND connection_id=?",
                              connection.user_id, connection.id),
               [](Statement&) { return true; }));
  return there.has_value();
}

}  // namespace

Status SqliteConnectionStore::PutPending(const tasks::PendingAuthorization& pending) {
  return db_.Write([&](Database& database) -> Status {
    COLDPATH_RETURN_IF_ERROR(database.Run("DELETE FROM pending_authorizations WHERE expires<?",
                                          ToMicros(pending.expires - kKeptAfterEnd)));
    return database.Run(
        "INSERT INTO pending_authorizations(state, user_id, provider, code_verifier, return_url, "
        "expires) VALUES(?,?,?,?,?,?)",
        pending.state, pending.user_id, pending.provider, pending.code_verifier, pending.return_url,
        ToMicros(pending.expires));
  });
}

Result<tasks::PendingAuthorization> SqliteConnectionStore::TakePending(const std::string& state) {
  return db_.Write([&](Database& database) -> Result<tasks::PendingAuthorization> {
    COLDPATH_ASSIGN_OR_RETURN(
        auto pending,
        FirstRow(database.Query("DELETE FROM pending_authorizations WHERE state=? RETURNING "
                                "state, user_id, provider, code_verifier, return_url, expires",
                                state),
                 [](Statement& row) {
                   return tasks::PendingAuthorization{.state = row.Text(0),
                                                      .user_id = row.Text(1),
                                                      .provider = row.Text(2),
                                                      .code_verifier = row.Text(3),
                                                      .return_url = row.Text(4),
                                                      .expires = FromMicros(row.Int64(5))};
                 }));
    // The state itself stays out of the message: it is a credential.
    if (!pending)
      return base::Fail("store.not_found", "there is no such authorisation in progress");
    return *std::move(pending);
  });
}

Result<std::int64_t> SqliteConnectionStore::Put(const domain::Connection& connection) {
  return db_.Write([&](Database& database) -> Result<std::int64_t> {
    const std::int64_t next = connection.version + 1;
    if (connection.version == 0) {
      COLDPATH_RETURN_IF_ERROR(
          database.Run("INSERT INTO connections(user_id, connection_id, version, first_week_due, "
                       "document) VALUES(?,?,?,?,?) ON CONFLICT DO NOTHING",
                       connection.user_id, connection.id, next,
                       std::int64_t{connection.first_week_due || connection.erasing},
                       EncodeConnection(connection)));
    } else {
      COLDPATH_RETURN_IF_ERROR(database.Run(
          "UPDATE connections SET version=?, first_week_due=?, document=? "
          "WHERE user_id=? AND connection_id=? AND version=?",
          next, std::int64_t{connection.first_week_due || connection.erasing},
          EncodeConnection(connection), connection.user_id, connection.id, connection.version));
    }
    if (database.Changes() == 1) return next;
    COLDPATH_ASSIGN_OR_RETURN(const bool exists, Exists(database, connection));
    if (!exists) return base::Fail(NoSuchConnection(connection.id));
    return base::Fail("store.conflict",
                      "connection " + connection.id + " has changed meanwhile: read it again");
  });
}

Result<domain::Connection> SqliteConnectionStore::Get(const std::string& user_id,
                                                      const std::string& connection_id) {
  return db_.Read([&](Database& database) -> Result<domain::Connection> {
    COLDPATH_ASSIGN_OR_RETURN(
        auto connection,
        FirstRow(database.Query("SELECT connection_id, user_id, version, document, first_week_due "
                                "FROM connections WHERE user_id=? AND connection_id=?",
                                user_id, connection_id),
                 ConnectionFromRow));
    if (!connection) return base::Fail(NoSuchConnection(connection_id));
    return *std::move(connection);
  });
}

Result<std::vector<domain::Connection>> SqliteConnectionStore::List(const std::string& user_id) {
  return db_.Read([&](Database& database) {
    return AllConnections(
        database.Query("SELECT connection_id, user_id, version, document, first_week_due "
                       "FROM connections WHERE user_id=? ORDER BY connection_id",
                       user_id));
  });
}

Result<std::vector<domain::Connection>> SqliteConnectionStore::ListDue() {
  return db_.Read([&](Database& database) {
    return AllConnections(
        database.Query("SELECT connection_id, user_id, version, document, first_week_due "
                       "FROM connections WHERE first_week_due=1 ORDER BY connection_id"));
  });
}

Status SqliteConnectionStore::Delete(const std::string& user_id, const std::string& connection_id) {
  return db_.Write([&](Database& database) {
    return database.Run("DELETE FROM connections WHERE user_id=? AND connection_id=?", user_id,
                        connection_id);
  });
}

Status SqliteConnectionStore::EraseUser(const std::string& user_id) {
  return db_.Write([&](Database& database) -> Status {
    COLDPATH_RETURN_IF_ERROR(database.Run("DELETE FROM connections WHERE user_id=?", user_id));
    return database.Run("DELETE FROM pending_authorizations WHERE user_id=?", user_id);
  });
}

}  // namespace coldpath::stores
