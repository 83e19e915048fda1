// PushRegistry on coldpath.db. Addresses and keys of devices are sealed under the KeyVault, as the
// providers' tokens are: a copy of the file alone reaches no device. What was sealed under a key
// that is lost is not listed; its device enters itself again.
#ifndef COLDPATH_STORES_SQLITE_SQLITE_PUSH_REGISTRY_H_
#define COLDPATH_STORES_SQLITE_SQLITE_PUSH_REGISTRY_H_

#include <set>
#include <string>
#include <vector>

#include "stores/sqlite/coldpath_db.h"
#include "tasks/key_vault.h"
#include "tasks/push_registry.h"

namespace coldpath::stores {

class SqlitePushRegistry final : public tasks::PushRegistry {
 public:
  // `offered`: the kinds that this installation can send to. `db` and `vault` must outlive the
  // registry. Errors beside the port's: vault.*.
  SqlitePushRegistry(ColdpathDb& db, tasks::KeyVault& vault, std::set<tasks::PushKind> offered)
      : db_(db), vault_(vault), offered_(std::move(offered)) {}

  base::Status Put(const tasks::PushSubscription& subscription) override;
  base::Result<std::vector<tasks::PushSubscription>> List(const std::string& user_id) override;
  base::Status Remove(const std::string& user_id, const std::string& id) override;
  base::Result<tasks::PushSwitches> ReadSwitches(const std::string& user_id) override;
  base::Status WriteSwitches(const std::string& user_id,
                             const tasks::PushSwitches& switches) override;
  base::Status EraseUser(const std::string& user_id) override;

 private:
  ColdpathDb& db_;
  tasks::KeyVault& vault_;
  const std::set<tasks::PushKind> offered_;
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_SQLITE_PUSH_REGISTRY_H_
