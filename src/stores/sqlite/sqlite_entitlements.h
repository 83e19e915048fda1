// Entitlements on coldpath.db.
#ifndef COLDPATH_STORES_SQLITE_SQLITE_ENTITLEMENTS_H_
#define COLDPATH_STORES_SQLITE_SQLITE_ENTITLEMENTS_H_

#include <string>

#include "stores/sqlite/coldpath_db.h"
#include "tasks/entitlements.h"

namespace coldpath::stores {

class SqliteEntitlements final : public tasks::Entitlements {
 public:
  // `db` must outlive the store.
  explicit SqliteEntitlements(ColdpathDb& db) : db_(db) {}

  // Called for each request: it writes only if it hears something new. Of two statements of the
  // same moment the one that was heard last holds.
  base::Result<bool> Record(const std::string& user_id, bool pro, base::Instant issued) override;
  base::Result<bool> HasPro(const std::string& user_id) override;
  base::Status EraseUser(const std::string& user_id) override;

 private:
  ColdpathDb& db_;
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_SQLITE_ENTITLEMENTS_H_
