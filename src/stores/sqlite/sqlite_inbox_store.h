// InboxStore on coldpath.db.
#ifndef COLDPATH_STORES_SQLITE_SQLITE_INBOX_STORE_H_
#define COLDPATH_STORES_SQLITE_SQLITE_INBOX_STORE_H_

#include <string>
#include <vector>

#include "stores/sqlite/coldpath_db.h"
#include "tasks/notifier.h"

namespace coldpath::stores {

class SqliteInboxStore final : public tasks::InboxStore {
 public:
  // `db` must outlive the store.
  explicit SqliteInboxStore(ColdpathDb& db) : db_(db) {}

  base::Result<bool> Add(const tasks::Notification& notification) override;
  base::Result<std::vector<tasks::Notification>> List(const std::string& user_id,
                                                      int limit) override;
  base::Status EraseJob(const std::string& user_id, const std::string& job_id) override;
  base::Status EraseUser(const std::string& user_id) override;

 private:
  ColdpathDb& db_;
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_SQLITE_INBOX_STORE_H_
