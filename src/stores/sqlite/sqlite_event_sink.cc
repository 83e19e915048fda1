#include "stores/sqlite/sqlite_event_sink.h"

#include <algorithm>
#include <utility>

#include "documents/document.h"
#include "stores/sqlite/job_rows.h"

namespace coldpath::stores {

using documents::ToMicros;

base::Status SqliteEventSink::Publish(const tasks::OutboxEvent& event) {
  return db_.Write([&](Database& database) {
    return database.Run(
        "INSERT INTO published_events(event_id, type, data, time) VALUES(?,?,?,?) "
        "ON CONFLICT DO NOTHING",
        event.id, event.type, base::DumpJson(event.data), ToMicros(event.time));
  });
}

base::Result<std::vector<tasks::OutboxEvent>> SqliteEventSink::List(int limit) {
  return db_.Read([&](Database& database) -> base::Result<std::vector<tasks::OutboxEvent>> {
    std::vector<tasks::OutboxEvent> events;
    COLDPATH_RETURN_IF_ERROR(
        ForEachRow(database.Query("SELECT event_id, type, data, time FROM published_events "
                                  "ORDER BY id LIMIT ?",
                                  std::max(limit, 1)),
                   [&](Statement& row) -> base::Status {
                     COLDPATH_ASSIGN_OR_RETURN(tasks::OutboxEvent event, OutboxEventFromRow(row));
                     events.push_back(std::move(event));
                     return {};
                   }));
    return events;
  });
}

}  // namespace coldpath::stores
