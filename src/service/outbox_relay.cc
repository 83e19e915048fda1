#include "service/outbox_relay.h"

namespace coldpath::service {
namespace {

constexpr int kBatch = 100;

}  // namespace

base::Result<int> DrainOutbox(tasks::JobStore& store, tasks::EventPublisher& publisher) {
  int published = 0;
  for (;;) {
    COLDPATH_ASSIGN_OR_RETURN(const auto events, store.ReadOutbox(kBatch));
    if (events.empty()) return published;
    for (const tasks::OutboxEvent& event : events) {
      COLDPATH_RETURN_IF_ERROR(publisher.Publish(event));
      COLDPATH_RETURN_IF_ERROR(store.RemoveFromOutbox(event.id));
      ++published;
    }
  }
}

}  // namespace coldpath::service
