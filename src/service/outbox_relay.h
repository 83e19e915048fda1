// Brings domain events from the job store's outbox to the EventPublisher.
#ifndef COLDPATH_SERVICE_OUTBOX_RELAY_H_
#define COLDPATH_SERVICE_OUTBOX_RELAY_H_

#include "tasks/job_store.h"
#include "tasks/notifier.h"

namespace coldpath::service {

// Publishes what waits, oldest first, and removes each event once the publisher has taken it: a
// crash in between publishes it again under the same id, which receivers drop. Stops at the first
// that is refused, so that order holds. The result is how many were published. Errors: the
// store's, the publisher's.
base::Result<int> DrainOutbox(tasks::JobStore& store, tasks::EventPublisher& publisher);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_OUTBOX_RELAY_H_
