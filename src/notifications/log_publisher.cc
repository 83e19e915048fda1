#include "notifications/log_publisher.h"

#include "tasks/job_store.h"

namespace coldpath::notifications {

base::Status LogPublisher::Publish(const tasks::OutboxEvent& event) {
  metrics_.Count("coldpath_events_published_total", {{"type", event.type}});
  log_.Info("event_published", {{"id", event.id}, {"type", event.type}, {"data", event.data}});
  return {};
}

}  // namespace coldpath::notifications
