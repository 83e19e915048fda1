// DeliveryQueue on coldpath.db. A lease is a later time in column due: what was taken and never
// settled becomes due again by itself.
#ifndef COLDPATH_STORES_SQLITE_SQLITE_DELIVERY_QUEUE_H_
#define COLDPATH_STORES_SQLITE_SQLITE_DELIVERY_QUEUE_H_

#include <string>
#include <vector>

#include "stores/sqlite/coldpath_db.h"
#include "tasks/delivery_queue.h"

namespace coldpath::stores {

class SqliteDeliveryQueue final : public tasks::DeliveryQueue {
 public:
  // `db` must outlive the queue.
  explicit SqliteDeliveryQueue(ColdpathDb& db) : db_(db) {}

  base::Result<bool> Add(const std::string& batch, const std::string& user_id,
                         const std::vector<tasks::Delivery>& deliveries,
                         base::Instant now) override;
  base::Result<std::vector<tasks::Delivery>> TakeDue(base::Instant now,
                                                     const tasks::TakeLimits& limits) override;
  base::Status Settle(const std::string& key, base::Instant now) override;
  base::Status Reschedule(const std::string& key, base::Instant due) override;
  base::Result<int> CountWaiting() override;
  base::Status Prune(base::Instant before) override;
  base::Status EraseUser(const std::string& user_id) override;

 private:
  ColdpathDb& db_;
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_SQLITE_DELIVERY_QUEUE_H_
