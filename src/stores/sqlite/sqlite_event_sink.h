// EventPublisher of a service that stands alone: published events are rows of coldpath.db, once
// each, for operators and for the webhooks that read them.
#ifndef COLDPATH_STORES_SQLITE_SQLITE_EVENT_SINK_H_
#define COLDPATH_STORES_SQLITE_SQLITE_EVENT_SINK_H_

#include <vector>

#include "stores/sqlite/coldpath_db.h"
#include "tasks/job_store.h"
#include "tasks/notifier.h"

namespace coldpath::stores {

class SqliteEventSink final : public tasks::EventPublisher {
 public:
  // `db` must outlive the sink.
  explicit SqliteEventSink(ColdpathDb& db) : db_(db) {}

  // An event whose id is known is dropped.
  base::Status Publish(const tasks::OutboxEvent& event) override;
  // In the order in which they were published, from the oldest on.
  base::Result<std::vector<tasks::OutboxEvent>> List(int limit);

 private:
  ColdpathDb& db_;
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_SQLITE_EVENT_SINK_H_
