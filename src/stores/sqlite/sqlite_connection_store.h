// ConnectionStore on coldpath.db.
#ifndef COLDPATH_STORES_SQLITE_SQLITE_CONNECTION_STORE_H_
#define COLDPATH_STORES_SQLITE_SQLITE_CONNECTION_STORE_H_

#include <string>
#include <vector>

#include "stores/sqlite/coldpath_db.h"
#include "tasks/connection_store.h"

namespace coldpath::stores {

class SqliteConnectionStore final : public tasks::ConnectionStore {
 public:
  // `db` must outlive the store.
  explicit SqliteConnectionStore(ColdpathDb& db) : db_(db) {}

  // Also clears away authorisations that ended a day before this one will and were never used.
  base::Status PutPending(const tasks::PendingAuthorization& pending) override;
  base::Result<tasks::PendingAuthorization> TakePending(const std::string& state) override;
  base::Result<std::int64_t> Put(const domain::Connection& connection) override;
  base::Result<domain::Connection> Get(const std::string& user_id,
                                       const std::string& connection_id) override;
  base::Result<std::vector<domain::Connection>> List(const std::string& user_id) override;
  base::Result<std::vector<domain::Connection>> ListDue() override;
  base::Status Delete(const std::string& user_id, const std::string& connection_id) override;
  base::Status EraseUser(const std::string& user_id) override;

 private:
  ColdpathDb& db_;
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_SQLITE_CONNECTION_STORE_H_
